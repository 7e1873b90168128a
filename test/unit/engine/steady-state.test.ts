import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../support/project.js';
import { describeShared, sharedPath } from '../../support/shared.js';

/** With the rules of `file`, an open or close leaves next to nothing behind: one number that is an object would be 16. */
function leavesNothing(file: string): void {
  const bench = join(projectRoot, 'dist/test/bench/detector.js');
  const printed = execFileSync(process.execPath, ['--expose-gc', bench, file], { encoding: 'utf8' });
  const bytes = /garbage +(-?[\d.]+) bytes/.exec(printed)?.[1];
  assert.ok(bytes !== undefined, printed);
  assert.ok(Number(bytes) > -1 && Number(bytes) < 8, printed);
}

describe('events of the usual kind', function () {
  this.timeout(60_000);

  it('leave nothing to be collected, with the rules that come with the daemon', () => {
    leavesNothing(join(projectRoot, 'etc/falco_rules.yaml'));
  });
});

describeShared('events of the usual kind, with rules of upstream', function () {
  for (const file of ['falco_rules-5.1.0.yaml', 'falco_rules-0.29.1.yaml'])
    it(`(${file}) leave nothing to be collected`, function () {
      this.timeout(60_000);
      leavesNothing(sharedPath(`rules/${file}`));
    });
});
