/** Datagrams to AF_UNIX sockets: the syslog socket, systemd's notify socket. */
import { loadNative, type Native } from './native.js';

let native: Native | undefined;

/** ENOSYS: what `sendDatagram` returns when the addon itself does not load. */
const NO_ADDON = 38;

/**
 * Sends one datagram, never blocking.
 *
 * @param path a file, or a name in the abstract namespace when it starts with `@` or NUL
 * @returns 0, or the errno: EAGAIN (11) when the receiver is slow, ENOENT (2) or ECONNREFUSED (111) when there is none
 */
export function sendDatagram(path: string, data: Buffer): number {
  if (typeof path !== 'string')
    throw new TypeError(`sendDatagram: path must be a string, not ${typeof path}`);
  if (!Buffer.isBuffer(data)) throw new TypeError('sendDatagram: data must be a Buffer');
  if (!native) {
    const loaded = loadNative();
    if ('code' in loaded) return NO_ADDON;
    native = loaded;
  }
  return native.sendDatagram(path, data);
}
