import assert from 'node:assert/strict';
import { loadConfigText } from '../../../daemon/config/load.js';

function warnings(yaml: string, ...overrides: string[]): readonly string[] {
  const result = loadConfigText(yaml, overrides);
  assert.ok(result.ok, result.ok ? '' : result.message);
  return result.warnings;
}

function refusal(yaml: string, ...overrides: string[]): string {
  const result = loadConfigText(yaml, overrides);
  assert.ok(!result.ok, 'was accepted');
  return result.message;
}

describe('What the configuration says of mistakes', () => {
  it('names file, line and column of an unknown key, and a key that looks like it', () => {
    assert.deepEqual(warnings('json_output: true\njson_outptu: true\n'), [
      "config:2:1: unknown key 'json_outptu' is ignored; did you mean 'json_output'?",
    ]);
    assert.deepEqual(warnings('engine:\n  modern_ebpf:\n    colour: red\n'), [
      "config:3:5: unknown key 'engine.modern_ebpf.colour' is ignored",
    ]);
  });

  it('uses the default for a value of the wrong type, and says so', () => {
    const result = loadConfigText('json_output: foo\nfalco_libs:\n  snaplen: many\n', []);
    assert.ok(result.ok);
    assert.equal(result.config.json_output, false);
    assert.equal(result.config.falco_libs.snaplen, 80);
    assert.deepEqual(result.warnings, [
      "config:1:14: 'json_output' must be true or false; the default false is used",
      "config:3:12: 'falco_libs.snaplen' must be a whole number from 0 to 9007199254740991; the default 80 is used",
    ]);
  });

  it('refuses aliases that grow without end, and what is nested too deeply', () => {
    assert.equal(refusal('a: &a [*a, *a]\n'), 'config:1:7: nested more than 64 levels deep');
    const bomb = 'abcdefgh'.replace(/./g, (name, at: number) => {
      const item = at === 0 ? 'x' : `*${'abcdefgh'[at - 1]!}`;
      return `${name}: &${name} [${Array<string>(9).fill(item).join(', ')}]\n`;
    });
    assert.match(refusal(bomb), /^config:\d+:\d+: more than 100000 values, aliases included$/);
    assert.match(refusal(`a: ${'['.repeat(70)}${']'.repeat(70)}\n`), /nested more than 64 levels deep$/);
    assert.match(refusal('a: *b\n'), /^config:1:4: /);
  });

  it('takes an alias for what it stands for', () => {
    const result = loadConfigText('stdout_output: &on\n  enabled: true\nsyslog_output: *on\n', []);
    assert.ok(result.ok);
    assert.equal(result.config.syslog_output.enabled, true);
  });

  it('warns of values from the command line as well', () => {
    assert.deepEqual(warnings('', 'json_output=foo', 'nothing=1'), [
      "command line: 'json_output' must be true or false; the default false is used",
      "command line: unknown key 'nothing' is ignored",
    ]);
  });

  it('says once that a feature does not exist yet, and only when it is asked for', () => {
    assert.deepEqual(warnings('webserver:\n  enabled: true\n  listen_port: 1\n'), [
      "config:2:3: 'webserver.enabled' has no effect in this version",
    ]);
    assert.deepEqual(warnings('webserver:\n  enabled: false\nwatch_config_files: false\n'), []);
    assert.deepEqual(warnings('plugins:\n  - name: a\n    library_path: a.so\n'), [
      "config:1:1: 'plugins' has no effect in this version",
    ]);
  });

  it('warns of additions to outputs that ask for a rule and for tags', () => {
    assert.deepEqual(warnings('append_output:\n  - match: {rule: A, tags: [t]}\n    extra_output: x\n'), [
      'append_output[0].match has a rule and tags: both have to hold',
    ]);
    assert.deepEqual(warnings('append_output:\n  - match: {tags: [t]}\n    extra_output: x\n'), []);
  });

  it('says what to write instead of a key that is gone', () => {
    assert.deepEqual(warnings('grpc_output:\n  enabled: true\n'), [
      "config:1:1: 'grpc_output' has no effect any more: the gRPC output is gone; use http_output or program_output",
    ]);
  });

  it('reads rules_file, and asks for rules_files', () => {
    const result = loadConfigText('rules_file: [a.yaml, b.yaml]\n', []);
    assert.ok(result.ok);
    assert.deepEqual(result.config.rules_files, ['a.yaml', 'b.yaml']);
    assert.deepEqual(result.warnings, ["config:1:1: 'rules_file' is deprecated; write 'rules_files'"]);
    assert.match(
      refusal('rules_file: a\nrules_files: b\n'),
      /^config:1:1: both 'rules_file' and 'rules_files' are set/,
    );
  });

  const FATAL: readonly (readonly [string, string])[] = [
    ['engine:\n  kind: gvisor\n', "config:2:9: engine.kind 'gvisor' is not a valid kind."],
    ['log_level: loud\n', 'config:1:12: Unknown log level loud'],
    ['log_level: INFO\n', 'config:1:12: Unknown log level INFO'],
    ['priority: urgent\n', 'config:1:11: Unknown priority level urgent'],
    ['rule_matching: some\n', "config:1:16: rule_matching 'some' is neither 'first' nor 'all'"],
    ['engine: 5\n', "config:1:9: 'engine' must be a mapping"],
    [
      'engine:\n  modern_ebpf:\n    buf_size_preset: 11\n',
      'config:3:22: buf_size_preset must be from 1 to 10, not 11',
    ],
    [
      'syscall_event_drops:\n  threshold: 1.5\n',
      'config:2:14: syscall_event_drops.threshold must be from 0 to 1, not 1.5',
    ],
    [
      'syscall_event_drops:\n  actions: [ignore, log]\n',
      "config:2:12: syscall_event_drops.actions: 'ignore' does not go together with 'log' or 'alert'",
    ],
    [
      'syscall_event_drops:\n  actions: [shout]\n',
      "config:2:12: syscall_event_drops.actions: 'shout' is not one of ignore, log, alert, exit",
    ],
    ['file_output:\n  enabled: true\n', 'Config error: file_output is enabled without file_output.filename'],
    ['engine:\n  kind: replay\n', 'Config error: engine.kind is replay without engine.replay.capture_file'],
    [
      'metrics:\n  enabled: true\n',
      "Config error: metrics.interval '5000' is not a duration such as 1h, 30m or 500ms",
    ],
    [
      'metrics:\n  enabled: true\n  interval: 50ms\n',
      'Config error: metrics.interval must be at least 100ms',
    ],
    [
      'append_output:\n  - extra_fields: [proc.name, {who: "%user.name"}, {proc.name: x}]\n',
      "Config error: extra_fields of append_output has 'proc.name' twice",
    ],
    ['- a\n', 'config:1:1: the configuration must be a mapping'],
  ];
  for (const [yaml, message] of FATAL) {
    it(`refuses ${JSON.stringify(yaml)}`, () => assert.equal(refusal(yaml), message));
  }

  it('names the place of a YAML error', () => {
    assert.match(refusal('a: [1\nb: 2\n'), /^config:\d+:\d+: /);
  });

  it('takes priorities and rule_matching in any case', () => {
    const result = loadConfigText('priority: WARNING\nrule_matching: All\n', []);
    assert.ok(result.ok);
    assert.deepEqual([result.config.priority, result.config.rule_matching], ['warning', 'all']);
  });
});
