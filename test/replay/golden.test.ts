import assert from 'node:assert/strict';
import { goldenDumps } from '../support/golden-dumps.js';
import { GOLDEN_EXCEPTIONS } from '../support/golden-exceptions.js';
import { compareGolden } from '../support/golden.js';
import { describeShared } from '../support/shared.js';

/** More fields than this must not differ. */
const MOST_EXCEPTIONS = 20;
const SHOWN = 5;

describeShared('the fields of every event of a capture', () => {
  const used = new Set<string>();

  for (const { name, capture, golden, whole } of goldenDumps()) {
    it(`are those of the reference: ${name}`, async () => {
      const { events, values, differences } = await compareGolden(capture, golden, whole);
      assert.ok(events > 100 && values > 200 * events, `${events} events, ${values} values`);
      for (const { field, why } of differences) if (why !== null) used.add(field);
      const wrong = differences.filter(({ why }) => why === null);
      assert.deepEqual(wrong.slice(0, SHOWN), [], `${wrong.length} values differ`);
    });
  }

  it('differ in fewer than 20 fields, each of them for a reason and somewhere', () => {
    const fields = new Set(GOLDEN_EXCEPTIONS.map(({ field }) => field));
    assert.ok(fields.size < MOST_EXCEPTIONS);
    assert.deepEqual(used, fields);
  });
});
