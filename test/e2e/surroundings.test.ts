/** Where and how the daemon is started does not matter to it, or it says in one line why it does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { falco, writeConfig } from '../support/run-daemon.js';

describe('The daemon', () => {
  const folder = writeConfig({});
  after(() => rmSync(folder, { recursive: true }));

  /** A dry run, after these shell commands in a folder of the test's own. */
  function dryRun(commands: string, before = ''): { status: number | null; stderr: string } {
    const script = `${commands} && exec ${before} "$0" -c "$1" -o config_files=none.yaml --dry-run`;
    const { status, stderr } = spawnSync('sh', ['-c', script, falco, join(folder, 'falco.yaml')], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stderr };
  }

  it('starts in a folder that is gone', () => {
    const { status, stderr } = dryRun('mkdir gone && cd gone && rmdir ../gone');
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /Error|\bat /);
  });

  it('gets itself the open files that it needs, or asks for them', () => {
    const raised = dryRun('ulimit -S -n 40');
    assert.equal(raised.status, 0, raised.stderr);
    // Root may raise the limit, unless it lacks the capability.
    const without = process.getuid?.() === 0 ? 'setpriv --bounding-set=-sys_resource' : '';
    const { status, stderr } = dryRun('ulimit -n 40', without);
    assert.equal(status, 1);
    assert.equal(stderr, 'Error: falco needs 256 open files, and may have 40: raise the limit (ulimit -n)\n');
  });
});
