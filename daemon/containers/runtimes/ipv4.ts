import type { ByteString } from '../../events/byte-string.js';

/** An IPv4 address as a number; 0 when it is none. */
export function ipv4Number(address: ByteString): number {
  const parts = address.split('.').map(part => (/^\d{1,3}$/.test(part) ? Number(part) : NaN));
  if (parts.length !== 4 || parts.some(part => !(part <= 255))) return 0;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
