import assert from 'node:assert/strict';
import { Flow } from '../../../daemon/engine/flow.js';

describe('the flow of alerts between worker and main thread', () => {
  it('refuses a place when all are taken and gives it again when one is returned', () => {
    const main = new Flow();
    const worker = new Flow(main.shared);
    let claimed = 0;
    while (worker.claim()) claimed++;
    assert.ok(claimed > 1000 && claimed < 100_000, `places: ${String(claimed)}`);
    main.taken();
    assert.equal(worker.claim(), true);
    assert.equal(worker.claim(), false);
  });
});
