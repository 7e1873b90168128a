/** Event records, present and old ones, whose framing is right and whose content is anything. */
import { EVENT_COUNT, eventRow, type ParamTypeName } from '../../daemon/events/event-table.js';
import { CONVERSION_TABLE } from '../../daemon/events/tables/conversion.js';
import { PARAM_TYPES } from '../../daemon/events/tables/param-types.js';
import { bytes } from '../support/capture-file.js';
import type { Random } from '../support/random.js';

const TIDS = [0, 1, 2, 3, 7, 42, 4294967295, -1];
const NUMBERS = [0, 1, 2, 3, 5, 7, -1, -2, -100, -115, 40, 255, 1024, 65536, 2147483647, -2147483648];
const TEXTS = [
  '',
  '/',
  '.',
  '..',
  '/etc/shadow',
  'a/../../b',
  '<NA>',
  '(NULL)',
  'sh',
  'io=/docker/0123',
  ' (deleted)',
];
const FAMILIES = [1, 2, 10, 16, 17];
const MOST_LONG = 70_000;
const TIME = 1_700_000_000_000_000_000n;

function text(random: Random): Buffer {
  switch (random.below(8)) {
    case 0:
      return random.bytes(random.below(60));
    case 1:
      return Buffer.alloc(random.below(5000), 'a/');
    default:
      return Buffer.from(`${random.pick(TEXTS)}\0`);
  }
}

function number(random: Random, size: number): Buffer {
  if (random.oneIn(3)) return random.bytes(size);
  const value = Buffer.alloc(8);
  value.writeBigInt64LE(BigInt(random.pick(NUMBERS)));
  return value.subarray(0, size);
}

function address(random: Random): Buffer {
  return Buffer.concat([
    Buffer.from([random.pick(FAMILIES)]),
    random.bytes(random.pick([0, 3, 6, 12, 18, 36, 60])),
  ]);
}

/** What a parameter of the type might be, or bytes of any length. */
function param(random: Random, type: ParamTypeName): Buffer {
  if (random.oneIn(10)) return random.bytes(random.pick([0, 0, 1, 2, 3, 4, 7, 8, 9, 300]));
  const { kind, size } = PARAM_TYPES[type];
  if (size > 0) return number(random, size);
  if (kind === 'string') return text(random);
  if (kind === 'strings') return Buffer.concat([text(random), text(random), text(random)]);
  return random.oneIn(3) ? random.bytes(random.below(80)) : address(random);
}

function params(random: Random, code: number, count: number): Buffer[] {
  const row = eventRow(code);
  return Array.from({ length: count }, (_, i) => param(random, row.params[i]?.type ?? 'BYTEBUF'));
}

function time(random: Random): bigint {
  return random.oneIn(20) ? random.bytes(8).readBigUInt64LE() : TIME + BigInt(random.next());
}

/** Lengths of the form that the event has; one that does not fit its 16 bits is cut. */
function body(code: number, values: readonly Buffer[]): Buffer {
  const wide = eventRow(code).flags.has('large_payload');
  const kept = wide ? values : values.map(value => value.subarray(0, 0xffff));
  return Buffer.concat([...kept.map(value => bytes([wide ? 32 : 16, value.length])), ...kept]);
}

/** A record with the present header, of any event: as it is now, as it was in some old capture, or never was. */
export function randomRecord(random: Random): Buffer {
  let code = random.below(EVENT_COUNT);
  let count = eventRow(code).params.length;
  if (random.oneIn(4)) [code, count] = random.pick(CONVERSION_TABLE);
  else if (random.oneIn(8)) count = random.below(40);
  const values = params(random, code, count);
  if (values.length > 0 && random.oneIn(100))
    values[random.below(count)] = random.bytes(random.below(MOST_LONG));
  const content = body(code, values);
  const header = bytes(
    [64, time(random)],
    [64, random.pick(TIDS)],
    [32, 26 + content.length],
    [16, code],
    [32, values.length],
  );
  return Buffer.concat([header, content]);
}

/** A record with the first header, which does not count the parameters. */
export function randomOldRecord(random: Random): Buffer {
  const [code, count] = random.pick(CONVERSION_TABLE);
  const content = body(code, params(random, code, count));
  return Buffer.concat([
    bytes([64, time(random)], [64, random.pick(TIDS)], [32, 22 + content.length], [16, code]),
    content,
  ]);
}
