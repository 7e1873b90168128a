import { EVENT_COUNT, eventRow } from '../event-table.js';
import { HEADER_BYTES, RecordReader } from '../record.js';
import { containerJson } from './container-json.js';
import { CURRENT_PARAMS, DROPPED, planOf, Source, UNMANAGED, type ParamPlan, type Plan } from './plan.js';
import { StoredEvents } from './stored-events.js';

/** What became of a record: not shown; shown, at `buffer` and `offset`; no conversion is known, or it is damaged. */
export type Converted = 'dropped' | 'shown' | 'unknown';

/** As many times an event may be converted further, as in the reference. */
const MOST_ROUNDS = 50;
/** Longest record that a conversion may give. */
const MOST_BYTES = 1 << 20;

const V1_HEADER_BYTES = 22;
/** Events whose length was written 3 bytes too long (reference/falco, tables/conversion.json, v1_event). */
const TOO_LONG: ReadonlySet<number> = new Set([280, 286]);
const TOO_LONG_BY = 3;

const WIDE = new Uint8Array(EVENT_COUNT);
/** So many parameters, or more, and the record is shown as it is. */
const SHOWN_FROM = new Uint32Array(EVENT_COUNT);
for (let code = 0; code < EVENT_COUNT; code++) {
  if (eventRow(code).flags.has('large_payload')) WIDE[code] = 1;
  if (DROPPED[code] === 1) SHOWN_FROM[code] = 0xffffffff;
  else if (UNMANAGED[code] === 0) SHOWN_FROM[code] = CURRENT_PARAMS[code]!;
}

/**
 * Gives every record the layout of the event table. Hot path: a record that has it already is left where it is, and
 * costs two look-ups in tables; old ones are rewritten in scratch memory that is kept, without allocation.
 */
export class EventConverter {
  /** Where the record to show is. */
  buffer: Buffer = Buffer.alloc(0);
  offset = 0;
  private readonly stored = new StoredEvents();
  private readonly reader = new RecordReader();
  private readonly enter = new RecordReader();
  /** The result of a round is the input of the next one. */
  private input: Buffer = Buffer.alloc(1 << 17);
  private output: Buffer = Buffer.alloc(1 << 17);

  /** A record with the present header at `offset` of `buffer`, and what that says. */
  convert(buffer: Buffer, offset: number, type: number, nparams: number): Converted {
    this.buffer = buffer;
    this.offset = offset;
    if (type >= EVENT_COUNT) return 'dropped';
    // More parameters than we know of: a newer writer appended some, and nothing of it is old.
    if (nparams >= SHOWN_FROM[type]!) return 'shown';
    return DROPPED[type] === 1 ? 'dropped' : this.rewrite();
  }

  /**
   * A record with the first header, which does not say how many parameters there are, at `from` to `to` of `buffer`:
   * the most that the event can have whose lengths add up.
   */
  convertV1(buffer: Buffer, from: number, to: number): Converted {
    const length = buffer.readUInt32LE(from + 16);
    const type = buffer.readUInt16LE(from + 20);
    if (type >= EVENT_COUNT) return 'dropped';
    const end = from + length - (TOO_LONG.has(type) ? TOO_LONG_BY : 0);
    if (length < V1_HEADER_BYTES || end > to) return 'unknown';
    const body = from + V1_HEADER_BYTES;
    const nparams = countParams(buffer, type, body, end);
    if (nparams < 0) return 'unknown';
    const size = end - body + HEADER_BYTES;
    const scratch = this.room(size);
    buffer.copy(scratch, 0, from, body);
    buffer.copy(scratch, HEADER_BYTES, body, end);
    scratch.writeUInt32LE(size, 16);
    scratch.writeUInt32LE(nparams, 22);
    this.swap();
    return this.convert(this.input, 0, type, nparams);
  }

  private rewrite(): Converted {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { reader } = this;
      reader.attach(this.buffer);
      if (reader.seek(this.offset) < 0) return 'unknown';
      const { type, nparams } = reader;
      if (DROPPED[type] === 1) return 'dropped';
      if (UNMANAGED[type] === 1 || nparams >= CURRENT_PARAMS[type]!) return 'shown';
      const plan = planOf(type, nparams);
      if (plan === undefined) return 'unknown';
      switch (plan.action) {
        case 'store':
          this.stored.store(reader);
          return 'dropped';
        case 'store_and_pass':
          this.stored.store(reader);
          return 'shown';
        case 'pass':
          return 'shown';
        default:
          if (!this.compose(plan)) return 'unknown';
          this.swap();
          this.buffer = this.input;
          this.offset = 0;
      }
    }
    return 'unknown';
  }

  /** Writes the next form of the record that the reader is at. */
  private compose(plan: Plan): boolean {
    const { reader, enter } = this;
    const stored = plan.usesEnter ? this.stored.get(reader.tid) : null;
    let hasEnter = false;
    if (stored !== null) {
      enter.attach(stored);
      // The call that the entry belongs to is over, or it was never seen to begin.
      hasEnter = enter.seek(0) >= 0 && enter.type === reader.type - 1;
    }
    const kept = plan.action === 'add' ? reader.nparams : 0;
    const count = kept + plan.params.length;
    const wide = WIDE[plan.to] === 1;
    let at = HEADER_BYTES + count * (wide ? 4 : 2);
    const most = at + reader.bytesLong + (stored === null ? 0 : stored.length) + count * 16;
    if (most > MOST_BYTES) return false;
    const to = this.room(most);
    reader.buffer.copy(to, 0, reader.offset, reader.offset + 16);
    to.writeUInt16LE(plan.to, 20);
    to.writeUInt32LE(count, 22);
    for (let i = 0; i < count; i++) {
      const start = at;
      at = i < kept ? copyParam(reader, i, 0, to, at) : this.put(plan.params[i - kept]!, hasEnter, to, at);
      if (at < 0) return false;
      if (wide) to.writeUInt32LE(at - start, HEADER_BYTES + i * 4);
      else if (at - start > 0xffff) return false;
      else to.writeUInt16LE(at - start, HEADER_BYTES + i * 2);
    }
    to.writeUInt32LE(at, 16);
    if (hasEnter) this.stored.forget(reader.tid);
    return true;
  }

  /** One parameter, at `at` of `to`; the offset behind it, -1 when there is none like that. */
  private put(param: ParamPlan, hasEnter: boolean, to: Buffer, at: number): number {
    const from = param.from === Source.enter && !hasEnter ? param.otherwise : param.from;
    switch (from) {
      case Source.old:
        return param.index < this.reader.nparams
          ? copyParam(this.reader, param.index, param.size, to, at)
          : -1;
      case Source.enter:
        return param.index < this.enter.nparams ? copyParam(this.enter, param.index, param.size, to, at) : -1;
      case Source.empty:
        return at;
      case Source.default:
        to.fill(param.fill, at, at + param.size);
        return at + param.size;
      case Source.json: {
        const text = containerJson(this.reader);
        if (at + text.length > to.length) return -1;
        return at + to.write(text, at, 'latin1');
      }
    }
  }

  private room(size: number): Buffer {
    if (size > this.output.length) this.output = Buffer.alloc(size * 2);
    return this.output;
  }

  private swap(): void {
    const { input } = this;
    this.input = this.output;
    this.output = input;
  }
}

/** Copies a parameter, cut to `size` bytes unless that is 0. Returns the offset behind it. */
function copyParam(from: RecordReader, index: number, size: number, to: Buffer, at: number): number {
  const length = from.length(index);
  const kept = size > 0 && length > size ? size : length;
  const start = from.start(index);
  from.buffer.copy(to, at, start, start + kept);
  return at + kept;
}

/** The most parameters whose lengths, and what they measure, fill the bytes from `body` to `end`; -1: none do. */
function countParams(buffer: Buffer, type: number, body: number, end: number): number {
  const wide = WIDE[type] === 1;
  for (let count = eventRow(type).params.length; count >= 0; count--) {
    let total = body + count * (wide ? 4 : 2);
    if (total > end) continue;
    for (let i = 0; i < count && total <= end; i++)
      total += wide ? buffer.readUInt32LE(body + i * 4) : buffer.readUInt16LE(body + i * 2);
    if (total === end) return count;
  }
  return -1;
}
