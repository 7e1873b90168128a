/** -L, -l, --support and their kin, as whoever sits at the terminal sees them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { falco, writeConfig } from '../../support/run-daemon.js';

const RULES = `
- list: shells
  items: [sh]
- rule: First
  desc: >
    A shell was started by a program that has no business to do so,
    which is how most break-ins go on once the door is open.
  condition: evt.type = execve and proc.name in (shells)
  output: shell
  priority: INFO
- rule: Second
  desc: short
  condition: evt.type = open
  output: opened
  priority: INFO
  enabled: false
`;

const TEXT = [
  'Rule                                               Description',
  '----                                               -----------',
  'First                                              A shell was started by a program that has no business to ',
  '                                                   do so, which is how most break-ins go on once the door is ',
  '                                                   open. ',
  '',
  'Second                                             short ',
  '',
  '',
];

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('on the command line', function () {
  this.timeout(20_000);
  let folder = '';
  let rules = '';

  before(() => {
    const append_output = [{ extra_output: 'more', extra_fields: [{ who: '%user.name' }] }];
    folder = writeConfig({ rules: RULES, config: { append_output } });
    rules = join(folder, 'rules.yaml');
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = (...args: readonly string[]): Outcome => {
    const { status, stdout, stderr } = spawnSync(falco, ['-c', join(folder, 'falco.yaml'), ...args], {
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  };

  it('-L describes all rules in two columns', () => {
    const { code, stdout } = run('-L');
    assert.equal(code, 0);
    assert.deepEqual(stdout.split('\n'), TEXT);
  });

  it('-l describes one rule', () => {
    const { code, stdout } = run('-l', 'Second');
    assert.equal(code, 0);
    assert.deepEqual(stdout.split('\n'), [...TEXT.slice(0, 2), ...TEXT.slice(6)]);
  });

  it('-l of a rule that is not there is an error', () => {
    for (const args of [
      ['-l', 'Third'],
      ['-V', rules, '-l', 'Third'],
    ]) {
      const { code, stdout, stderr } = run(...args);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /: Runtime error: Rule "Third" is not loaded\. Exiting\.\n$/);
    }
    assert.equal(
      run('-l', 'Third', '-o', 'log_stderr=false').stderr,
      'Runtime error: Rule "Third" is not loaded. Exiting.\n',
    );
  });

  it('-L and -l describe in JSON where alerts are JSON', () => {
    const all = JSON.parse(run('-L', '-o', 'json_output=true').stdout) as Record<string, unknown>;
    assert.deepEqual(Object.keys(all), [
      'lists',
      'macros',
      'required_engine_version',
      'required_plugin_versions',
      'rules',
    ]);
    const one = JSON.parse(run('-l', 'First', '-o', 'json_output=true').stdout) as {
      rules: { details: Record<string, unknown> }[];
    };
    assert.deepEqual(Object.keys(one), ['rules']);
    assert.equal(one.rules[0]?.details['output_compiled'], 'shell more');
    assert.deepEqual(one.rules[0].details['extra_output_formatted_fields'], { who: '%user.name' });
  });

  it('-V says of what never fires that it is Ok, and notes why on stderr', () => {
    const file = join(folder, 'never.yaml');
    const text = `
- rule: r
  desc: d
  condition: evt.type = open and fd.type = fiel
  output: o
  priority: Info
`;
    writeFileSync(file, text);
    const { code, stdout, stderr } = run('-V', file);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /never\.yaml: Ok\n1 Schema warnings:\n------\nfailed for <root>\[0\]\[priority\]: .*\n------\n$/,
    );
    assert.match(stderr, /\n2 Notes:\n[^]*LOAD_NEVER_TRUE[^]*did you mean 'file'[^]*LOAD_NEVER_FIRES/);
    const [result] = (
      JSON.parse(run('-V', file, '-o', 'json_output=true').stdout) as {
        falco_load_results: { successful: boolean; warnings: unknown[]; notes: unknown[] }[];
      }
    ).falco_load_results;
    assert.deepEqual([result?.successful, result?.warnings, result?.notes.length], [true, [], 2]);
  });

  it('-V knows the fields and outputs that the configuration adds', () => {
    const file = join(folder, 'static.yaml');
    const text =
      '- {rule: r, desc: d, condition: evt.type = open and static.site = a, output: o, priority: INFO}\n';
    writeFileSync(file, text);
    assert.equal(run('-V', file).code, 1);
    const { code, stdout } = run(
      ...['-V', file, '-L', '-o', 'json_output=true', '-o', 'static_fields.site=a'],
      ...['-o', 'append_output[]={"extra_output": "at %static.site"}'],
    );
    assert.equal(code, 0);
    assert.match(stdout, /"output_compiled":"o (?:more )?at %static\.site/);
  });

  it('-V tells of every file, also behind one that is wrong', () => {
    const bad = join(folder, 'bad.yaml');
    writeFileSync(bad, 'no\n');
    const { code, stdout, stderr } = run('-V', bad, '-V', rules);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^\S+bad\.yaml: Invalid\n[^]*\n1 Errors:\n[^]*: Rules content is not yaml\n\S+: Ok\n$/,
    );
    assert.ok(stderr.endsWith(`Error: ${stdout}`), stderr);
  });

  it('--rule-schema prints the schema of rules files', () => {
    const { code, stdout } = run('--rule-schema');
    assert.equal(code, 0);
    assert.ok(!stdout.endsWith('\n'));
    assert.equal((JSON.parse(stdout) as { type: string }).type, 'array');
  });

  it('-V checks rules files and, with -L, describes them', () => {
    const text = run('-V', rules, '-L').stdout;
    assert.deepEqual(text.split('\n'), [`${rules}: Ok`, ...TEXT]);
    const json = JSON.parse(run('-V', rules, '-l', 'First', '-o', 'json_output=true').stdout) as {
      falco_describe_results: { rules: unknown[] };
      falco_load_results: unknown[];
    };
    assert.equal(json.falco_describe_results.rules.length, 1);
    assert.equal(json.falco_load_results.length, 1);
    assert.deepEqual(Object.keys(JSON.parse(run('-V', rules, '-o', 'json_output=true').stdout) as object), [
      'falco_load_results',
    ]);
  });

  it('-V refuses a file that is far too large, without reading it', () => {
    const file = join(folder, 'log.yaml');
    for (const bytes of [2 ** 30, 2 ** 33]) {
      writeFileSync(file, '- rule: x\n');
      truncateSync(file, bytes);
      const { code, stdout, stderr } = run('-V', file, '-o', 'log_stderr=false');
      assert.equal(code, 1);
      assert.match(
        stdout,
        /: Invalid\n1 Errors:\n[^]*\(YAML parse error\): file is larger than 16777216 bytes\n$/,
      );
      assert.equal(stderr, `Error: ${stdout}`);
    }
  });

  it('--support tells versions, system, configuration and rules', () => {
    const support = JSON.parse(run('--support').stdout) as Record<string, unknown>;
    assert.deepEqual(Object.keys(support), [
      'cmdline',
      'config',
      'engine_info',
      'rules_files',
      'system_info',
      'version',
    ]);
    assert.deepEqual(support['rules_files'], [{ name: rules, variants: [{ content: RULES }] }]);
    assert.match(support['config'] as string, /^\{ .*rule_matching: first/s);
  });

  it('--list and --list-events print, and say what is wrong with their options', () => {
    assert.match(run('--list').stdout, /^-{31}\nField Class: {18}evt \(All event types\) \n/);
    assert.match(run('--list-events', '--markdown').stderr, /^WARNING: --markdown is deprecated/);
    assert.deepEqual(run('--list=nothing', '-o', 'log_stderr=false'), {
      code: 1,
      stdout: '',
      stderr: 'Error: Value for --list must be a valid source type\n',
    });
    assert.equal(
      run('--list', '--format', 'xml').stderr,
      "Error: Invalid format 'xml'. Valid values are: text, markdown, json\n",
    );
  });
});
