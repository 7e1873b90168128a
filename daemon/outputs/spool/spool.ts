/**
 * Messages on disk, in the order in which they came: appended at the end, read from the front, and gone when they are
 * acknowledged or when there is no more room. Made for an end at any moment: nothing is ever changed but the end of the
 * last file (segment.ts) and the position (position.ts), and a frame that is not whole is cut off at the next start.
 * Appending and reading take turns: the caller waits for one before the next (place.ts).
 */
import { closeSync, constants, ftruncate, open, openSync, read, unlinkSync, write } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lockFile } from '../../addon/files.js';
import { errorText, systemErrorText } from '../error-text.js';
import { makeFolder } from './folder.js';
import { Position } from './position.js';
import { frames, HEAD, segmentName, unframe } from './segment.js';
import { readSegments, type Segment } from './segments.js';

const openFile = promisify(open);
const readFile = promisify(read);
const writeFile = promisify(write);
const truncateFile = promisify(ftruncate);

const EAGAIN = 11;
const SEGMENT_BYTES = { least: 64 << 10, most: 8 << 20 };
/** Files that the whole is spread over: what is dropped when there is no more room is one of them. */
const SEGMENTS = 8;
/** Bytes that are read at a time. */
const CHUNK = 256 << 10;
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export interface SpoolOptions {
  readonly folder: string;
  readonly maxBytes: number;
  /** Messages that were in the spool are lost. */
  lost(count: number, reason: string): void;
  /** Something is wrong that costs no message now. */
  trouble(text: string): void;
  /** What was acknowledged is on disk. */
  saved(): void;
}

export type SpoolResult =
  { readonly ok: true; readonly spool: Spool } | { readonly ok: false; readonly message: string };

/** A run of numbers whose messages are lost. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Where the next message is looked for. */
interface Reading {
  readonly segment: Segment;
  fd: number | null;
  /** Of the message that begins at `offset`. */
  number: number;
  offset: number;
}

export class Spool {
  readonly #options: SpoolOptions;
  readonly #lock: number;
  readonly #position: Position;
  /** Oldest first. */
  #segments: Segment[];
  /** Number of the next message that is appended. */
  #next: number;
  /** Of the last segment, while it grows. */
  #fd: number | null = null;
  /** Number of the next message that is read. */
  #expected: number;
  #reading: Reading | null = null;
  #gaps: Gap[] = [];
  #spooled: number;
  #closed = false;
  #troubled = false;

  private constructor(options: SpoolOptions, lock: number, position: Position, segments: Segment[]) {
    this.#options = options;
    this.#lock = lock;
    this.#position = position;
    this.#segments = segments;
    position.onSaved = problem => this.#positionSaved(problem);
    const { acknowledged } = position.mark;
    const last = segments.at(-1);
    this.#next = Math.max(acknowledged, last === undefined ? 0 : last.first + last.count);
    this.#expected = acknowledged;
    this.#spooled = this.#next - Math.max(acknowledged, segments[0]?.first ?? this.#next);
  }

  /** Opens the spool in the folder, which is made when it is not there. */
  static open(options: SpoolOptions): SpoolResult {
    const { folder } = options;
    let lock: number | undefined;
    let position: Position | undefined;
    try {
      makeFolder(folder);
      lock = openSync(
        join(folder, 'lock'),
        constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW,
        0o600,
      );
      const error = lockFile(lock);
      if (error !== 0) {
        closeSync(lock);
        const reason = error === EAGAIN ? 'another process uses it' : systemErrorText(error);
        return { ok: false, message: `cannot lock the spool ${folder}: ${reason}` };
      }
      position = new Position(join(folder, 'position'));
      const segments = readSegments(folder, position.mark.acknowledged, options.trouble);
      const first = segments[0]?.first;
      // Without a position nobody knows what was before the first segment.
      if (position.isNew && first !== undefined) position.set({ acknowledged: first, accounted: first });
      return { ok: true, spool: new Spool(options, lock, position, segments) };
    } catch (error) {
      void position?.close();
      if (lock !== undefined) closeSync(lock);
      return { ok: false, message: `cannot use the spool ${folder}: ${errorText(error)}` };
    }
  }

  /** Messages that are on disk and not acknowledged. */
  get spooled(): number {
    return this.#spooled;
  }

  /** Messages that are on disk and were not read yet. */
  get unread(): number {
    return this.#next - this.#expected;
  }

  /**
   * Two acknowledgements are not on disk yet. Who sends no more until they are, sends at most so much twice when the
   * process is killed.
   */
  get lags(): boolean {
    return this.#position.lags;
  }

  /** Appends all of them, or none. @returns words for why it could not */
  async append(messages: readonly Buffer[]): Promise<string | undefined> {
    const bytes = frames(messages);
    try {
      await this.#makeRoom(bytes.length);
      const { fd, segment } = await this.#growing();
      const all = segment.bytes === 0 ? Buffer.concat([HEAD, bytes]) : bytes;
      await this.#write(fd, all, segment);
      segment.bytes += all.length;
    } catch (error) {
      return `cannot write to the spool ${this.#options.folder}: ${errorText(error)}`;
    }
    this.#next += messages.length;
    this.#spooled += messages.length;
    return undefined;
  }

  /** The next messages, as many as fit some hundred kilobytes; none when everything was read. */
  async read(): Promise<readonly Buffer[]> {
    while (this.#expected < this.#next) {
      const reading = this.#startReading();
      const { segment } = reading;
      const count = this.#endOf(segment) - reading.number;
      const found = await this.#readFrames(reading, count);
      if (found === null) {
        const end = this.#endOf(segment);
        this.#lose(end, `${segment.path} is damaged`);
        this.#stopReading();
        continue;
      }
      const skipped = Math.min(found.length, Math.max(0, this.#expected - reading.number));
      reading.number += found.length;
      if (skipped === found.length) continue;
      this.#expected = reading.number;
      return found.slice(skipped);
    }
    return [];
  }

  /** What was appended last was read without reading it: the caller has it still. */
  passOver(): void {
    this.#stopReading();
    this.#expected = this.#next;
    const segment = this.#segments.at(-1);
    if (segment !== undefined)
      this.#reading = { segment, fd: null, number: this.#next, offset: segment.bytes };
  }

  /** The first `count` of the messages that were read are dealt with. */
  acknowledge(count: number): void {
    const { acknowledged, accounted } = this.#position.mark;
    let to = acknowledged;
    for (let left = count; ;) {
      const gap = this.#gaps[0];
      const step = gap === undefined ? left : Math.min(left, gap.from - to);
      to += step;
      left -= step;
      if (gap === undefined || to < gap.from) break;
      to = gap.to;
      this.#gaps.shift();
    }
    const lowest = this.#segments[0]?.first ?? to;
    this.#spooled -= Math.min(count, Math.max(0, to - Math.max(acknowledged, lowest)));
    this.#position.set({ acknowledged: to, accounted: Math.max(to, accounted) });
  }

  /** Nothing is appended, read or acknowledged afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopReading();
    this.#stopGrowing();
    await this.#position.close();
    if (this.#position.saved.acknowledged >= this.#next) this.#remove(this.#segments.length);
    closeSync(this.#lock);
  }

  /** The position is on disk: what lies before it can go. */
  #positionSaved(problem: Error | null): void {
    if (this.#closed) return;
    this.#options.saved();
    if (problem !== null) {
      if (!this.#troubled)
        this.#options.trouble(`cannot write the position of the spool: ${errorText(problem)}`);
      this.#troubled = true;
      return;
    }
    const { acknowledged } = this.#position.saved;
    let done = 0;
    while (done < this.#segments.length - 1 && this.#segments[done + 1]!.first <= acknowledged) done++;
    if (done > 0) this.#remove(done);
  }

  /** Number behind the last message of a segment. */
  #endOf(segment: Segment): number {
    return this.#segments[this.#segments.indexOf(segment) + 1]?.first ?? this.#next;
  }

  /** Takes away the first `count` segments. */
  #remove(count: number): void {
    for (const { path } of this.#segments.splice(0, count)) {
      try {
        unlinkSync(path);
      } catch {
        // Somebody else took it away; if not, it is found, and left out, at the next start.
      }
    }
    if (this.#reading !== null && !this.#segments.includes(this.#reading.segment)) this.#stopReading();
  }

  /** Drops the oldest segments until there is room for so many bytes more. */
  async #makeRoom(bytes: number): Promise<void> {
    const { maxBytes } = this.#options;
    const size = (): number => this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    while (this.#segments.length > 1 && size() + bytes > maxBytes) {
      const [oldest, second] = this.#segments as [Segment, Segment];
      const { acknowledged } = this.#position.mark;
      this.#spooled -= Math.max(0, second.first - Math.max(oldest.first, acknowledged));
      const reason = `its spool is full (${String(maxBytes >> 20)} MB), the oldest messages are dropped`;
      this.#lose(second.first, reason, false);
      // Else a sudden end would have them counted again. It may be removed meanwhile, with what is acknowledged.
      await this.#position.flush();
      if (this.#segments[0] === oldest) this.#remove(1);
    }
  }

  /** Messages from the next that would be read, up to `to`, are lost. */
  #lose(to: number, reason: string, onDisk = true): void {
    if (to <= this.#expected) return;
    const { acknowledged, accounted } = this.#position.mark;
    const count = to - Math.max(this.#expected, accounted);
    this.#gaps.push({ from: this.#expected, to });
    if (onDisk) this.#spooled -= to - this.#expected;
    this.#expected = to;
    this.#position.set({ acknowledged, accounted: Math.max(accounted, to) });
    this.acknowledge(0);
    if (count > 0) this.#options.lost(count, reason);
  }

  /** The segment that is appended to; a new one when there is none, or it is large enough. */
  async #growing(): Promise<{ readonly fd: number; readonly segment: Segment }> {
    const limit = this.#options.maxBytes / SEGMENTS;
    const large = Math.min(SEGMENT_BYTES.most, Math.max(SEGMENT_BYTES.least, limit));
    const last = this.#segments.at(-1);
    if (this.#fd !== null && last !== undefined && last.bytes < large) return { fd: this.#fd, segment: last };
    this.#stopGrowing();
    // One that has no message would have the same name.
    if (last?.first === this.#next) unlinkSync(this.#segments.pop()!.path);
    const path = join(this.#options.folder, segmentName(this.#next));
    this.#fd = await openFile(path, NEW_FILE, 0o600);
    const segment: Segment = { path, first: this.#next, count: 0, bytes: 0 };
    this.#segments.push(segment);
    return { fd: this.#fd, segment };
  }

  #stopGrowing(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  async #write(fd: number, bytes: Buffer, segment: Segment): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await writeFile(fd, bytes, done, bytes.length - done, segment.bytes + done);
        done += bytesWritten;
      }
    } catch (error) {
      // What is left of it is overwritten by the next, or ends with this segment.
      await truncateFile(fd, segment.bytes).catch(() => this.#stopGrowing());
      throw error;
    }
  }

  #startReading(): Reading {
    if (this.#reading !== null && this.#reading.number >= this.#endOf(this.#reading.segment))
      this.#stopReading();
    if (this.#reading !== null) return this.#reading;
    const expected = this.#expected;
    const segment = this.#segments.findLast(({ first }) => first <= expected) ?? this.#segments[0]!;
    if (segment.first > expected) this.#lose(segment.first, 'a part of its spool is missing', false);
    return (this.#reading = { segment, fd: null, number: segment.first, offset: HEAD.length });
  }

  #stopReading(): void {
    const fd = this.#reading?.fd ?? null;
    if (fd !== null) closeSync(fd);
    this.#reading = null;
  }

  /** Some frames, at most `count`, of the segment that is being read; null when what stands there is none. */
  async #readFrames(reading: Reading, count: number): Promise<readonly Buffer[] | null> {
    const { segment } = reading;
    try {
      reading.fd ??= await openFile(segment.path, constants.O_RDONLY | constants.O_NOFOLLOW);
      for (let size = CHUNK; ;) {
        const bytes = Buffer.allocUnsafe(Math.min(size, segment.bytes - reading.offset));
        const { bytesRead } = await readFile(reading.fd, bytes, 0, bytes.length, reading.offset);
        const { messages, length, next } = unframe(bytes.subarray(0, bytesRead), count);
        reading.offset += length;
        if (messages.length > 0) return messages;
        if (next <= size || next > segment.bytes - reading.offset) return null;
        size = next;
      }
    } catch {
      return null;
    }
  }
}
