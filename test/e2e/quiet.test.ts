/** The delivered rules keep quiet while a host lives its normal life: the quiet suite, in a process of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXPLAINED } from '../quiet/explained.js';
import { describeLive, patience } from '../support/live.js';
import { projectRoot } from '../support/project.js';

const LIMIT_MS = 120_000 * patience;

describeLive(
  'A host that lives its normal life',
  () => {
    it('has each alert that is right explained in the docs', () => {
      const page = readFileSync(join(projectRoot, 'docs/quiet-suite.md'), 'utf8');
      const rows = EXPLAINED.map(({ rule, activity, why }) => [rule, activity, why]);
      const found = [...page.matchAll(/^\| (.+) \(\w+\) \| (\S+) \| (.+) \|$/gm)].map(match =>
        match.slice(1),
      );
      assert.deepEqual(found, rows);
    });

    it('raises no warning, and few notices, each of which is explained', function () {
      this.timeout(LIMIT_MS + 30_000);
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(projectRoot, 'dist/test/quiet/main.js')],
        { encoding: 'utf8', timeout: LIMIT_MS },
      );
      assert.equal(status, 0, `${stdout}\n${stderr}`);
      const performed = [...stdout.matchAll(/^(\S+) +[\d.]+ s +\d+ alerts /gm)].map(match => match[1]!);
      const skipped = [...stdout.matchAll(/^ {4}skipped: .*/gm)].map(([line]) => line.trim());
      for (const line of skipped) console.log(`      ${line}`);
      // What needs no package of Debian is always performed.
      for (const id of ['accounts', 'administrator', 'compile', 'git', 'containerd'])
        assert.ok(performed.includes(id), stdout);
      assert.ok(performed.length - skipped.length >= 8, stdout);
      console.log(`      ${/^CPU of the daemon.*/m.exec(stdout)![0]}`);
    });
  },
  ['unshare', 'containerd', 'ctr', 'runc', 'git', 'make', 'logrotate'],
);
