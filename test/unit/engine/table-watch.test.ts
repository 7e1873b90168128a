import assert from 'node:assert/strict';
import { TableWatch } from '../../../daemon/engine/table-watch.js';

describe('What the tables could not take in', () => {
  it('is said once of each kind', () => {
    const said: string[] = [];
    const watch = new TableWatch((level, text) => said.push(`${level}: ${text.slice(0, 24)}`));
    const none = { threadsRefused: 0, fdsRefused: 0, malformed: 0 };
    watch.check(none);
    watch.check({ ...none, threadsRefused: 1 });
    watch.check({ ...none, threadsRefused: 9, malformed: 2 });
    assert.deepEqual(said, ['warning: The thread table is full', 'error: An event could not be de']);
  });
});
