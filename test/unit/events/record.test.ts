import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EVENT_COUNT, eventRow, eventRows } from '../../../daemon/events/event-table.js';
import { RecordReader } from '../../../daemon/events/record.js';
import { writeRecord, type ParamValue } from '../../../daemon/events/record-writer.js';

const SEED = 20240611;

/** Calls everything that reads parameters; a read outside the record would give undefined, NaN, or throw. */
function readAll(reader: RecordReader): void {
  for (let i = 0; i < reader.nparams + 2; i++) {
    const start = reader.start(i);
    assert.ok(start >= 0 && start + reader.length(i) <= reader.offset + reader.bytesLong);
    for (const value of [reader.int(i), reader.uint(i)])
      assert.ok(typeof value === 'bigint' || !Number.isNaN(value));
    for (const value of [reader.number(i), reader.uint32(i), reader.byteAt(i, 3), reader.uint16At(i, 1)]) {
      assert.ok(Number.isInteger(value));
    }
    reader.uint32At(i, 5);
    reader.uint64At(i, 2);
    assert.ok(reader.string(i).length <= reader.length(i));
    assert.equal(reader.bytes(i).length, reader.length(i));
    assert.ok(reader.bytesAt(i, 1, 400).length <= reader.length(i));
    assert.ok(reader.stringAt(i, 1).length <= reader.length(i));
    assert.ok(reader.strings(i).join('').length <= reader.length(i));
  }
}

describe('the record reader', () => {
  it('gives back what the writer wrote, for every event', () => {
    for (const row of eventRows()) {
      const params = row.params.map((param, i): ParamValue =>
        param.size > 0 ? i + 1 : Buffer.from(`text${i}`),
      );
      const record = writeRecord({ type: row.code, time: 1700000000123456789n, tid: 4321, params });
      const reader = new RecordReader();
      reader.attach(record);
      assert.equal(reader.seek(0), record.length, row.name);
      assert.equal(reader.type, row.code);
      assert.equal(reader.time(), 1700000000123456789n);
      assert.equal(row.source === 'iter' ? reader.tgid : reader.tid, row.source === 'iter' ? 0 : 4321);
      row.params.forEach((param, i) => {
        if (param.size === 16) return;
        if (param.size > 0) assert.equal(reader.int(i), i + 1, `${row.name}.${param.name}`);
        else assert.equal(reader.bytes(i), `text${i}`, `${row.name}.${param.name}`);
      });
    }
  });

  it('keeps 64-bit integers exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), value => {
        const reader = new RecordReader();
        reader.attach(writeRecord({ type: 5, time: 1n, tid: 1, params: [value, value] }));
        reader.seek(0);
        assert.equal(BigInt(reader.int(0)), value);
        assert.equal(BigInt(reader.uint(1)), BigInt.asUintN(64, value));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('reads nothing outside of records made of random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(40), (bytes, offset) => {
        const reader = new RecordReader();
        reader.attach(Buffer.from(bytes));
        if (reader.seek(offset) >= 0) readAll(reader);
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  it('reads nothing outside of true records with bytes changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(EVENT_COUNT - 1), changes, (code, edits) => {
        const params = eventRow(code).params.map((param): ParamValue =>
          param.size > 0 ? 7 : Buffer.from('/etc/x\0a\0'),
        );
        const record = writeRecord({ type: code, time: 1n, tid: 9, params });
        for (const [at, value] of edits) record[at % record.length] = value;
        const reader = new RecordReader();
        reader.attach(record);
        const end = reader.seek(0);
        if (end < 0) return;
        assert.ok(end <= record.length);
        readAll(reader);
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  it('refuses a record that is cut anywhere', () => {
    const record = writeRecord({ type: 307, time: 1n, tid: 1, params: [3, -100, '/etc/passwd', 1, 0, 5, 6] });
    for (let length = 0; length < record.length; length++) {
      const reader = new RecordReader();
      reader.attach(record.subarray(0, length));
      assert.equal(reader.seek(0), -1);
    }
  });

  it('takes an absent parameter for 0 and for the empty string', () => {
    const reader = new RecordReader();
    reader.attach(writeRecord({ type: 3, time: 1n, tid: 1, params: [null, null] }));
    reader.seek(0);
    for (const index of [0, 1, 5, 99]) {
      assert.equal(reader.present(index), false);
      assert.equal(reader.int(index), 0);
      assert.equal(reader.string(index), '');
    }
  });
});
