/** `falco --test FILE…` */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArguments } from '../../../daemon/cli/arguments.js';
import { projectRoot } from '../../support/project.js';

describe('falco --test', () => {
  const folder = mkdtempSync('/tmp/falco-test-');
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const test = (name: string, alerts: string): string =>
    write(
      name,
      `rules: r.yaml\ntests: [{test: t, process: {name: a}, events: [{type: chmod}], alerts: ${alerts}}]\n`,
    );
  const run = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [
      join(projectRoot, 'dist/bundle/daemon/main.js'),
      ...words,
    ]);
    return { status, out: stdout.toString(), err: stderr.toString() };
  };
  before(() =>
    write('r.yaml', '- {rule: R, desc: d, condition: evt.type = chmod, output: x, priority: INFO}\n'),
  );
  after(() => rmSync(folder, { recursive: true }));

  it('takes several files', () => {
    const parsed = parseArguments(['--test', 'a', 'b', '-v', '--test=c']);
    assert.ok(parsed.ok && parsed.arguments.verbose);
    assert.deepEqual(parsed.arguments.test, ['a', 'b', 'c']);
  });
  it('ends with 0 when all pass', () => {
    const { status, out, err } = run('--test', test('a.yaml', '[R]'), test('b.yaml', '[R]'));
    assert.deepEqual([status, err], [0, '']);
    assert.match(out, /^.*a\.yaml: 1 passed, 0 failed \(r\.yaml\)\n.*b\.yaml: .*\n2 passed, 0 failed\n$/);
  });
  it('ends with 1 when one fails, and says why', () => {
    const { status, out } = run('--test', test('a.yaml', '[]'));
    assert.equal(status, 1);
    assert.match(out, /✗ t .*\n {6}expected: no alert\n {6}came: {5}'R'\n[^]*0 passed, 1 failed\n$/);
  });
  it('ends with 1 when a file is missing, wrong, or names rules that do not load', () => {
    const bad = write('bad.yaml', 'rule: r.yaml\n');
    const broken = write('broken.yaml', 'rules: x.yaml\ntests: []\n');
    write('x.yaml', '- rule: x\n');
    const { status, out, err } = run('--test', join(folder, 'none.yaml'), bad, broken, test('a.yaml', '[R]'));
    assert.equal(status, 1);
    assert.match(err, /Could not open file .*none\.yaml/);
    assert.match(
      err,
      /bad\.yaml:1:1: a test file has no key 'rule'\n {4}rule: r\.yaml\n {4}\^\n {4}did you mean 'rules'\?/,
    );
    assert.match(err, /x\.yaml: Invalid/);
    assert.match(out, /1 passed, 0 failed, 3 files not run\n$/);
  });
});
