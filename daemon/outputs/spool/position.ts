/**
 * How far the messages of a spool are dealt with: a file of two slots that are written in turn, so that one of them is
 * whole at every moment. A slot has 32 bytes: a sequence number, the first message that is not acknowledged, the first
 * whose loss would not be accounted for yet (64 bits each, little-endian), CRC-32 of these, four bytes 0.
 */
import { closeSync, constants, openSync, readSync, write } from 'node:fs';
import { crc32 } from './crc32.js';

const SLOT = 32;
const CHECKED = 24;

export interface Mark {
  /** Messages below this number are acknowledged. */
  readonly acknowledged: number;
  /** Messages below this number are acknowledged, or their loss was counted and said. */
  readonly accounted: number;
}

export class Position {
  /** There was no mark in the file. */
  readonly isNew: boolean;
  readonly #fd: number;
  #sequence: number;
  #mark: Mark;
  #saved: Mark;
  /** What is being written. */
  #saving: Mark | null = null;
  /** Called when what was marked is on disk; or with why it is not. */
  onSaved: (problem: Error | null) => void = () => undefined;
  #waiting: (() => void)[] = [];

  /** Throws when the file cannot be opened. */
  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    const file = Buffer.alloc(2 * SLOT);
    readSync(this.#fd, file, 0, file.length, 0);
    const slots = [0, SLOT].flatMap(at => readSlot(file.subarray(at, at + SLOT)));
    const last = slots.sort((a, b) => b.sequence - a.sequence)[0];
    this.isNew = last === undefined;
    this.#sequence = last?.sequence ?? 0;
    this.#mark = this.#saved = last ?? { acknowledged: 0, accounted: 0 };
  }

  /** As it was read from the file, or set since. */
  get mark(): Mark {
    return this.#mark;
  }

  /** What is in the file for certain. */
  get saved(): Mark {
    return this.#saved;
  }

  /** More was set while something is being written. */
  get lags(): boolean {
    return this.#saving !== null && this.#saving !== this.#mark;
  }

  /** Writes it soon: several in quick succession are one. */
  set(mark: Mark): void {
    this.#mark = mark;
    if (this.#saving !== null) return;
    this.#saving = mark;
    const slot = this.#slot();
    write(this.#fd, slot.bytes, 0, SLOT, slot.at, error => {
      this.#saving = null;
      if (error === null) this.#saved = mark;
      if (error === null && this.#mark !== mark) this.set(this.#mark);
      else for (const resolve of this.#waiting.splice(0)) resolve();
      this.onSaved(error);
    });
  }

  /** Resolves when what was set is written, or cannot be. */
  async flush(): Promise<void> {
    if (this.#saving !== null) await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  /** Writes what was set last, and closes the file. */
  async close(): Promise<void> {
    await this.flush();
    closeSync(this.#fd);
  }

  #slot(): { readonly bytes: Buffer; readonly at: number } {
    this.#sequence++;
    const { acknowledged, accounted } = this.#mark;
    const bytes = Buffer.alloc(SLOT);
    bytes.writeBigUInt64LE(BigInt(this.#sequence), 0);
    bytes.writeBigUInt64LE(BigInt(acknowledged), 8);
    bytes.writeBigUInt64LE(BigInt(accounted), 16);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, CHECKED)), CHECKED);
    return { bytes, at: (this.#sequence % 2) * SLOT };
  }
}

function readSlot(bytes: Buffer): readonly (Mark & { readonly sequence: number })[] {
  if (bytes.readUInt32LE(CHECKED) !== crc32(bytes.subarray(0, CHECKED))) return [];
  const [sequence, acknowledged, accounted] = [0, 8, 16].map(at => Number(bytes.readBigUInt64LE(at))) as [
    number,
    number,
    number,
  ];
  // A slot that was never written is all zero, and its checksum is not.
  return [{ sequence, acknowledged, accounted }];
}
