/** `falco --explain` on events of this host. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeLive } from '../../support/live.js';
import { eventually } from '../../support/process.js';
import { projectRoot } from '../../support/project.js';

describeLive('falco --explain', () => {
  const folder = mkdtempSync('/tmp/falco-explain-');
  const file = join(folder, 'watched');
  const rules = join(folder, 'rules.yaml');
  before(() => {
    writeFileSync(file, 'x');
    writeFileSync(
      rules,
      `- rule: Touched
  desc: test
  condition: evt.type in (open, openat) and fd.name = ${file} and not proc.name = head
  output: hit
  priority: NOTICE
`,
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  const start = (...words: string[]) => {
    const child = spawn(join(projectRoot, 'bin/falco'), [
      ...['-c', join(projectRoot, 'etc/falco.yaml'), '-r', rules, '-o', 'syslog_output.enabled=false'],
      ...words,
    ]);
    const seen = { out: '', err: '', code: undefined as number | null | undefined };
    child.stdout.on('data', (text: Buffer) => (seen.out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (seen.err += text.toString()));
    child.on('close', code => (seen.code = code));
    return { child, seen };
  };

  it('tells of each event what stopped the rule, raises no alert, and sums up at the end', async () => {
    const { child, seen } = start('--explain', 'Touched');
    await eventually('it watches', () => (seen.err.includes('Explaining rule') ? true : undefined), 10_000);
    execFileSync('cat', [file]);
    execFileSync('head', [file]);
    await eventually(
      'it tells',
      () => (/ head\(\d+\): stopped at not /.test(seen.out) ? true : undefined),
      5_000,
    );
    child.kill('SIGINT');
    await eventually('it ends', () => (seen.code !== undefined ? true : undefined), 10_000);
    assert.equal(seen.code, 0);
    assert.match(seen.out, /^openat cat\(\d+\): matched$/m);
    assert.match(
      seen.out,
      /^openat head\(\d+\): stopped at not proc\.name = head: saw 'head' \[step 3 of 3; .*rules\.yaml:3:\d+\]$/m,
    );
    assert.match(seen.out, /^Touched: \d+ events of its types, 1 match$/m);
    assert.match(seen.out, /^ +1 {2}stopped at not proc\.name = head \[step 3 of 3; /m);
    assert.doesNotMatch(seen.out, /hit|Notice/);
  });
  it('says which rule may have been meant', async () => {
    const { seen } = start('--explain', 'Tuched');
    await eventually('it ends', () => (seen.code !== undefined ? true : undefined), 10_000);
    assert.equal(seen.code, 1);
    assert.equal(seen.err, "Error: There is no rule 'Tuched'; did you mean 'Touched'?\n");
  });
});
