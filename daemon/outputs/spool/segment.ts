/**
 * The files of a spool. Messages are numbered through; a file is named after its first one and holds, behind a head of 16
 * bytes, a frame for each: length and checksum (32 bits each, little-endian), then the message. The checksum is the CRC-32
 * of the length's four bytes and the message. A file ends where the next one begins, whatever stands behind that.
 */
import { crc32 } from './crc32.js';

export const HEAD = Buffer.from('falco spool 1\n\n\n');
const FRAME_HEAD = 8;
/** No message is longer: what says so is damage. */
const MAX_LENGTH = 64 << 20;

export function segmentName(first: number): string {
  return `${String(first).padStart(20, '0')}.spool`;
}

/** Number of the first message; undefined when the name is not that of a segment. */
export function segmentFirst(name: string): number | undefined {
  return /^\d{20}\.spool$/.test(name) ? Number(name.slice(0, 20)) : undefined;
}

/** All messages as frames, one after the other. */
export function frames(messages: readonly Buffer[]): Buffer {
  const size = messages.reduce((sum, message) => sum + FRAME_HEAD + message.length, 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const message of messages) {
    bytes.writeUInt32LE(message.length, at);
    bytes.writeUInt32LE(crc32(message, crc32(bytes.subarray(at, at + 4))), at + 4);
    message.copy(bytes, at + FRAME_HEAD);
    at += FRAME_HEAD + message.length;
  }
  return bytes;
}

export interface Unframed {
  readonly messages: readonly Buffer[];
  /** Bytes of the whole frames. */
  readonly length: number;
  /** Bytes that the frame behind them has; 0 when there is none, Infinity when it is none. */
  readonly next: number;
}

/** Takes whole frames from the front: at most `most`. The messages share the memory of `bytes`. */
export function unframe(bytes: Buffer, most = Infinity): Unframed {
  const messages: Buffer[] = [];
  let at = 0;
  while (messages.length < most && at < bytes.length) {
    if (bytes.length - at < FRAME_HEAD) return { messages, length: at, next: FRAME_HEAD };
    const length = bytes.readUInt32LE(at);
    if (length > MAX_LENGTH) return { messages, length: at, next: Infinity };
    const end = at + FRAME_HEAD + length;
    if (end > bytes.length) return { messages, length: at, next: FRAME_HEAD + length };
    const message = bytes.subarray(at + FRAME_HEAD, end);
    if (bytes.readUInt32LE(at + 4) !== crc32(message, crc32(bytes.subarray(at, at + 4))))
      return { messages, length: at, next: Infinity };
    messages.push(message);
    at = end;
  }
  return { messages, length: at, next: 0 };
}
