/** bin/falco as people call it, as far as it goes without touching the kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../support/project.js';

const falco = join(projectRoot, 'bin/falco');
const RULE = [
  '- rule: R',
  '  desc: d',
  '  condition: evt.type = open and fd.name = /x',
  '  output: o %fd.name',
  '  priority: WARNING',
  '',
].join('\n');

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options });
  return { code: status, stdout, stderr };
}

describe('falco on the command line', () => {
  let folder: string;
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const config = (more = ''): string =>
    write('falco.yaml', `stdout_output: {enabled: true}\nlog_stderr: true\nlog_syslog: false\n${more}`);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-cli-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('runs with an empty environment, from another folder, through symbolic links', () => {
    mkdirSync(join(folder, 'a'));
    symlinkSync(falco, join(folder, 'a', 'direct'));
    symlinkSync('a/direct', join(folder, 'relative'));
    for (const path of [falco, join(folder, 'a', 'direct'), './relative']) {
      const { code, stdout, stderr } = run(path, ['--version'], { cwd: folder, env: {} });
      assert.equal(code, 0, `${path}: ${stderr}`);
      assert.match(stderr, /^.*: Falco version: .*\n.*: Falco initialized with configuration files:\n/);
      assert.match(stdout, /^Falco version: /);
    }
    const found = run('sh', ['-c', 'PATH=$PATH:. exec relative --version'], { cwd: folder });
    assert.equal(found.code, 0, found.stderr);
  });

  it('says in one line that it is not built', () => {
    mkdirSync(join(folder, 'bin'));
    copyFileSync(falco, join(folder, 'bin', 'falco'));
    const outcome = run(join(folder, 'bin', 'falco'), []);
    assert.deepEqual(outcome, {
      code: 1,
      stdout: '',
      stderr: `Error: falco is not built: run make in ${folder}\n`,
    });
  });

  const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
    [['--nope'], /^Error: Option 'nope' does not exist\n$/],
    [['-c', '/does/not/exist'], /^Error: Could not find configuration file at \/does\/not\/exist\n$/],
    [
      ['-c', '{config}', '-o', 'engine.kind=ebpf'],
      /^Error: -o engine\.kind: engine\.kind 'ebpf' is not a valid kind\. \(it was removed: write modern_ebpf\)\n$/,
    ],
    [
      ['-c', '{config}', '-o', 'novalue'],
      /^Error: Error parsing config option "novalue"\. Must be of the form/,
    ],
    [
      ['-c', '{config}', '-o', 'log_stderr=false', '-V', '/does/not/exist'],
      /^Error: Could not open file \/does\/not\/exist for reading\n$/,
    ],
    [['-c', '{config}', '-o', 'log_stderr=false'], /^Error: There is no rules file; /],
    [
      ['-c', '{config}', '-o', 'log_stderr=false', '-r', '/does/not/exist.yaml'],
      /^Error: There is no rules file at \/does\/not\/exist\.yaml; /,
    ],
    [
      ['-c', '{config}', '-o', 'log_stderr=false', '-o', 'stdout_output.enabled=false'],
      /^Error: No output configured, please make sure at least one output is configured and enabled\.\n$/,
    ],
    [['-d'], /^Error: Option 'd' was removed: let the service manager put it into the background/],
    [
      ['-c', '{config}', '-o', 'log_stderr=false', '-M', '3000000'],
      /^Error: Option 'M' takes 2147483 seconds/,
    ],
    [
      ['-c', '{config}', '-o', 'log_stderr=false', '--plugin-info', 'nope'],
      /^Error: can't find plugin and print its info: nope\n$/,
    ],
    [
      ['-c', '{config}', '-o', 'log_stderr=false', '--enable-source', 'x'],
      /^Error: Event source 'x' does not exist; there are: syscall, k8s_audit\n$/,
    ],
  ];
  for (const [args, message] of REFUSED) {
    it(`refuses ${args.join(' ')}`, () => {
      const path = config();
      const { code, stdout, stderr } = run(
        falco,
        args.map(arg => arg.replace('{config}', path)),
      );
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [1, '']);
    });
  }

  it('shows the line of falco.yaml that is wrong', () => {
    const path = config('engine:\n  kind: foo\n');
    const { code, stderr } = run(falco, ['-c', path]);
    assert.deepEqual(
      [code, stderr],
      [
        1,
        `Error: ${path}:5:9: engine.kind 'foo' is not a valid kind. (one of kmod, modern_ebpf, replay, nodriver)\n` +
          '    kind: foo\n          ^\n',
      ],
    );
  });

  it('begins the log of every action as that of the daemon, and tells what is odd about falco.yaml', () => {
    const path = config('json_outptu: true\n');
    const rules = write('r.yaml', RULE);
    for (const action of [
      ['--version'],
      ['--page-size'],
      ['--list-plugins'],
      ['--list'],
      ['--support'],
      ['-L'],
    ]) {
      const { code, stderr } = run(falco, ['-c', path, '-r', rules, ...action]);
      assert.equal(code, 0, stderr);
      assert.match(
        stderr,
        /^.*: Falco version: .*\n.*: Falco initialized with configuration files:\n.*falco\.yaml \| schema validation: failed for <root>\[json_outptu\]: .*\n.*: unknown key 'json_outptu' is ignored; did you mean 'json_output'\?\n/,
        action[0],
      );
    }
    const checked = run(falco, ['-c', path, '-V', rules]);
    assert.match(checked.stderr, /: unknown key 'json_outptu' [^]*: Validating rules file\(s\):\n/);
    assert.equal(checked.stdout, `${rules}: Ok\n`);
  });

  it('checks rules with settings that no driver could be started with, and does not start', () => {
    const path = config('engine: {modern_ebpf: {buf_size_preset: 11}}\n');
    const rules = write('r.yaml', RULE);
    assert.equal(run(falco, ['-c', path, '-V', rules]).code, 0);
    const { code, stderr } = run(falco, ['-c', path, '-r', rules, '--dry-run']);
    assert.equal(code, 1);
    assert.match(stderr, /\nError: .*falco\.yaml:4:41: buf_size_preset must be from 1 to 10, not 11\n/);
    assert.equal(run(falco, ['-c', path, '-r', rules, '-o', 'engine.kind=nodriver', '--dry-run']).code, 0);
  });

  it('fails when what it prints finds the disk full', () => {
    for (const action of ['--help', '--config-schema', '--list', '--version']) {
      const { code, stderr } = run('sh', [
        '-c',
        `exec "$0" "$@" > /dev/full`,
        falco,
        '-c',
        config(),
        '-o',
        'log_stderr=false',
        action,
      ]);
      assert.deepEqual(
        [code, stderr],
        [1, 'Error: cannot write to standard output: ENOSPC: no space left on device, write\n'],
      );
    }
  });

  it('understands options of earlier releases, with a warning in the log', () => {
    const args = [
      '-c',
      config(),
      '-r',
      write('r.yaml', RULE),
      '-A',
      '-S',
      '120',
      '-D',
      'R',
      '-pk',
      '--dry-run',
    ];
    const { code, stderr } = run(falco, args);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /: Option 'A' is deprecated: use -o base_syscalls\.all=true\n/);
    assert.match(stderr, /: Option 'S' is deprecated: use -o falco_libs\.snaplen=BYTES\n/);
    assert.match(stderr, /: Option 'p' is deprecated; use append_output\n/);
    assert.match(stderr, /: Disabling rules with name: \*R\*\n/);
  });

  it('runs without a driver, and says that no event will come', () => {
    const args = ['-c', config(), '-r', write('r.yaml', RULE), '-o', 'engine.kind=nodriver', '-M', '1'];
    const { code, stdout, stderr } = run(falco, args);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /: Opening 'syscall' source with no driver\n/);
    assert.match(
      stderr,
      /: Enabled event source 'syscall' will be opened with no driver, no event will be produced\n/,
    );
    assert.doesNotMatch(stderr, /System info/);
    assert.match(stdout, /^Events detected: 0\n/);
  });

  it('lists the plugins that are built in', () => {
    const { code, stdout } = run(falco, ['-c', config(), '--list-plugins']);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^3 Plugins Loaded:\n\nName: container\nDescription: .+\nContact: \nVersion: [\d.]+\nCapabilities: \n {2}- Field Extraction\n/,
    );
    const named = [...stdout.matchAll(/^Name: (.*)$/gm)].map(([, name]) => name);
    assert.deepEqual(named, ['container', 'k8saudit', 'json']);
    assert.match(stdout, /^ {2}- Event Sourcing \(ID=1, source='k8s_audit'\)$/m);
    const info = run(falco, ['-c', config(), '--plugin-info', '/usr/share/falco/plugins/libcontainer.so']);
    assert.match(info.stdout, /^Name: container\n[^]*\nInit config schema type: /);
  });

  it('prints its help, its schema and the size of pages', () => {
    assert.match(run(falco, ['-h']).stdout, /^Falco - .*\n\nUsage:\n/);
    const schema = run(falco, ['--config-schema']).stdout;
    assert.ok(!schema.endsWith('\n'));
    assert.equal((JSON.parse(schema) as { type: string }).type, 'object');
    assert.match(
      run(falco, ['-c', config(), '--page-size']).stdout,
      /^Your system page size is: \d+ bytes\n$/,
    );
  });

  it('checks rules files with -V', () => {
    const good = write('good.yaml', RULE);
    const bad = write('bad.yaml', RULE.replace('fd.name', 'fd.nonsense'));
    const ok = run(falco, ['-c', config(), '-V', good]);
    assert.deepEqual([ok.code, ok.stdout], [0, `${good}: Ok\n`], ok.stderr);
    assert.match(ok.stderr, /: Validating rules file\(s\):\n.*: {4}\S+good\.yaml\n$/);

    const failed = run(falco, ['-c', config('log_stderr: false\n'), '-V', good, '-V', bad]);
    assert.equal(failed.code, 1);
    assert.ok(failed.stdout.startsWith(`${good}: Ok\n${bad}: Invalid\n1 Errors:\n`), failed.stdout);
    assert.ok(failed.stderr.endsWith(`Error: ${failed.stdout}`), failed.stderr);
    assert.doesNotMatch(failed.stderr, /\n {4}at /);
  });

  it('answers -V in JSON where alerts are', () => {
    const good = write('good.yaml', RULE);
    const { code, stdout } = run(falco, ['-c', config(), '-o', 'json_output=true', '-V', good]);
    const results = (JSON.parse(stdout) as { falco_load_results: { name: string; successful: boolean }[] })
      .falco_load_results;
    assert.deepEqual([code, results.length, results[0]!.name, results[0]!.successful], [0, 1, good, true]);
  });

  it('reads everything and watches nothing with --dry-run', () => {
    const { code, stdout, stderr } = run(falco, [
      '-c',
      config('nonsense: 1\n'),
      '-r',
      write('r.yaml', RULE),
      '--dry-run',
    ]);
    assert.deepEqual([code, stdout], [0, ''], stderr);
    assert.match(stderr, /Falco version: .*\n.*Falco initialized with configuration files:\n/);
    assert.match(
      stderr,
      /falco\.yaml \| schema validation: failed for <root>\[nonsense\]: unknown key 'nonsense' is ignored/,
    );
    assert.match(stderr, /Loading rules from:\n.* {4}\S+r\.yaml \| schema validation: ok\n/);
    const bad = run(falco, [
      '-c',
      config(),
      '-r',
      write('r.yaml', RULE.replace('WARNING', 'LOUD')),
      '--dry-run',
    ]);
    assert.equal(bad.code, 1);
    assert.match(bad.stderr, /^Error: \S+r\.yaml: Invalid$/m);
  });

  it('names the rules that are enabled, at level debug', () => {
    const rules = write(
      'r.yaml',
      RULE + RULE.replace('rule: R', 'rule: S') + RULE.replace('rule: R', 'rule: T'),
    );
    const args = ['-c', config(), '-r', rules, '-o', 'log_level=debug', '-o', 'rules[].disable.rule=S'];
    for (const more of [['--dry-run'], ['-o', 'engine.kind=nodriver', '-M', '1']]) {
      const { code, stderr } = run(falco, [...args, ...more]);
      assert.equal(code, 0, stderr);
      const lines = stderr.split('\n').map(line => line.replace(/^.*? \d{4}: /, ''));
      const at = lines.indexOf('Enabled rules:');
      assert.deepEqual(lines.slice(at, at + 4), [
        'Enabled rules:',
        '   R',
        '   T',
        '(2) enabled rules in total',
      ]);
      assert.ok(lines.includes('Configured rules filenames:') && lines.includes(`   ${rules}`), stderr);
    }
  });

  it('does not mind that nobody reads what it prints', () => {
    const { code, stderr } = run('bash', ['-c', `set -o pipefail; "$0" --help | true`, falco]);
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('keeps an error free of the log when the log goes elsewhere', () => {
    const { code, stderr } = run(falco, ['-c', config(), '-o', 'log_stderr=false', '-o', 'rules_file=x']);
    assert.equal(code, 1);
    assert.equal(stderr.split('\n').length, 2, stderr);
  });
});
