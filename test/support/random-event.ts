/** Random event records that are valid: of any type, with parameters of the right widths, some missing or empty. */
import fc from 'fast-check';
import { eventRows, type EventRow, type ParamRow } from '../../daemon/events/event-table.js';
import { writeRecord, type ParamValue } from '../../daemon/events/record-writer.js';
import { PARAM_TYPES } from '../../daemon/events/tables/param-types.js';

const TIDS = [1, 2, 3, 7, 4294967295];

const text = fc.oneof(
  fc.constantFrom('', '/', '/etc/shadow', 'relative/../path', '<NA>', '.', '/dev/log'),
  fc.string({ unit: 'binary-ascii', maxLength: 40 }).map(value => value.replaceAll('\0', '')),
);

function bytes(size: number): fc.Arbitrary<Buffer> {
  return fc.uint8Array({ minLength: size, maxLength: size }).map(array => Buffer.from(array));
}

const small = fc.integer({ min: -140, max: 40 });

/** A value that parsers are likely to understand, or any bytes of the right width. */
function paramArbitrary(param: ParamRow): fc.Arbitrary<ParamValue> {
  const { kind, size } = PARAM_TYPES[param.type];
  if (kind === 'string') return text;
  if (kind === 'int')
    return fc.oneof<fc.Arbitrary<ParamValue>[]>(small, fc.constantFrom(...TIDS), bytes(size));
  if (size > 0) return fc.oneof<fc.Arbitrary<ParamValue>[]>(fc.nat(40), bytes(size));
  return fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map(array => Buffer.from(array)),
    fc.uint8Array({ minLength: 12, maxLength: 40 }).map(array => Buffer.from([2, ...array])),
    fc.uint8Array({ minLength: 36, maxLength: 60 }).map(array => Buffer.from([10, ...array])),
    fc.uint8Array({ minLength: 17, maxLength: 60 }).map(array => Buffer.from([1, ...array])),
  );
}

function recordArbitrary(row: EventRow): fc.Arbitrary<Buffer> {
  const params = row.params.map(param => fc.option(paramArbitrary(param), { freq: 9 }));
  return fc
    .record({
      tid: fc.constantFrom(...TIDS),
      time: fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }),
      params: fc.tuple(...params),
      missing: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) }),
    })
    .map(({ tid, time, params: values, missing }) =>
      writeRecord({
        type: row.code,
        time,
        tid,
        params: values.slice(0, Math.max(values.length - missing, 0)),
      }),
    );
}

/** One record of any event that has a name. */
export const randomRecord: fc.Arbitrary<Buffer> = fc.oneof(
  ...eventRows()
    .filter(row => row.source !== 'none')
    .map(recordArbitrary),
);
