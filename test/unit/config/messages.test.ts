import assert from 'node:assert/strict';
import { loadConfigText } from '../../../daemon/config/load.js';

function warnings(yaml: string, ...overrides: string[]): readonly string[] {
  const result = loadConfigText(yaml, overrides);
  assert.ok(result.ok, result.ok ? '' : result.message);
  return result.warnings;
}

/** The whole message. */
function refused(yaml: string, ...overrides: string[]): string {
  const result = loadConfigText(yaml, overrides);
  assert.ok(!result.ok, 'was accepted');
  return result.message;
}

/** The message without the line that it shows. */
const refusal = (yaml: string, ...overrides: string[]): string => refused(yaml, ...overrides).split('\n')[0]!;

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
      "config:3:12: 'falco_libs.snaplen' must be a whole number of 0 or more; the default 80 is used",
    ]);
  });

  it('shows the line of an error with a caret, and all errors at once', () => {
    assert.equal(
      refused('engine:\n\tkind: gvisor\n'.replace('\t', '  ') + 'log_level: loud # very\n'),
      [
        "config:2:9: engine.kind 'gvisor' is not a valid kind. (it was removed: write modern_ebpf)",
        '    kind: gvisor',
        '          ^',
        'config:3:12: Unknown log level loud (one of emergency, alert, critical, error, warning, notice, info, debug)',
        '  log_level: loud # very',
        '             ^',
      ].join('\n'),
    );
    assert.equal(
      refused('', 'priority=warnin'),
      "-o priority: Unknown priority level warnin (did you mean 'warning'?)",
    );
    assert.match(
      refused('', 'engine.kind=MODERN_EBPF'),
      /not a valid kind\. \(did you mean 'modern_ebpf'\?\)$/,
    );
  });

  it('leaves out the one entry of a list that cannot be read', () => {
    const result = loadConfigText(
      [
        'rules:',
        '  - enable: {rule: A}',
        '  - enable: {colour: red}',
        '  - B',
        '  - disble: {tag: t}',
        '  - {}',
        'config_files: [{strategy: append}]',
        'append_output:',
        '  - extra_fields: [proc.name, [x]]',
        '  - text',
        'plugins:',
        '  - name: a',
        'static_fields: {a: x, b: [1]}',
        '',
      ].join('\n'),
      [],
    );
    assert.ok(result.ok, result.ok ? '' : result.message);
    assert.deepEqual(result.config.rules, [{ enable: true, rule: 'A', tag: '' }]);
    assert.deepEqual(result.config.static_fields, { a: 'x' });
    assert.deepEqual(
      result.warnings.filter(text => !text.includes('in this version')).toSorted(),
      [
        "config:10:5: 'append_output[1]' must be a mapping; it is ignored",
        "config:12:5: 'plugins[0]' must have 'library_path'; it is ignored",
        "config:13:26: an entry of 'static_fields' must be text; it is ignored",
        "config:3:13: an entry of 'rules' must have a rule or a tag; it is ignored",
        "config:4:5: an entry of 'rules' must be a mapping with enable or disable; it is ignored",
        "config:5:5: an entry of 'rules' must have enable or disable, not 'disble'; it is ignored",
        "config:6:5: an entry of 'rules' must be a mapping with enable or disable; it is ignored",
        "config:7:16: an entry of 'config_files' must be a path, or a mapping with path and strategy; it is ignored",
        "config:9:31: an entry of 'append_output[0].extra_fields' must be a field, or a mapping of a name to a format; it is ignored",
      ].toSorted(),
    );
  });

  it('names a key of an entry that is none, and takes the rest of the entry', () => {
    const result = loadConfigText(
      'rules:\n  - enable: {rule: A, rate: 1}\nconfig_files: [{path: /nope, stratgy: override}]\n',
      [],
    );
    assert.ok(result.ok);
    assert.deepEqual(result.config.rules, [{ enable: true, rule: 'A', tag: '' }]);
    assert.deepEqual(result.config.config_files, [{ path: '/nope', strategy: 'append' }]);
    assert.deepEqual(result.warnings.toSorted(), [
      "config:2:23: an entry of 'rules' has the unknown key 'rate'; it is ignored",
      "config:3:30: an entry of 'config_files' has the unknown key 'stratgy'; it is ignored",
    ]);
  });

  it('does not take names that every object has for keys', () => {
    assert.deepEqual(
      warnings('constructor: 1\ntoString: 2\n__proto__: 3\nengine: {hasOwnProperty: 1}\n').toSorted(),
      [
        "config:1:1: unknown key 'constructor' is ignored",
        "config:2:1: unknown key 'toString' is ignored",
        "config:3:1: unknown key '__proto__' is ignored",
        "config:4:10: unknown key 'engine.hasOwnProperty' is ignored",
      ].toSorted(),
    );
    const result = loadConfigText('static_fields: {__proto__: x}\n', []);
    assert.ok(result.ok);
    assert.deepEqual(Object.entries(result.config.static_fields), [['__proto__', 'x']]);
  });

  it('refuses to wait longer than a timer can', () => {
    assert.deepEqual(warnings('output_timeout: 3000000000\n'), [
      "config:1:17: 'output_timeout' must be a whole number from 0 to 2147483647; the default 2000 is used",
    ]);
  });

  it('takes 0 for the default where Falco does', () => {
    const result = loadConfigText('falco_libs: {snaplen: 0, thread_table_size: 0}\n', []);
    assert.ok(result.ok);
    assert.deepEqual(
      [result.config.falco_libs.snaplen, result.config.falco_libs.thread_table_size],
      [80, 262_144],
    );
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
      "-o json_output: 'json_output' must be true or false; the default false is used",
      "-o nothing: unknown key 'nothing' is ignored",
    ]);
  });

  it('does not lose what is wrong only with what -o makes of a file', () => {
    assert.deepEqual(warnings('rules_files: [a]\n', 'rules_files[][]=x'), [
      "config:1:14: 'rules_files' must be a list of texts; the default [] is used",
    ]);
    assert.deepEqual(warnings('rules_files: [a]\n', 'rules_files=[b, c]'), [
      "-o rules_files: 'rules_files' has '[b, c]' for one entry; with -o, give each with rules_files[]=…",
    ]);
  });

  it('says nothing of features that exist', () => {
    const all =
      'webserver:\n  enabled: true\nmetrics:\n  enabled: true\n  interval: 1h\nwatch_config_files: true\n';
    assert.deepEqual(warnings(all), []);
  });

  it('warns of additions to outputs that ask for a rule and for tags', () => {
    assert.deepEqual(warnings('append_output:\n  - match: {rule: A, tags: [t]}\n    extra_output: x\n'), [
      'config:2:12: append_output[0].match has a rule and tags: both have to hold',
    ]);
    assert.deepEqual(warnings('append_output:\n  - match: {tags: [t]}\n    extra_output: x\n'), []);
  });

  it('says what to write instead of a key that is gone', () => {
    assert.deepEqual(warnings('outputs:\n  rate: 1\n  max_burst: 1000\n'), [
      "config:2:3: 'outputs.rate' has no effect any more: write alerts.throttle.rate (and alerts.throttle.enabled: true), which counts for each rule",
      "config:3:3: 'outputs.max_burst' has no effect any more: write alerts.throttle.burst, which counts for each rule",
    ]);
    assert.deepEqual(warnings('modern_bpf:\n  cpus_for_each_syscall_buffer: 1\n  more: 2\n'), [
      "config:1:1: 'modern_bpf' has no effect any more: write engine.modern_ebpf",
      "config:2:3: 'modern_bpf.cpus_for_each_syscall_buffer' has no effect any more: write engine.modern_ebpf.cpus_for_each_buffer",
    ]);
    assert.deepEqual(warnings('grpc_output:\n  enabled: true\n'), [
      "config:1:1: 'grpc_output' has no effect any more: the gRPC output is gone; use http_output or program_output",
    ]);
  });

  it('reads rules_file, and asks for rules_files', () => {
    const result = loadConfigText('rules_file: [a.yaml, b.yaml]\n', []);
    assert.ok(result.ok);
    assert.deepEqual(result.config.rules_files, ['a.yaml', 'b.yaml']);
    const message = "'rules_file' is deprecated; write 'rules_files'";
    assert.deepEqual(result.warnings, [`config:1:1: ${message}`]);
    assert.deepEqual(result.files, [{ name: 'config', schema: `failed for <root>[rules_file]: ${message}` }]);
    assert.match(
      refusal('rules_file: a\nrules_files: b\n'),
      /^config:1:1: both 'rules_file' and 'rules_files' are set/,
    );
  });

  const FATAL: readonly (readonly [string, string])[] = [
    [
      'engine:\n  kind: gvisor\n',
      "config:2:9: engine.kind 'gvisor' is not a valid kind. (it was removed: write modern_ebpf)",
    ],
    [
      'log_level: loud\n',
      'config:1:12: Unknown log level loud (one of emergency, alert, critical, error, warning, notice, info, debug)',
    ],
    ['log_level: INFO\n', "config:1:12: Unknown log level INFO (did you mean 'info'?)"],
    [
      'priority: urgent\n',
      'config:1:11: Unknown priority level urgent (one of emergency, alert, critical, error, warning, notice, info, debug, informational)',
    ],
    ['falco_libs: {snaplen: 70000}\n', 'config:1:23: falco_libs.snaplen must be at most 65000, not 70000'],
    [
      'alerts: {throttle: {rate: -1, summary_interval: often}}\n',
      'config:1:27: alerts.throttle.rate must be a number of 0 or more, not -1',
    ],
    [
      'alerts: {throttle: {overrides: [{rule: a, rate: -1}]}}\n',
      'config:1:49: rate of alerts.throttle.overrides must be a number of 0 or more, not -1',
    ],
    [
      'alerts: {throttle: {summary_interval: 0s}}\n',
      "config:1:39: alerts.throttle.summary_interval '0s' is not a duration such as 1h, 30m or 500ms",
    ],
    ['engine: 5\n', "config:1:9: 'engine' must be a mapping"],
    ['alerts:\n  throttle: yes\n', "config:2:13: 'alerts.throttle' must be a mapping"],
    ['rule_matching: some\n', "config:1:16: rule_matching 'some' is neither 'first' nor 'all'"],
    [
      'syscall_event_drops:\n  threshold: 1.5\n',
      'config:2:14: syscall_event_drops.threshold must be from 0 to 1, not 1.5',
    ],
    [
      'syscall_event_drops:\n  actions: [ignore, log]\n',
      "config:2:12: syscall_event_drops.actions: 'ignore' may not stand before 'log' or 'alert'",
    ],
    [
      'syscall_event_drops:\n  actions: [exit, ignore, alert]\n',
      "config:2:12: syscall_event_drops.actions: 'ignore' may not stand before 'log' or 'alert'",
    ],
    [
      'syscall_event_drops:\n  actions: [shout]\n',
      "config:2:12: syscall_event_drops.actions: 'shout' is not one of ignore, log, alert, exit",
    ],
    ['file_output:\n  enabled: true\n', 'config:2:12: file_output is enabled without file_output.filename'],
    ['engine:\n  kind: replay\n', 'config:2:9: engine.kind is replay without engine.replay.capture_file'],
    [
      'metrics:\n  enabled: true\n',
      "config:2:3: metrics.interval '5000' is not a duration such as 1h, 30m or 500ms",
    ],
    ['metrics:\n  enabled: true\n  interval: 50ms\n', 'config:3:13: metrics.interval must be at least 100ms'],
    [
      'append_output:\n  - extra_fields: [proc.name, {who: "%user.name"}, {proc.name: x}]\n',
      "config:2:19: extra_fields of append_output has 'proc.name' twice",
    ],
    ['- a\n', 'config:1:1: the configuration must be a mapping'],
  ];
  for (const [yaml, message] of FATAL) {
    it(`refuses ${JSON.stringify(yaml)}`, () => assert.equal(refusal(yaml), message));
  }

  it('keeps a driver from starting with buffers of no size, and nothing else', () => {
    const problem = (yaml: string): string => {
      const result = loadConfigText(yaml, []);
      assert.ok(result.ok, result.ok ? '' : result.message);
      return result.driverProblem;
    };
    assert.equal(
      problem('engine:\n  modern_ebpf:\n    buf_size_preset: 11\n'),
      'config:3:22: buf_size_preset must be from 1 to 10, not 11\n      buf_size_preset: 11\n                       ^',
    );
    assert.match(problem('engine: {modern_ebpf: {buf_size_preset: 0}}\n'), /must be from 1 to 10, not 0/);
    assert.equal(problem('engine: {kmod: {buf_size_preset: 11}, modern_ebpf: {buf_size_preset: 10}}\n'), '');
  });

  it('lets ignore stand behind the other actions, as Falco does', () => {
    const result = loadConfigText('syscall_event_drops: {actions: [log, ignore, exit]}\n', []);
    assert.ok(result.ok, result.ok ? '' : result.message);
    assert.deepEqual(result.config.syscall_event_drops.actions, ['log', 'ignore', 'exit']);
  });

  it('says that it is nested too deeply, and where, instead of running out of stack', () => {
    const flow = `a: ${'['.repeat(20_000)}`;
    const block = Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('');
    assert.match(refusal(flow), /^config:1:\d+: nested more than 64 levels deep$/);
    assert.match(refusal(block), /^config:\d+:\d+: nested more than 64 levels deep$/);
    assert.match(refusal(`a: ${'['.repeat(100)}${']'.repeat(100)}\n`), /: nested more than 64 levels deep$/);
  });

  it('refuses what is far too large for a configuration, without reading it all', () => {
    assert.match(
      refusal('a: b\n'.repeat(200_000)),
      /^config:\d+:\d+: more items than a configuration can have$/,
    );
  });

  it('names the place of a YAML error', () => {
    assert.match(refusal('a: [1\nb: 2\n'), /^config:\d+:\d+: /);
  });

  it('takes priorities and rule_matching in any case', () => {
    const result = loadConfigText('priority: WARNING\nrule_matching: All\n', []);
    assert.ok(result.ok);
    assert.deepEqual([result.config.priority, result.config.rule_matching], ['warning', 'all']);
  });
});
