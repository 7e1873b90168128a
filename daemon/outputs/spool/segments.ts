/** What an earlier run has left in the folder of a spool. */
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { HEAD, segmentFirst, unframe } from './segment.js';

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
 */
export function readSegments(folder: string, acknowledged: number): Segment[] {
  const found = readdirSync(folder)
    .flatMap(name => {
      const first = segmentFirst(name);
      return first === undefined ? [] : [{ first, path: join(folder, name) }];
    })
    .sort((a, b) => a.first - b.first);
  return found.flatMap(({ first, path }, i) => {
    const next = found[i + 1]?.first;
    const count = next === undefined ? cutTail(path) : next - first;
    if (count === 0 || first + count <= acknowledged) return removed(path);
    return [{ path, first, count, bytes: statSync(path).size }];
  });
}

function removed(path: string): [] {
  unlinkSync(path);
  return [];
}

/** @returns the number of whole messages */
function cutTail(path: string): number {
  const bytes = readFileSync(path);
  if (!bytes.subarray(0, HEAD.length).equals(HEAD)) return 0;
  const { messages, length } = unframe(bytes.subarray(HEAD.length));
  const whole = HEAD.length + length;
  if (whole < bytes.length) {
    const fd = openSync(path, 'r+');
    ftruncateSync(fd, whole);
    closeSync(fd);
  }
  return messages.length;
}
