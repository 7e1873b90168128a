/**
 * Events of a capture file (.scap), of any age, packed or not.
 *
 * In: the path of a file. Out: what the host was like when the capture began, put into the tables of the state engine;
 * then each event, in order and in the layout of the event table, to a function of the caller's. Format:
 * reference/falco/events.md 5.7. Imported by engine and rule-tests.
 */
import type { ByteString } from '../../events/byte-string.js';
import { EventConverter } from '../../events/conversion/converter.js';
import type { Accounts } from '../../state/accounts.js';
import type { ThreadTable } from '../../state/thread-table.js';
import type { OnRecord } from '../on-record.js';
import { blockRow, EVENT_BLOCK_V2, SECTION_BLOCK, type BlockRow } from './block-table.js';
import { CaptureBytes } from './bytes.js';
import { Cursor } from './cursor.js';
import { readFdList } from './fd-list.js';
import { readInterfaceList, readMachine, readUserList, type Machine } from './host-lists.js';
import { readProcessList } from './process-list.js';
import { findRoles } from './socket-roles.js';

/** What a capture fills, and the engine works on. */
export interface CaptureTarget {
  readonly threads: ThreadTable;
  readonly accounts: Accounts;
  addLocalAddress(address: ByteString, netmask: ByteString): void;
  /** Applies an event to the tables only. */
  process(batch: Buffer, offset: number, cpu: number): boolean;
  /** Applies an event that tells of the host as it was before the capture: it does not count as one. */
  absorb(batch: Buffer, offset: number): void;
}

/** Events that, at the very beginning of a capture, tell what was there already (tables/conversion.json). */
const INITIAL_STATE: ReadonlySet<number> = new Set([324, 354, 356, 358, 360, 402]);

const BLOCK_HEADER_BYTES = 8;
const TRAILER_BYTES = 4;
const SMALLEST_BLOCK = BLOCK_HEADER_BYTES + TRAILER_BYTES;
/** Longest block that is believed in: the list of 262,144 processes with long command lines would fit. */
const LONGEST_BLOCK = 1 << 27;
const MAGIC = 0x1a2b3c4d;
const MAGIC_SWAPPED = 0x4d3c2b1a;
const MAJOR = 1;
/** Of the flags of an event block: the event is for the tables only. */
const STATE_ONLY = 1;
/** The row of nearly all blocks. */
const PRESENT_EVENT = blockRow(EVENT_BLOCK_V2)!;
/** Blocks between two looks at the clock. */
const LOOK_EVERY = 256;

export interface CaptureStats {
  /** Events in old layouts for which there is no conversion, or that are damaged: skipped. */
  readonly unknown: number;
  /** Bytes of the file that were read, and of all of it; 0: not known. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

export class CaptureSource {
  /** Why the file cannot be read further; null: nothing is wrong with it. */
  problem: string | null = null;
  machine: Machine | null = null;
  readonly #path: string;
  readonly #bytes: CaptureBytes;
  readonly #target: CaptureTarget;
  readonly #converter = new EventConverter();
  #begun = false;
  #halted = false;
  #unknown = 0;

  private constructor(path: string, bytes: CaptureBytes, target: CaptureTarget) {
    this.#path = path;
    this.#bytes = bytes;
    this.#target = target;
  }

  /** Opens a file whose first block is that of a capture. Nothing comes before `step`. */
  static async open(
    path: string,
    target: CaptureTarget,
  ): Promise<
    { readonly ok: true; readonly source: CaptureSource } | { readonly ok: false; readonly message: string }
  > {
    const refuse = (why: string): { ok: false; message: string } => ({
      ok: false,
      message: `Could not open trace filename ${path} for reading: ${why}`,
    });
    let bytes: CaptureBytes;
    try {
      bytes = await CaptureBytes.open(path);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return refuse(code === 'ENOENT' ? 'No such file or directory' : message);
    }
    while (bytes.finished === null && bytes.end - bytes.start < SMALLEST_BLOCK + 4) await bytes.fill();
    const problem = sectionProblem(new Cursor(bytes.buffer, bytes.start, bytes.end));
    if (problem === null) return { ok: true, source: new CaptureSource(path, bytes, target) };
    await bytes.close();
    return refuse(bytes.finished?.problem ?? problem);
  }

  /**
   * Hot path: one turn. Processes the blocks that are here, for about `budgetMs`.
   *
   * @returns `more`: it has to be called again after `fill`; `busy`: again at once; `end`: nothing is left, and
   * `problem` says whether that is the file's end
   */
  step(budgetMs: number, onRecord: OnRecord): 'more' | 'busy' | 'end' {
    const bytes = this.#bytes;
    const { buffer, view } = bytes;
    const stop = performance.now() + budgetMs;
    for (let blocks = 1; ; blocks++) {
      if (this.#halted) return 'end';
      const { start } = bytes;
      const here = bytes.end - start;
      if (here < BLOCK_HEADER_BYTES) return this.#wanting(here, 0);
      const length = view.getUint32(start + 4, true);
      if (length < SMALLEST_BLOCK || length > LONGEST_BLOCK)
        return this.#damaged(start, `a block cannot be ${String(length)} bytes long`);
      if (here < length) return this.#wanting(here, length);
      if (view.getUint32(start + length - TRAILER_BYTES, true) !== length)
        return this.#damaged(start, 'the two lengths of a block differ');
      const type = view.getUint32(start, true);
      const row = type === EVENT_BLOCK_V2 ? PRESENT_EVENT : blockRow(type);
      if (row !== undefined) {
        const end = start + length - TRAILER_BYTES;
        const problem =
          row.kind === 'event'
            ? this.#event(row, buffer, view, start + BLOCK_HEADER_BYTES, end, onRecord)
            : this.#list(row, new Cursor(buffer, start + BLOCK_HEADER_BYTES, end));
        if (problem !== null) return this.#damaged(start, problem);
      }
      bytes.start = start + length;
      if (blocks % LOOK_EVERY === 0 && performance.now() >= stop) return 'busy';
    }
  }

  /** Who calls this has seen enough: nothing more is processed, or waited for. */
  halt(): void {
    this.#halted = true;
    this.#bytes.abandon();
  }

  /** Reads on. */
  fill(): Promise<void> {
    return this.#bytes.fill();
  }

  stats(): CaptureStats {
    return {
      unknown: this.#unknown,
      bytesRead: this.#bytes.fileOffset,
      bytesTotal: this.#bytes.fileSize,
    };
  }

  close(): Promise<void> {
    return this.#bytes.close();
  }

  #event(
    row: BlockRow & { kind: 'event' },
    buffer: Buffer,
    view: DataView,
    at: number,
    end: number,
    onRecord: OnRecord,
  ): string | null {
    const header = at + (row.flags ? 6 : 2);
    if (header + 26 > end && (row.version === 2 || header + 22 > end)) return 'an event is cut off';
    const converter = this.#converter;
    let outcome;
    if (row.version === 2) {
      if (header + view.getUint32(header + 16, true) > end) return 'an event is longer than its block';
      outcome = converter.convert(
        buffer,
        header,
        view.getUint16(header + 20, true),
        view.getUint16(header + 22, true),
      );
    } else {
      outcome = converter.convertV1(buffer, header, end);
    }
    if (outcome === 'shown') {
      const flags = row.flags ? view.getUint32(at + 2, true) : 0;
      this.#show(converter.buffer, converter.offset, view.getUint16(at, true), flags, onRecord);
    } else if (outcome === 'unknown') {
      this.#unknown++;
    }
    return null;
  }

  #show(buffer: Buffer, offset: number, cpu: number, flags: number, onRecord: OnRecord): void {
    if (!this.#begun) {
      if (INITIAL_STATE.has(buffer[offset + 20]! | (buffer[offset + 21]! << 8))) {
        this.#target.absorb(buffer, offset);
        return;
      }
      this.#begun = true;
      const { threads } = this.#target;
      findRoles(threads);
      for (const thread of threads.values()) threads.forgetUnknownParent(thread);
    }
    if ((flags & STATE_ONLY) !== 0) this.#target.process(buffer, offset, cpu);
    else onRecord(buffer, offset, cpu);
  }

  #list(row: Exclude<BlockRow, { kind: 'event' }>, block: Cursor): string | null {
    const target = this.#target;
    const damaged = (what: string): string => `the ${what} is damaged`;
    switch (row.kind) {
      case 'section':
        return sectionProblem(new Cursor(block.buffer, block.at - BLOCK_HEADER_BYTES, block.end));
      case 'machine':
        this.machine = readMachine(block);
        return this.machine === null ? damaged('description of the machine') : null;
      case 'processes':
        return readProcessList(block, row.version, target.threads) ? null : damaged('list of processes');
      case 'fds':
        return readFdList(block, row.version, target.threads) ? null : damaged('list of descriptors');
      case 'users':
        return readUserList(block, row.version, target.accounts) ? null : damaged('list of users');
      case 'interfaces':
        return readInterfaceList(block, row.version, (address, netmask) =>
          target.addLocalAddress(address, netmask),
        )
          ? null
          : damaged('list of interfaces');
    }
  }

  /** The block at the start is not whole. */
  #wanting(here: number, length: number): 'more' | 'end' {
    const { finished, offset } = this.#bytes;
    if (finished === null) return 'more';
    if (finished.problem !== null) {
      const at = `byte ${String(finished.fileOffset)} of the file, ${String(offset)} of its content`;
      this.problem = `Capture file ${this.#path} is damaged at ${at}: ${finished.problem}`;
    } else if (here > 0) {
      const missing =
        length === 0 ? '' : `: ${String(length - here)} of its ${String(length)} bytes are missing`;
      this.problem = `Capture file ${this.#path} ends in the middle of a block, at offset ${String(offset)}${missing}`;
    }
    return 'end';
  }

  #damaged(at: number, why: string): 'end' {
    const offset = this.#bytes.base + at;
    this.problem = `Capture file ${this.#path} is damaged at offset ${String(offset)}: ${why}`;
    return 'end';
  }
}

/** Words for what is no section header that we can read; null: it is one. `block` is at the block's header. */
function sectionProblem(block: Cursor): string | null {
  if (block.u32() !== SECTION_BLOCK || block.failed) return 'not a capture file';
  block.skip(4);
  const magic = block.u32();
  if (magic === MAGIC_SWAPPED) return 'captures of big-endian machines are not supported';
  if (magic !== MAGIC) return 'not a capture file';
  const major = block.u16();
  return major > MAJOR || block.failed ? `format version ${String(major)} is not supported` : null;
}
