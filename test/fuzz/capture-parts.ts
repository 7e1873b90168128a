/** Captures as lists of blocks: cuts of real ones, and blocks that are made up. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { block, oldEventBlock, section } from '../support/capture-file.js';
import type { Random } from '../support/random.js';
import { sharedPath } from '../support/shared.js';
import { randomOldRecord, randomRecord } from './random-record.js';

const FOLDERS = ['captures/old', 'captures/live'];
const EVENT_BLOCKS: ReadonlySet<number> = new Set([0x204, 0x208, 0x216, 0x217, 0x221, 0x222]);
/** Every type of block that there is, one that there is not, and the older numbers. */
// prettier-ignore
const TYPES = [
  0x0a0d0d0a, 0x201, 0x202, 0x203, 0x204, 0x205, 0x206, 0x207, 0x208, 0x209, 0x210, 0x211, 0x212, 0x213, 0x214, 0x215,
  0x216, 0x217, 0x218, 0x219, 0x220, 0x221, 0x222, 0x999, 0x8000abcd, 0x8001abcd, 0x8002abcd, 0x8010abcd, 0x8011abcd,
  0x8012abcd, 0x8013abcd, 0x8014abcd,
];

export interface CaptureParts {
  readonly lists: readonly Buffer[];
  readonly events: readonly Buffer[];
}

export function isEventBlock(block: Buffer): boolean {
  return EVENT_BLOCKS.has(block.readUInt32LE(0));
}

function partsOf(content: Buffer): CaptureParts {
  const lists: Buffer[] = [];
  const events: Buffer[] = [];
  for (let at = 0; at < content.length;) {
    const length = content.readUInt32LE(at + 4);
    const one = content.subarray(at, at + length);
    (isEventBlock(one) ? events : lists).push(one);
    at += length;
  }
  return { lists, events };
}

/** The shared captures; none in a clone without them. */
export function sharedCaptures(): CaptureParts[] {
  const files = FOLDERS.filter(folder => existsSync(sharedPath(folder))).flatMap(folder =>
    readdirSync(sharedPath(folder))
      .filter(name => name.endsWith('.scap'))
      .map(name => sharedPath(`${folder}/${name}`)),
  );
  return files.map(file => partsOf(gunzipSync(readFileSync(file))));
}

/** A block of any type with any content; an event block mostly with a record. */
export function randomBlock(random: Random): Buffer {
  switch (random.below(40)) {
    case 0:
      return block(random.pick(TYPES), random.bytes(random.below(200)));
    case 1:
    case 2:
    case 3:
      return oldEventBlock(randomOldRecord(random), random.below(4));
    case 4:
      return block(0x217, [16, 0], [32, random.below(3)], randomRecord(random));
    default:
      return block(random.oneIn(8) ? 0x221 : 0x216, [16, random.below(4)], randomRecord(random));
  }
}

/** A capture of up to some hundred blocks: cut from a real one, or made up. */
export function randomBlocks(random: Random, captures: readonly CaptureParts[]): Buffer[] {
  const count = 1 + random.below(random.oneIn(8) ? 400 : 60);
  if (captures.length === 0 || random.oneIn(3)) {
    return [section(), ...Array.from({ length: count }, () => randomBlock(random))];
  }
  const { lists, events } = random.pick(captures);
  const from = random.below(Math.max(events.length - count, 1));
  const kept = random.oneIn(3) ? lists : lists.slice(1).filter(one => one.length < 3000 && random.oneIn(4));
  return [section(), ...kept, ...events.slice(from, from + count)];
}
