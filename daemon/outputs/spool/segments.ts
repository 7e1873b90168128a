/** What an earlier run has left in the folder of a spool. */
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { HEAD, segmentFirst, unframe, type Unframed } from './segment.js';

const NOTHING: Unframed = { messages: [], length: 0, next: Infinity };

export interface Segment {
  readonly path: string;
  /** Number of its first message. */
  readonly first: number;
  /** Messages that it had when it was found. */
  readonly count: number;
  bytes: number;
}

/**
 * The segments that have messages from the number `acknowledged` on, oldest first. Others are removed, and what is torn at
 * the end of the last one is cut off. Throws what the system says.
 *
 * @param trouble takes words for damage, which is more than a tear: messages behind it are lost, nobody knows how many
 */
export function readSegments(
  folder: string,
  acknowledged: number,
  trouble: (text: string) => void,
): Segment[] {
  const found = readdirSync(folder)
    .flatMap(name => {
      const first = segmentFirst(name);
      return first === undefined ? [] : [{ first, path: join(folder, name) }];
    })
    .sort((a, b) => a.first - b.first);
  return found.flatMap(({ first, path }, i) => {
    const next = found[i + 1]?.first;
    const count = next === undefined ? cutTail(path, trouble) : next - first;
    if (count === 0 || first + count <= acknowledged) return removed(path);
    return [{ path, first, count, bytes: statSync(path).size }];
  });
}

function removed(path: string): [] {
  unlinkSync(path);
  return [];
}

/** @returns the number of whole messages */
function cutTail(path: string, trouble: (text: string) => void): number {
  const bytes = readFileSync(path);
  const isOurs = bytes.subarray(0, HEAD.length).equals(HEAD);
  const { messages, length, next } = isOurs ? unframe(bytes.subarray(HEAD.length)) : NOTHING;
  const whole = isOurs ? HEAD.length + length : 0;
  if (next === Infinity && bytes.length >= HEAD.length)
    trouble(`${path} is damaged: the last ${String(bytes.length - whole)} bytes of it are lost`);
  if (whole < bytes.length) {
    const fd = openSync(path, 'r+');
    ftruncateSync(fd, whole);
    closeSync(fd);
  }
  return messages.length;
}
