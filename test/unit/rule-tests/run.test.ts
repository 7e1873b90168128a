/** Tests are run, and what failed is told with the check that stopped the rule. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRecord } from '../../../daemon/events/record-writer.js';
import { readTests } from '../../../daemon/rule-tests/read.js';
import { problemText } from '../../../daemon/rule-tests/reader.js';
import { reportText } from '../../../daemon/rule-tests/report.js';
import { runTests } from '../../../daemon/rule-tests/run.js';
import { eventBlock, section } from '../../support/capture-file.js';

const RULES = `
- macro: opened
  condition: evt.type in (open, openat) and fd.num >= 0
- rule: shadow
  desc: d
  condition: opened and fd.name = /etc/shadow and not proc.name in (sudo, su)
  output: file=%fd.name by=%proc.cmdline image=%container.image.repository
  priority: WARNING
- rule: any open
  desc: d
  condition: opened and fd.name startswith /etc/sha
  output: x
  priority: INFO
- rule: started in image
  desc: d
  condition: evt.type = execve and container.image.repository = nginx and proc.aname in (bash)
  output: x
  priority: INFO
- rule: off
  desc: d
  condition: evt.type = chmod
  output: x
  priority: INFO
  enabled: false
- rule: connected
  desc: d
  condition: evt.type = connect and fd.sip = 10.0.0.2 and fd.sport = 443 and fd.l4proto = tcp
  output: "%fd.name"
  priority: INFO
- rule: mounted
  desc: d
  condition: evt.type = pivot_root and proc.name = x
  output: x
  priority: INFO
`;

async function run(tests: string) {
  const read = readTests(
    '/t/a.yaml',
    Buffer.from(`rules: [r.yaml]\nprocesses:\n  bash: {}\ntests:\n${tests}`),
  );
  if (!read.ok) throw new Error(read.errors.map(problemText).join('\n'));
  const result = await runTests(read.value, path => {
    if (path !== '/t/r.yaml') throw new Error(`no ${path}`);
    return Buffer.from(RULES);
  });
  return { file: read.value, result };
}

/** Reasons of the one test. */
async function reasons(test: string): Promise<readonly string[]> {
  const { result } = await run(`  - {test: t, ${test}}\n`);
  if (!result.ok) throw new Error(result.errors.map(problemText).join('\n'));
  return result.tests[0]!.reasons;
}

const OPEN = '{type: openat, args: {name: /etc/shadow}}';

describe('rule tests', () => {
  it('pass when the alerts that came are those expected', async () => {
    assert.deepEqual(
      await reasons(
        `process: {name: cat, args: [/etc/shadow]}, events: [${OPEN}], alerts: [{rule: shadow, output: [file=/etc/shadow, by=cat /etc/shadow], priority: warning}]`,
      ),
      [],
    );
    assert.deepEqual(
      await reasons(`process: {name: cat}, events: [{type: open, args: {name: /x}}], alerts: []`),
      [],
    );
  });
  it('say for a missing alert where its rule stopped, at the event that came nearest', async () => {
    assert.deepEqual(
      await reasons(
        `process: {name: su}, events: [{type: open, args: {name: /x}}, ${OPEN}], alerts: [shadow, any open]`,
      ),
      [
        "'shadow' raised no alert: event 2, openat su(1000): stopped at not proc.name in (sudo, su): saw 'su' [step 4 of 4; /t/r.yaml:6:55]",
      ],
    );
  });
  it('say when no event is of the types of the rule', async () => {
    assert.deepEqual(await reasons(`process: {name: a}, events: [{type: chmod}], alerts: [shadow]`), [
      "'shadow' raised no alert: no event is of its types",
    ]);
  });
  it('say when another rule took the event, or the rule is not enabled', async () => {
    assert.deepEqual(await reasons(`process: {name: a}, events: [${OPEN}], alerts: [shadow, any open]`), [
      "'any open' raised no alert: event 1, openat a(1000): it matched, but rule 'shadow' is before it and takes the event",
    ]);
    assert.deepEqual(await reasons(`process: {name: a}, events: [{type: chmod}], alerts: [off]`), [
      "'off' raised no alert: event 1, chmod a(1000): it matched, but it is not enabled",
    ]);
  });
  it('say what came unexpectedly, in another order, or with another text', async () => {
    assert.deepEqual(await reasons(`process: {name: a}, events: [${OPEN}], alerts: []`), [
      "'shadow' was not expected: event 1, openat a(1000): file=/etc/shadow by=a image=",
    ]);
    assert.deepEqual(
      await reasons(
        `process: {name: a}, events: [${OPEN}, {type: open, args: {name: /etc/sha}}], alerts: [any open, shadow]`,
      ),
      ['the alerts came in another order'],
    );
    assert.deepEqual(
      await reasons(`process: {name: a}, events: [${OPEN}], alerts: [{rule: shadow, output: by=b}]`),
      ["the output of 'shadow' does not contain 'by=b': file=/etc/shadow by=a image="],
    );
  });
  it('take fields that are given before what the event says, for one event', async () => {
    const image = 'fields: {container.image.repository: nginx}';
    const child = 'process: {name: ls, parent: bash}';
    assert.deepEqual(
      await reasons(`${child}, events: [{type: execve, ${image}}], alerts: [started in image]`),
      [],
    );
    assert.deepEqual(
      await reasons(`${child}, events: [{type: chmod, ${image}}, {type: execve}], alerts: []`),
      [],
    );
    const given = 'fields: {container.image.repository: nginx, proc.aname: [x, bash]}';
    assert.deepEqual(
      await reasons(`process: {name: ls}, events: [{type: execve, ${given}}], alerts: [started in image]`),
      [],
    );
    const none = 'fields: {fd.name: ~}';
    assert.deepEqual(
      await reasons(
        `process: {name: a}, events: [{type: open, args: {name: /etc/shadow}, ${none}}], alerts: []`,
      ),
      [],
    );
  });
  it('know connections and calls without an event of their own', async () => {
    assert.deepEqual(
      await reasons(
        `process: {name: curl}, events: [{type: connect, args: {fd: 5, tuple: '10.0.0.1:4000->10.0.0.2:443'}}], alerts: [{rule: connected, output: '10.0.0.1:4000->10.0.0.2:443'}]`,
      ),
      [],
    );
    assert.deepEqual(
      await reasons(`process: {name: x}, events: [{type: pivot_root}], alerts: [mounted]`),
      [],
    );
  });
  it('start each on a host of its own', async () => {
    const { result } = await run(
      `  - {test: a, process: {name: a, files: {5: /etc/shadow}}, events: [{type: close, args: {fd: 5}}], alerts: []}\n` +
        `  - {test: b, process: bash, events: [${OPEN}], alerts: [{rule: shadow, output: by=bash}]}\n`,
    );
    assert.ok(result.ok && result.tests.every(test => test.passed));
  });
  it('are not run with rules that are not there, or wrong', async () => {
    const { result } = await run(`  - {test: t, process: bash, events: [${OPEN}], alerts: [shadw]}\n`);
    assert.ok(!result.ok);
    assert.equal(
      result.errors
        .map(problemText)[0]!
        .split('\n')
        .filter((_, index) => index !== 1 && index !== 2)
        .join('\n'),
      "/t/a.yaml:5:92: there is no rule 'shadw'\n    did you mean 'shadow'?",
    );
  });
  it('are reported with what was expected, what came, and why', async () => {
    const { file, result } = await run(
      `  - {test: good, process: bash, events: [${OPEN}], alerts: [shadow]}\n` +
        `  - {test: bad, process: bash, events: [${OPEN}], alerts: []}\n`,
    );
    assert.ok(result.ok);
    assert.equal(
      reportText(file, result.tests, true),
      `/t/a.yaml: 1 passed, 1 failed (r.yaml)
  ✓ good
  ✗ bad (/t/a.yaml:6:12)
      expected: no alert
      came:     'shadow'
      'shadow' was not expected: event 1, openat bash(1000): file=/etc/shadow by=bash image=
`,
    );
  });
});

describe('rule tests on a capture', () => {
  const folder = mkdtempSync(join(tmpdir(), 'falco-rule-tests-'));
  const file = join(folder, 'two.scap');
  before(() => {
    const openat = (n: number, name: string): Buffer =>
      writeRecord({ type: 307, time: BigInt(n), tid: 7, params: [3, -100, name, 1, 0, 0, 0] });
    const blocks = [section(), eventBlock(openat(1, '/etc/shadow')), eventBlock(openat(2, '/etc/hosts'))];
    writeFileSync(file, Buffer.concat(blocks));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('pass when the alerts that came are those expected', async () => {
    assert.deepEqual(
      await reasons(`capture: ${file}, alerts: [{rule: shadow, output: file=/etc/shadow}]`),
      [],
    );
  });
  it('say which event raised an alert that was not expected, and where an expected one stopped', async () => {
    assert.deepEqual(await reasons(`capture: ${file}, alerts: []`), [
      "'shadow' was not expected: event 1, openat <NA>(-1): file=/etc/shadow by=<NA> image=",
    ]);
    const [reason] = await reasons(`capture: ${file}, alerts: [shadow, shadow]`);
    assert.match(
      reason ?? '',
      /^'shadow' raised too few alerts: event 2, openat <NA>\(-1\): stopped at fd\.name/,
    );
  });
  it('fail when the capture cannot be read', async () => {
    assert.deepEqual(await reasons(`capture: ${folder}/none.scap, alerts: []`), [
      `Could not open trace filename ${folder}/none.scap for reading: No such file or directory`,
    ]);
  });
  it('have no events of their own', async () => {
    await assert.rejects(
      reasons(`capture: ${file}, events: [${OPEN}], alerts: []`),
      /a test with a 'capture' has no 'events'/,
    );
  });
});
