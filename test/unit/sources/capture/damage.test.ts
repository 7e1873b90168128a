import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { writeRecord } from '../../../../daemon/events/record-writer.js';
import { bytes, eventBlock, readCapture, readCaptureFile, section } from '../../../support/capture-file.js';

const SECTION_BYTES = 28;

function event(n: number): Buffer {
  const data = Buffer.alloc(40, Math.sin(n) * 1e6);
  return eventBlock(writeRecord({ type: 9, time: BigInt(n), tid: 7, params: [40, data, 3, 40] }));
}

const EVENT_BYTES = event(0).length;

function capture(count: number): Buffer {
  return Buffer.concat([section(), ...Array.from({ length: count }, (_, n) => event(n))]);
}

describe('a capture that is damaged', () => {
  it('gives what comes before the cut, and the offset of the block that is cut', async () => {
    const { records, problem } = await readCapture(
      capture(20).subarray(0, SECTION_BYTES + 10 * EVENT_BYTES + 30),
    );
    assert.equal(records.length, 10);
    assert.match(
      problem ?? '',
      new RegExp(
        `test\\.scap ends in the middle of a block, at offset ${SECTION_BYTES + 10 * EVENT_BYTES}: ${EVENT_BYTES - 30} of its`,
      ),
    );
  });

  it('gives what comes before, when a packed file is cut', async () => {
    const packed = gzipSync(capture(5_000));
    const { records, problem } = await readCapture(packed.subarray(0, packed.length - 2_000));
    assert.ok(records.length > 4_000 && records.length < 5_000, String(records.length));
    assert.match(
      problem ?? '',
      /is damaged at byte \d+ of the file, \d+ of its content: unexpected end of file$/,
    );
  });

  it('gives every event when only the checksum of the packed file is wrong', async () => {
    const packed = gzipSync(capture(5_000));
    packed[packed.length - 6]! ^= 0xff;
    const { records, problem } = await readCapture(packed);
    assert.equal(records.length, 5_000);
    assert.match(problem ?? '', /incorrect data check$/);
  });

  it('ends where the packed content ends, whatever number of zeros follow', async () => {
    for (const zeros of [1, 2, 100, 20_000, 70_000]) {
      const { records, problem } = await readCapture(
        Buffer.concat([gzipSync(capture(50)), Buffer.alloc(zeros)]),
      );
      assert.equal(records.length, 50);
      assert.equal(problem, null);
    }
  });

  it('names the offset of a block whose lengths cannot be', async () => {
    for (const [at, value, why] of [
      [4, 7, 'cannot be 7 bytes long'],
      [4, 0xffffffff, 'cannot be 4294967295 bytes long'],
      [EVENT_BYTES - 4, EVENT_BYTES + 4, 'two lengths of a block differ'],
      [8 + 2 + 16, 5000, 'an event is longer than its block'],
    ] as const) {
      const content = capture(9);
      const offset = SECTION_BYTES + 4 * EVENT_BYTES;
      content.writeUInt32LE(value, offset + at);
      const { records, problem } = await readCapture(content);
      assert.equal(records.length, 4, why);
      assert.match(problem ?? '', new RegExp(`is damaged at offset ${offset}: .*${why}`));
    }
  });

  it('is refused at once when it is no capture', async () => {
    const swapped = Buffer.concat([
      bytes([32, 0x0a0d0d0a]),
      Buffer.from('1c0000004d3c2b1a'.replace('4d3c2b1a', '1a2b3c4d'), 'hex'),
      Buffer.alloc(16),
    ]);
    for (const [content, why] of [
      [Buffer.alloc(0), 'not a capture file'],
      [Buffer.from('#!/bin/sh\necho this is no capture\n'), 'not a capture file'],
      [gzipSync(Buffer.from('nor is this, although packed')), 'not a capture file'],
      [section(2), 'format version 2 is not supported'],
      [swapped, 'captures of big-endian machines are not supported'],
    ] as const) {
      const { opened, problem } = await readCapture(content);
      assert.equal(opened, false);
      assert.match(
        problem ?? '',
        new RegExp(`^Could not open trace filename .*test\\.scap for reading: ${why}$`),
      );
    }
    const { problem } = await readCaptureFile('/nonexistent/x.scap');
    assert.equal(
      problem,
      'Could not open trace filename /nonexistent/x.scap for reading: No such file or directory',
    );
  });
});
