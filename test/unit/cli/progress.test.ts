import assert from 'node:assert/strict';
import { ProgressBar, progressText } from '../../../daemon/cli/progress.js';

describe('the progress bar', () => {
  it('shows how much of how much', () => {
    const MB = 1 << 20;
    assert.equal(progressText(0, 4 * MB), `[>${' '.repeat(39)}]   0 %  0.0 of 4.0 MB`);
    assert.equal(progressText(2 * MB, 4 * MB), `[${'='.repeat(20)}>${' '.repeat(19)}]  50 %  2.0 of 4.0 MB`);
    assert.equal(progressText(4 * MB, 4 * MB), `[${'='.repeat(40)}] 100 %  4.0 of 4.0 MB`);
    assert.equal(progressText(3 * MB, 0), '3.0 MB');
  });

  it('comes after a second, and leaves no trace', () => {
    const written: string[] = [];
    const bar = new ProgressBar(text => written.push(text), 1_000);
    bar.update(1, 2, 1_500);
    bar.clear();
    assert.equal(written.length, 0);
    bar.update(1, 2, 2_000);
    bar.clear();
    bar.clear();
    assert.equal(written.length, 2);
    assert.ok(written.every(text => text.startsWith('\r\x1b[K')));
  });
});
