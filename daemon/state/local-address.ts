import type { ByteString } from '../events/byte-string.js';

/** Addresses of the host, 4 or 16 raw bytes, in the order of its interfaces, and the masks of their networks. */
export type LocalAddresses = ReadonlyMap<ByteString, ByteString>;

const LOOPBACK: ByteString = '\x7f\0\0\x01';
const LOOPBACK_V6: ByteString = `${'\0'.repeat(15)}\x01`;
/** The part of an address of IPv6 that tells the network. */
const NETWORK_BYTES = 8;

/**
 * From which of its addresses the host of a capture talks to `peer` when the socket does not say, as the reference
 * sees it: from that very one, else from one in the same network, else from the first that is not the loopback.
 * Empty: it has none.
 */
export function addressTowards(peer: ByteString, addresses: LocalAddresses): ByteString {
  if (addresses.has(peer)) return peer;
  let first: ByteString = '';
  for (const [address, mask] of addresses) {
    if (address.length !== peer.length) continue;
    if (inNetwork(peer, address, mask)) return address;
    if (first === '' && address !== LOOPBACK && address !== LOOPBACK_V6) first = address;
  }
  return first;
}

function inNetwork(peer: ByteString, address: ByteString, mask: ByteString): boolean {
  if (peer.length !== LOOPBACK.length)
    return peer.slice(0, NETWORK_BYTES) === address.slice(0, NETWORK_BYTES);
  let any = 0;
  for (let i = 0; i < peer.length; i++) {
    const bits = mask.charCodeAt(i) || 0;
    any |= bits;
    if (((peer.charCodeAt(i) ^ address.charCodeAt(i)) & bits) !== 0) return false;
  }
  // Writers that do not know the mask write none.
  return any !== 0;
}
