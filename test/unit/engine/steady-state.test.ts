import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../support/project.js';

describe('events of the usual kind', function () {
  this.timeout(60_000);

  it('leave nothing to be collected, with the rules that come with the daemon', () => {
    const bench = join(projectRoot, 'dist/test/bench/detector.js');
    const printed = execFileSync(process.execPath, ['--expose-gc', bench], { encoding: 'utf8' });
    const bytes = /garbage +(-?[\d.]+) bytes/.exec(printed)?.[1];
    assert.ok(bytes !== undefined, printed);
    // One number that is an object would be 16.
    assert.ok(Number(bytes) > -1 && Number(bytes) < 8, printed);
  });
});
