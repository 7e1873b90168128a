import assert from 'node:assert/strict';
import { EVENT_COUNT } from '../../daemon/events/event-table.js';
import { CaptureSource } from '../../daemon/sources/capture/source.js';
import type { OnRecord } from '../../daemon/sources/on-record.js';
import { Inspector } from '../../daemon/state/inspector.js';
import { describeShared, sharedPath } from '../support/shared.js';

const OPENAT = 307;
const ONLY_OPENS = new Uint8Array(EVENT_COUNT);
ONLY_OPENS[OPENAT] = 1;

/** What is seen of each openat, and what the tables hold in the end. */
async function follow(path: string, watched: Uint8Array | undefined): Promise<[string[], unknown]> {
  const inspector = new Inspector({ live: false });
  const { view, record, threads } = inspector;
  const seen: string[] = [];
  const onRecord: OnRecord = (batch, offset, cpu) => {
    if (!inspector.process(batch, offset, cpu, watched) || record.type !== OPENAT) return;
    const { num, firstTsLow, previousTsHigh, previousTsLow, thread, fdNum, fd, result } = view;
    seen.push(
      [
        num,
        firstTsLow,
        previousTsHigh,
        previousTsLow,
        thread?.tid,
        thread?.comm,
        fdNum,
        fd?.name,
        result,
      ].join(),
    );
  };
  const opened = await CaptureSource.open(path, inspector);
  assert.ok(opened.ok);
  const { source } = opened;
  while (source.step(1000, onRecord) !== 'end') await source.fill();
  await source.close();
  const tables = [...threads.values()].map(({ fds, ...thread }) => ({ ...thread, fds: [...(fds ?? [])] }));
  return [seen, { tables, stats: inspector.stats() }];
}

describeShared('events that nobody watches', () => {
  for (const name of ['a1', 'a2', 'a3']) {
    it(`change neither what is seen of the others, nor the tables: ${name}`, async () => {
      const path = sharedPath(`captures/live/${name}.scap`);
      const [seen, state] = await follow(path, undefined);
      const [seenAlone, stateAlone] = await follow(path, ONLY_OPENS);
      assert.ok(seen.length > 1000);
      assert.deepEqual(seenAlone, seen);
      assert.deepEqual(stateAlone, state);
    });
  }
});
