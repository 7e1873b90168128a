/** Captures made by hand, byte for byte, for tests of the reader. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureSource } from '../../daemon/sources/capture/source.js';
import { Inspector } from '../../daemon/state/inspector.js';

/** A number of so many bits, a string behind its length in 16 bits, or bytes as they are. */
export type Piece = readonly [bits: 8 | 16 | 32 | 64, value: number | bigint] | string | Buffer;

/** The pieces one after the other, little-endian. */
export function bytes(...pieces: readonly Piece[]): Buffer {
  return Buffer.concat(
    pieces.map(piece => {
      if (Buffer.isBuffer(piece)) return piece;
      if (typeof piece === 'string') {
        const text = Buffer.from(piece, 'latin1');
        return Buffer.concat([bytes([16, text.length]), text]);
      }
      const [bits, value] = piece as Exclude<Piece, string | Buffer>;
      const number = Buffer.alloc(8);
      number.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
      return number.subarray(0, bits / 8);
    }),
  );
}

/** A block with both its lengths, padded to four bytes. */
export function block(type: number, ...pieces: readonly Piece[]): Buffer {
  const body = bytes(...pieces);
  const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
  const length = 12 + padded.length;
  return bytes([32, type], [32, length], padded, [32, length]);
}

/** The block that every capture begins with. */
export function section(major = 1, minor = 2): Buffer {
  return block(0x0a0d0d0a, [32, 0x1a2b3c4d], [16, major], [16, minor], [64, -1]);
}

/** A present event block around a record. */
export function eventBlock(record: Buffer, cpu = 0): Buffer {
  return block(0x216, [16, cpu], record);
}

/** The record of an old capture: its header does not count the parameters. */
export function oldRecord(
  type: number,
  time: number | bigint,
  tid: number,
  params: readonly Buffer[],
): Buffer {
  const size = params.reduce((sum, param) => sum + 2 + param.length, 22);
  const lengths = params.map(param => bytes([16, param.length]));
  return bytes([64, time], [64, tid], [32, size], [16, type], ...lengths, ...params);
}

/** An old event block around one. */
export function oldEventBlock(record: Buffer, cpu = 0): Buffer {
  return block(0x204, [16, cpu], record);
}

export interface ReadCapture {
  readonly inspector: Inspector;
  /** Records as they were handed over. */
  readonly records: readonly Buffer[];
  readonly cpus: readonly number[];
  /** What the source said at the end; or why the file could not be opened. */
  readonly problem: string | null;
  readonly opened: boolean;
  readonly unknown: number;
}

/** Writes the bytes into a file and reads it as the engine does. `onEvent` is called when an event is to be judged. */
export async function readCapture(
  content: Buffer,
  onEvent: (inspector: Inspector) => void = () => undefined,
): Promise<ReadCapture> {
  const folder = mkdtempSync(join(tmpdir(), 'falco-capture-'));
  const path = join(folder, 'test.scap');
  writeFileSync(path, content);
  try {
    return await readCaptureFile(path, onEvent);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function readCaptureFile(
  path: string,
  onEvent: (inspector: Inspector) => void = () => undefined,
): Promise<ReadCapture> {
  const inspector = new Inspector({ live: false });
  const records: Buffer[] = [];
  const cpus: number[] = [];
  const opened = await CaptureSource.open(path, inspector);
  if (!opened.ok) return { inspector, records, cpus, problem: opened.message, opened: false, unknown: 0 };
  const { source } = opened;
  for (;;) {
    const state = source.step(1000, (batch, offset, cpu) => {
      records.push(Buffer.from(batch.subarray(offset, offset + batch.readUInt32LE(offset + 16))));
      cpus.push(cpu);
      if (inspector.process(batch, offset, cpu)) onEvent(inspector);
    });
    if (state === 'end') break;
    await source.fill();
  }
  await source.close();
  return { inspector, records, cpus, problem: source.problem, opened: true, unknown: source.stats().unknown };
}
