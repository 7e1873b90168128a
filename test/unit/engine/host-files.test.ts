import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHostFiles } from '../../../daemon/engine/host-files.js';

describe('The files of the host', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'falco-root-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  /** A /proc in which this process has the number. */
  function mountProc(self: number): void {
    mkdirSync(join(root, 'proc'));
    symlinkSync(String(self), join(root, 'proc/self'));
  }
  function mountEtc(): void {
    mkdirSync(join(root, 'etc'));
    writeFileSync(join(root, 'etc/passwd'), '');
  }

  it('are where HOST_ROOT says', () => {
    mountProc(4711);
    mountEtc();
    assert.deepEqual(findHostFiles(root, 4711), { proc: join(root, 'proc'), problems: [] });
  });

  it('are at their usual places without it', () => {
    assert.deepEqual(findHostFiles('', process.pid), { proc: '/proc', problems: [] });
  });

  it('are missed when they are not mounted, each with what is lost by it', () => {
    const { proc, problems } = findHostFiles(root, 4711);
    assert.equal(proc, null);
    assert.equal(problems.length, 2);
    assert.match(
      problems[0]!,
      /^HOST_ROOT: .*\/proc is not there, or no \/proc: what ran before falco is unknown, even its container/,
    );
    assert.ok(problems[0]!.endsWith(`Mount /proc of the host at ${root}/proc and set HOST_ROOT=${root}`));
    assert.match(
      problems[1]!,
      /^HOST_ROOT: .*\/etc\/passwd is not there: users and groups of the host have no/,
    );
  });

  it('are not those of a container, in which this process has another number', () => {
    mountProc(1);
    mountEtc();
    const { proc, problems } = findHostFiles(root, 4711);
    assert.equal(proc, null);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /\/proc shows the processes of a container, not those of the host: what ran/);
    assert.match(
      findHostFiles('', 4711).problems.join(),
      /^\/proc shows .* Mount \/proc of the host at \/host\/proc and set HOST_ROOT=\/host$/,
    );
  });

  it("are those of /proc after all when HOST_ROOT leads nowhere and /proc is the host's", () => {
    mountEtc();
    const { proc, problems } = findHostFiles(root, process.pid);
    assert.equal(proc, '/proc');
    assert.deepEqual(problems, [`HOST_ROOT: ${root}/proc is not there, or no /proc; /proc is used`]);
  });
});
