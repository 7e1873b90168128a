/** Man page and completions, judged by the programs that will read them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bashCompletion, fishCompletion, zshCompletion } from '../../daemon/cli/pages/completions.js';
import { suiteManPage } from '../attacks/man.js';
import { manPage } from '../../daemon/cli/pages/man.js';

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function expectWords(stdout: string): void {
  for (const words of [
    '<--dry-run>',
    '<-o><json_include_message_property=false>',
    '<-r><some rules.yaml>',
    '<--format=text>',
  ])
    assert.ok(stdout.includes(words), `${words} in ${stdout}`);
}

describe('Pages made from the flag table', () => {
  let folder: string;
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-pages-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs a program in the folder; skips the test where there is no such program, except in CI. */
  function run(context: Mocha.Context, command: string, ...args: readonly string[]): Outcome {
    const { error, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, HOME: folder, TERM: 'dumb', MANWIDTH: '100', LC_ALL: 'C.UTF-8' },
    });
    if (error !== undefined && process.env['CI'] !== 'true') context.skip();
    assert.equal(error, undefined, `${command} is missing`);
    return { stdout, stderr };
  }

  it('mandoc and man find nothing wrong with falco(8)', function () {
    const page = write('falco.8', manPage('1.2.3', '2024-12-31'));
    assert.deepEqual(run(this, 'mandoc', '-Tlint', '-Wall', page), { stdout: '', stderr: '' });
    const { stdout, stderr } = run(this, 'man', '--warnings', '-l', page);
    assert.equal(stderr, '');
    assert.match(stdout, /-o, --option KEY=VALUE\n/);
  });

  it('mandoc and man find nothing wrong with falco-attack-suite(8)', function () {
    const page = write('falco-attack-suite.8', suiteManPage('1.2.3', '2024-12-31'));
    assert.deepEqual(run(this, 'mandoc', '-Tlint', '-Wall', page), { stdout: '', stderr: '' });
    const { stdout, stderr } = run(this, 'man', '--warnings', '-l', page);
    assert.equal(stderr, '');
    assert.match(stdout, /--wait SECONDS\n +How long an alert may take \(5\)\.\n/);
  });

  it('bash completes a command line that is typed', function () {
    write('falco.bash', bashCompletion());
    write('some rules.yaml', '');
    mkdirSync(join(folder, 'sources.d'));
    // Completion works only on a terminal: script(1) makes one.
    const typed = 'source ./falco.bash; PS1=; falco() { printf \'<%s>\' "$@"; echo; }';
    write(
      'input',
      `${typed}\nfalco --dry\t\nfalco -o json_incl\tmes\tfalse\nfalco -r some\t\nfalco --format=te\t\nexit\n`,
    );
    const { stdout } = run(this, 'bash', '-c', "script -qec 'bash --norc --noprofile -i' /dev/null <input");
    expectWords(stdout);
  });

  it('zsh completes a command line that is typed', function () {
    write('_falco', zshCompletion());
    write('some rules.yaml', '');
    // A second zsh at a terminal of its own; what is typed ahead must not make a tab a tab.
    const begin = `PS1=; fpath=(${folder} $fpath); zstyle ":completion:*" insert-tab false; autoload -Uz compinit; compinit -u -D; falco() { printf "<%s>" "$@"; echo }`;
    const typed = [
      'falco --dry\\t',
      'falco -o json_incl\\tmes\\tfalse',
      'falco -r som\\t',
      'falco --format=te\\t',
      'exit',
    ];
    const script = [
      'zmodload zsh/zpty; zpty z "zsh -f -i"',
      `zpty -w z ${quoted(begin)}`,
      ...typed.map(line => `zpty -w -n z $'${line}\\n'`),
      'while zpty -r z out; do print -rn -- $out; done',
    ].join('\n');
    const { stdout } = run(this, 'zsh', '-fc', script);
    expectWords(stdout);
  });

  it('fish reads its completions, and offers what is in them', function () {
    const file = write('falco.fish', fishCompletion());
    const offered = (line: string): readonly string[] => {
      const { stdout, stderr } = run(
        this,
        'fish',
        '--no-config',
        '-c',
        `source ${file}; complete -C '${line}'`,
      );
      assert.equal(stderr, '');
      return stdout.split('\n').map(row => row.split('\t')[0]!);
    };
    assert.ok(offered('falco --dry').includes('--dry-run'));
    assert.ok(offered('falco -o engine.r').includes('engine.replay.capture_file='));
    assert.deepEqual(offered('falco --format ').toSorted(), ['', 'json', 'markdown', 'text']);
  });
});
