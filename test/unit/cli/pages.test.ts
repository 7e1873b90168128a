import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLAGS, type Flag } from '../../../daemon/cli/flags.js';
import { GONE_FLAGS } from '../../../daemon/cli/gone-flags.js';
import { bashCompletion, fishCompletion, zshCompletion } from '../../../daemon/cli/pages/completions.js';
import { manPage } from '../../../daemon/cli/pages/man.js';
import { commandLinePage } from '../../../daemon/cli/pages/markdown.js';
import { goneName, optionNames } from '../../../daemon/cli/pages/option-text.js';
import { projectRoot } from '../../support/project.js';

const flags: readonly Flag[] = Object.values(FLAGS);
const names = flags.flatMap(optionNames);
const goneNames = GONE_FLAGS.flatMap(flag => flag.names.map(goneName));

describe('docs/command-line.md', () => {
  it('is what the tables make of it, and speaks of every option, of today and of old', () => {
    const text = readFileSync(join(projectRoot, 'docs/command-line.md'), 'utf8');
    assert.equal(text, commandLinePage(), 'run make docs');
    for (const name of [...names, ...goneNames]) assert.ok(text.includes(`\`${name}\``), name);
  });
});

describe('The man page', () => {
  it('has every option, of today and of old', () => {
    const page = manPage('1.2.3', '2024-12-31');
    for (const name of [...names, ...goneNames])
      assert.ok(page.includes(`\\fB${name.replaceAll('-', '\\-')}\\fR`), name);
    assert.match(page, /^\.TH FALCO 8 "2024-12-31" "falco 1\.2\.3"/);
  });
});

describe('Completion in bash', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-completion-'));
    writeFileSync(join(folder, 'falco.bash'), bashCompletion());
    writeFileSync(join(folder, 'rules file.yaml'), '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What a real bash offers for the words typed so far, the last of them unfinished. */
  function complete(...words: string[]): readonly string[] {
    const script = [
      'source ./falco.bash',
      'compopt() { :; }',
      'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))',
      '_falco',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n');
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-uc', script, 'bash', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    return stdout.split('\n').filter(line => line !== '');
  }

  it('offers options, keys of the configuration, files and words', () => {
    assert.deepEqual(complete('falco', '--li'), [
      '--list',
      '--list-events',
      '--list-plugins',
      '--list=syscall',
      '--list=k8s_audit',
    ]);
    const offered = complete('falco', '');
    assert.deepEqual(
      names.filter(name => !offered.includes(name)),
      [],
    );
    assert.deepEqual(complete('falco', '-o', 'engine.r'), ['engine.replay.capture_file=']);
    assert.deepEqual(complete('falco', '-r', 'ru'), ['rules file.yaml']);
    assert.deepEqual(complete('falco', '--format', ''), ['text', 'markdown', 'json']);
    assert.deepEqual(complete('falco', '--format', '=', 'te'), ['text']);
    assert.deepEqual(complete('falco', '--format', '='), ['text', 'markdown', 'json']);
    assert.deepEqual(complete('falco', '-l', ''), []);
  });
});

describe('Completion in zsh and fish', () => {
  it('has every option', () => {
    const [zsh, fish] = [zshCompletion(), fishCompletion()];
    for (const { short, long } of flags) {
      if (short !== '') assert.match(fish, new RegExp(`^complete -c falco -s ${short}\\b`, 'm'));
      if (long !== '') assert.match(fish, new RegExp(`^complete -c falco.* -l ${long}\\b`, 'm'));
    }
    for (const name of names) assert.match(zsh, new RegExp(`^  '[^\\[]*[*)]${name}[=+-]*\\[`, 'm'), name);
  });
});
