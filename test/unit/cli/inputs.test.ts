import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArguments } from '../../../daemon/cli/arguments.js';
import { readInputs, readSettledInputs, type Inputs } from '../../../daemon/cli/inputs.js';
import { sleep } from '../../support/process.js';

const rule = (name: string): string =>
  `- rule: ${name}\n  desc: d\n  condition: evt.type = openat\n  output: x\n  priority: NOTICE\n`;

describe('What a reload reads', () => {
  let folder = '';
  let rules = '';
  let config = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-inputs-'));
    rules = join(folder, 'rules.yaml');
    config = join(folder, 'falco.yaml');
    writeFileSync(rules, rule('A'));
    writeFileSync(config, `rules_files: [${rules}]\nstdout_output: {enabled: true}\n`);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function args() {
    const parsed = parseArguments(['-c', config]);
    assert.ok(parsed.ok);
    return parsed.arguments;
  }

  const content = (inputs: Inputs): string => {
    assert.ok(inputs.ok, inputs.ok ? '' : inputs.message);
    return inputs.rules.map(file => file.content.toString()).join('');
  };

  it('has the same fingerprint as long as nothing counts that is different', () => {
    const first = readInputs(args());
    writeFileSync(config, `# a comment\nrules_files: [${rules}]\nstdout_output: {enabled: true}\n`);
    assert.equal(readInputs(args()).fingerprint, first.fingerprint);
    writeFileSync(rules, rule('B'));
    const second = readInputs(args());
    assert.notEqual(second.fingerprint, first.fingerprint);
    writeFileSync(config, `rules_files: [${rules}]\nstdout_output: {enabled: true}\npriority: error\n`);
    assert.notEqual(readInputs(args()).fingerprint, second.fingerprint);
  });

  it('tells what is wrong, and which files to watch for it to be right', () => {
    writeFileSync(config, 'rules_files: [\n');
    const inputs = readInputs(args());
    assert.ok(!inputs.ok);
    assert.deepEqual(inputs.paths, [config]);
    assert.match(inputs.message, /falco\.yaml/);
  });

  it('does not read what is far too large, not even to see whether it has changed', () => {
    truncateSync(config, 1500 << 20);
    const before = process.memoryUsage().rss;
    const inputs = readInputs(args());
    assert.match(inputs.ok ? '' : inputs.message, /falco\.yaml: it is larger than 4194304 bytes$/);
    assert.ok(process.memoryUsage().rss - before < 500 << 20);
    truncateSync(config, 1501 << 20);
    assert.notEqual(readInputs(args()).fingerprint, inputs.fingerprint);
  });

  it('says what cannot be looked at, and leaves links that lead nowhere out of a folder', () => {
    const rulesFolder = join(folder, 'rules.d');
    mkdirSync(rulesFolder);
    writeFileSync(join(rulesFolder, 'a.yaml'), rule('A'));
    symlinkSync('circle.yaml', join(rulesFolder, 'circle.yaml'));
    symlinkSync('nowhere', join(rulesFolder, 'dangling.yaml'));
    writeFileSync(config, `rules_files: [${rulesFolder}]\nstdout_output: {enabled: true}\n`);
    assert.equal(content(readInputs(args())), rule('A'));
    for (const path of [join(rulesFolder, 'circle.yaml'), join(folder, `${'x'.repeat(300)}.yaml`)]) {
      writeFileSync(config, `rules_files: [${path}]\nstdout_output: {enabled: true}\n`);
      const inputs = readInputs(args());
      assert.deepEqual(inputs.ok ? '' : inputs.message, `Could not open file ${path} for reading`);
    }
    const included = join(rulesFolder, 'circle.yaml');
    writeFileSync(config, `config_files: [${included}]\nrules_files: [${rules}]\n`);
    const inputs = readInputs(args());
    assert.match(inputs.ok ? '' : inputs.message, /^Could not read configuration file \S+circle.yaml: ELOOP/);
  });

  it('does not take a pipe that is empty by now for the configuration', () => {
    unlinkSync(config);
    execFileSync('mkfifo', [config]);
    const inputs = readInputs(args());
    assert.equal(inputs.ok ? '' : inputs.message, `${config} is a pipe: what was in it cannot be read again`);
    assert.deepEqual(inputs.paths, []);
  });

  it('waits for the end of a file that is being written', async () => {
    const before = readInputs(args());
    const writer = openSync(rules, 'w');
    writeSync(writer, rule('A'));
    const reading = readSettledInputs(args(), before);
    await sleep(300);
    writeSync(writer, rule('B'));
    closeSync(writer);
    assert.equal(content(await reading), rule('A') + rule('B'));
  });

  it('waits for a file that is empty or gone for a moment', async () => {
    const before = readInputs(args());
    writeFileSync(rules, '');
    const reading = readSettledInputs(args(), before);
    await sleep(300);
    writeFileSync(rules, rule('B'));
    const next = await reading;
    assert.equal(content(next), rule('B'));
    unlinkSync(rules);
    const again = readSettledInputs(args(), next);
    await sleep(300);
    writeFileSync(rules, rule('C'));
    assert.equal(content(await again), rule('C'));
  });

  it('believes in the end that a file is empty', async () => {
    const before = readInputs(args());
    writeFileSync(rules, '');
    assert.equal(content(await readSettledInputs(args(), before)), '');
  });

  it('is never half of a file, whenever it is written anew', async function () {
    this.timeout(30_000);
    const long = Array.from({ length: 200 }, (_, n) => rule(`R${n}`)).join('');
    writeFileSync(rules, long);
    let before = readInputs(args());
    let writing = true;
    const writer = (async () => {
      for (let n = 0; writing; n++) {
        const file = openSync(rules, 'w');
        if (n % 3 === 0) await sleep(0);
        writeSync(file, long);
        closeSync(file);
        await sleep(n % 7);
      }
    })();
    for (let n = 0; n < 60; n++) {
      before = await readSettledInputs(args(), before);
      assert.equal(content(before).length, long.length);
    }
    writing = false;
    await writer;
  });
});
