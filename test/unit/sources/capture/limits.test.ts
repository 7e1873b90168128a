import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { block, bytes, readCapture, section } from '../../../support/capture-file.js';
import { StoredEvents } from '../../../../daemon/events/conversion/stored-events.js';
import { RecordReader } from '../../../../daemon/events/record.js';
import { PendingEnters } from '../../../../daemon/state/pending-enter.js';
import { writeRecord } from '../../../../daemon/events/record-writer.js';

/** Megabytes that the process has ever been. */
const peakMb = (): number => process.resourceUsage().maxRSS / 1000;

describe('a capture made to fill the memory', () => {
  it('is refused where a block claims to be larger than any is', async () => {
    const zeros = gzipSync(Buffer.alloc(1 << 24), { level: 1 });
    const head = gzipSync(Buffer.concat([section(), bytes([32, 0x215], [32, 0x3fffffff])]));
    const before = peakMb();
    const { problem } = await readCapture(Buffer.concat([head, ...Array.from({ length: 40 }, () => zeros)]));
    assert.match(problem ?? '', /a block cannot be 1073741823 bytes long/);
    assert.ok(peakMb() - before < 100);
  });

  it('keeps a bounded part of the entries whose exits never come: the last', () => {
    const name = 'n'.repeat(60_000);
    const stored = new StoredEvents();
    const pending = new PendingEnters();
    const reader = new RecordReader();
    const tids = Array.from({ length: 3000 }, (_, i) => i + 1);
    for (const tid of tids) {
      reader.attach(writeRecord({ type: 306, time: 1n, tid, params: [-100, name, 0, 0] }));
      reader.seek(0);
      stored.store(reader);
      pending.store(tid, { type: 306, dirfd: 0, name, flags: 0, address: '' });
    }
    const kept = tids.filter(tid => stored.get(tid) !== null);
    assert.equal(kept.at(-1), 3000);
    assert.ok(kept.length * 60_000 < 1 << 26, String(kept.length));
    const taken = tids.filter(tid => {
      pending.take(tid, 307);
      return pending.current !== null;
    });
    assert.equal(taken.at(-1), 3000);
    assert.ok(taken.length * 60_000 <= (1 << 26) + 60_000, String(taken.length));
  });

  it('believes in a bounded number of users and addresses, soon', async () => {
    const user = (uid: number): Buffer => {
      const entry = bytes([8, 0], [32, uid], [32, 0], 'u', '/', 's');
      return Buffer.concat([bytes([32, entry.length + 4]), entry]);
    };
    const address = (n: number): Buffer => {
      const entry = bytes([16, 3], [16, 2], [32, n], Buffer.alloc(8), Buffer.from('e0'));
      return Buffer.concat([bytes([32, entry.length]), entry]);
    };
    const start = process.cpuUsage();
    const { inspector, problem } = await readCapture(
      Buffer.concat([
        section(),
        block(0x220, Buffer.concat(Array.from({ length: 120_000 }, (_, uid) => user(uid)))),
        block(0x219, Buffer.concat(Array.from({ length: 60_000 }, (_, n) => address(n)))),
      ]),
    );
    assert.equal(problem, null);
    assert.equal([...inspector.accounts.allUsers()].length, 100_000);
    assert.equal(inspector.view.localAddresses?.size, 1024);
    assert.ok(process.cpuUsage(start).user < 4_000_000);
  });
});
