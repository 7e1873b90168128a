/** IP addresses and networks: text to raw bytes and back. */
import type { ByteString } from '../events/byte-string.js';
import type { Network } from './typed.js';

const OCTET = /^(?:0|[1-9]\d{0,2})$/;

function parse4(text: string): ByteString | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  const bytes = parts.map(part => (OCTET.test(part) ? Number(part) : 256));
  return bytes.every(byte => byte < 256) ? String.fromCharCode(...bytes) : null;
}

const GROUP = /^[0-9a-fA-F]{1,4}$/;

function groupsOf(text: string): ByteString | null {
  if (text === '') return '';
  const parts = text.split(':');
  let bytes = '';
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      const value = parseInt(part, 16);
      bytes += String.fromCharCode(value >> 8, value & 0xff);
    } else {
      const tail = index === parts.length - 1 ? parse4(part) : null;
      if (tail === null) return null;
      bytes += tail;
    }
  }
  return bytes;
}

function parse6(text: string): ByteString | null {
  const gap = text.indexOf('::');
  if (gap < 0) {
    const whole = groupsOf(text);
    return whole?.length === 16 ? whole : null;
  }
  const head = groupsOf(text.slice(0, gap));
  const tail = groupsOf(text.slice(gap + 2));
  if (head === null || tail === null || head.length + tail.length > 14) return null;
  return head + '\0'.repeat(16 - head.length - tail.length) + tail;
}

/** 4 or 16 raw bytes, or null when `text` is no address. */
export function parseAddress(text: string): ByteString | null {
  return text.includes(':') ? parse6(text) : parse4(text);
}

/** `10.0.0.0/8`; null when `text` is no network. */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? null : parseAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === null || !/^\d{1,3}$/.test(length)) return null;
  const prefix = Number(length);
  return prefix <= address.length * 8 ? { address, prefix } : null;
}

/** Whether raw address bytes lie in a network. Hot path. */
export function inNetwork(bytes: ByteString, { address, prefix }: Network): boolean {
  if (bytes.length !== address.length) return false;
  const whole = prefix >> 3;
  for (let i = 0; i < whole; i++) if (bytes.charCodeAt(i) !== address.charCodeAt(i)) return false;
  const rest = prefix & 7;
  if (rest === 0) return true;
  return (bytes.charCodeAt(whole) ^ address.charCodeAt(whole)) >> (8 - rest) === 0;
}

/** Text of raw address bytes, as inet_ntop writes it. */
export function formatAddress(bytes: ByteString): string {
  if (bytes.length === 4) return [...bytes].map(byte => byte.charCodeAt(0)).join('.');
  const groups = Array.from(
    { length: 8 },
    (_, i) => (bytes.charCodeAt(2 * i) << 8) | bytes.charCodeAt(2 * i + 1),
  );
  const { start, length } = longestZeros(groups);
  const mapped = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff));
  const shown = groups.map(group => group.toString(16));
  if (mapped) shown.splice(6, 2, formatAddress(bytes.slice(12)));
  if (length < 2) return shown.join(':');
  return `${shown.slice(0, start).join(':')}::${shown.slice(start + length).join(':')}`;
}

/** The first of the longest runs of zero groups. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < groups.length;) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
    start = end + 1;
  }
  return best;
}
