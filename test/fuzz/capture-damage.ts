/** What may happen to a capture between its writer and us: edits of bytes, of lengths, of whole blocks. */
import { gzipSync } from 'node:zlib';
import type { Random } from '../support/random.js';
import { isEventBlock, randomBlock, randomBlocks, type CaptureParts } from './capture-parts.js';

const BYTES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];
const LENGTHS = [
  0, 1, 7, 8, 11, 12, 16, 26, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
];

/** Edits bytes of `content` from `from` on, in place. */
function damageBytes(content: Buffer, random: Random, from = 0): void {
  if (content.length < from + 4) return;
  const at = from + random.below(content.length - from - 3);
  switch (random.below(6)) {
    case 0:
      content[at]! ^= 1 << random.below(8);
      return;
    case 1:
      content[at] = random.pick(BYTES);
      return;
    case 2:
      content.writeUInt16LE(random.pick(LENGTHS) & 0xffff, at);
      return;
    case 3:
      content.writeUInt32LE(random.pick(LENGTHS), at);
      return;
    case 4:
      content.writeInt16LE(((content.readInt16LE(at) + random.below(33) - 16) << 16) >> 16, at);
      return;
    default:
      random.bytes(random.below(Math.min(64, content.length - at))).copy(content, at);
  }
}

/** Behind the length of an event, which comes after the processor and three fields of its header. */
const BEHIND_LENGTH = 22;

/**
 * The same block with its content edited and both its lengths still right: what is inside has to be looked at. Most
 * edits leave the length of an event as it is, since the reader believes nothing behind a wrong one.
 */
function damagedInside(block: Buffer, random: Random): Buffer {
  let body = Buffer.from(block.subarray(8, block.length - 4));
  const from = random.oneIn(12) ? 0 : BEHIND_LENGTH;
  for (let edits = 1 + random.below(4); edits > 0; edits--) damageBytes(body, random, from);
  if (random.oneIn(60)) body = body.subarray(0, random.below(body.length + 1));
  if (random.oneIn(8)) body = Buffer.concat([body, random.bytes(4 * random.below(8))]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length + 12);
  return Buffer.concat([block.subarray(0, 4), length, body, length]);
}

function damagedBlocks(blocks: readonly Buffer[], random: Random): Buffer[] {
  const edited = [...blocks];
  for (let edits = random.below(2 + (blocks.length >> 2)); edits > 0; edits--) {
    const at = random.below(edited.length);
    switch (random.below(10)) {
      case 0:
        edited.splice(at, 0, randomBlock(random));
        break;
      case 1:
        edited.splice(at, 1 + random.below(3));
        break;
      case 2:
        edited.splice(at, 0, ...edited.slice(random.below(edited.length)).slice(0, 1 + random.below(8)));
        break;
      default:
        // Reading ends at a list that is damaged: seldom, so that the events get their turn.
        if (isEventBlock(edited[at]!) || random.oneIn(8)) edited[at] = damagedInside(edited[at]!, random);
    }
    if (edited.length === 0) break;
  }
  return edited;
}

/** One damaged capture file, packed or not. */
export function damagedCapture(random: Random, captures: readonly CaptureParts[]): Buffer {
  let blocks = randomBlocks(random, captures);
  if (!random.oneIn(5)) blocks = [blocks[0]!, ...damagedBlocks(blocks.slice(1), random)];
  let content = Buffer.concat(blocks);
  if (random.oneIn(6)) for (let edits = random.below(6); edits > 0; edits--) damageBytes(content, random);
  if (random.oneIn(6)) content = content.subarray(0, random.below(content.length + 1));
  if (!random.oneIn(4)) return content;
  const parts = random.oneIn(3)
    ? [content.subarray(0, content.length >> 1), content.subarray(content.length >> 1)]
    : [content];
  let packed = Buffer.concat(parts.map(part => gzipSync(part, { level: random.pick([0, 1, 6]) })));
  if (random.oneIn(2)) for (let edits = random.below(4); edits > 0; edits--) damageBytes(packed, random);
  if (random.oneIn(6)) packed = packed.subarray(0, random.below(packed.length + 1));
  if (random.oneIn(20)) packed = Buffer.concat([packed, random.bytes(random.below(40))]);
  return packed;
}
