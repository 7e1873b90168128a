import type { ByteString } from './byte-string.js';

/** Text of an IP address given as 4 or 16 raw bytes; a v4 address mapped into v6 shows as v4. Other lengths: empty. */
export function ipText(address: ByteString): ByteString {
  if (address.length === 4) return dotted(address, 0);
  if (address.length !== 16) return '';
  return isMapped(address) ? dotted(address, 12) : ipv6Text(address);
}

/** The 4 bytes inside a mapped v6 address; any other address as it is. */
export function unmapped(address: ByteString): ByteString {
  return address.length === 16 && isMapped(address) ? address.slice(12) : address;
}

function isMapped(address: ByteString): boolean {
  for (let i = 0; i < 10; i++) {
    if (address.charCodeAt(i) !== 0) return false;
  }
  return address.charCodeAt(10) === 0xff && address.charCodeAt(11) === 0xff;
}

function dotted(address: ByteString, from: number): ByteString {
  const at = (i: number): number => address.charCodeAt(from + i);
  return `${at(0)}.${at(1)}.${at(2)}.${at(3)}`;
}

/** As inet_ntop of glibc writes it: the longest run of zero groups is cut, the first of equal ones. */
function ipv6Text(address: ByteString): ByteString {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((address.charCodeAt(i) << 8) | address.charCodeAt(i + 1));
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8;) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > bestLength) {
      best = i;
      bestLength = end - i;
    }
    i = Math.max(end, i + 1);
  }
  const hex = (part: number[]): string => part.map(group => group.toString(16)).join(':');
  if (best === -1) return hex(groups);
  if (best === 0 && bestLength === 6) return `::${dotted(address, 12)}`;
  return `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`;
}

/** `ip:port`. */
export function endpointText(address: ByteString, port: number): ByteString {
  return `${ipText(address)}:${port}`;
}

/** `ip:port->ip:port`. */
export function tupleText(
  source: ByteString,
  sourcePort: number,
  target: ByteString,
  targetPort: number,
): ByteString {
  return `${endpointText(source, sourcePort)}->${endpointText(target, targetPort)}`;
}

/** Raw bytes (4 or 16) of the text of an address; null when it is none. */
export function parseIp(text: string): ByteString | null {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): ByteString | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let bytes = '';
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    bytes += String.fromCharCode(Number(part));
  }
  return bytes;
}

function parseIpv6(text: string): ByteString | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0]!);
  const tail = halves.length === 2 ? groupsOf(halves[1]!) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...new Array<number>(halves.length === 2 ? missing : 0).fill(0), ...tail];
  return groups.map(group => String.fromCharCode(group >> 8, group & 0xff)).join('');
}

function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (i === parts.length - 1 && part.includes('.')) {
      const v4 = parseIpv4(part);
      if (v4 === null) return null;
      groups.push((v4.charCodeAt(0) << 8) | v4.charCodeAt(1), (v4.charCodeAt(2) << 8) | v4.charCodeAt(3));
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null;
      groups.push(parseInt(part, 16));
    }
  }
  return groups;
}
