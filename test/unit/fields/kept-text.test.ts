import assert from 'node:assert/strict';
import fc from 'fast-check';
import { keptText } from '../../../daemon/fields/kept-text.js';

describe('a part of a text that is kept', () => {
  it('is always that of the text that was asked for', () => {
    const part = (text: string): string => text.slice(text.lastIndexOf('/') + 1);
    const kept = keptText(part);
    const path = fc
      .array(fc.constantFrom('a', 'b', 'etc', ''), { maxLength: 4 })
      .map(names => names.join('/'));
    fc.assert(
      fc.property(path, text => {
        assert.equal(kept(text), part(text));
      }),
      { seed: 17, numRuns: 2000 },
    );
  });

  it('is worked out once while nothing comes between', () => {
    let times = 0;
    const kept = keptText(text => `${text}${String(times++)}`);
    const first = kept('/usr/bin/cat');
    assert.equal(kept('/usr/bin/cat'), first);
  });
});
