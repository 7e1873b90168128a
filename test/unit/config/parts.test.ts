import assert from 'node:assert/strict';
import fc from 'fast-check';
import { durationMs } from '../../../daemon/config/forms.js';
import { expandText } from '../../../daemon/config/expand.js';
import { loadConfigText } from '../../../daemon/config/load.js';
import { parsePath } from '../../../daemon/config/path.js';
import { readBool, readInteger, readNumber, toPlain } from '../../../daemon/config/scalar-value.js';
import { scalar } from '../../../daemon/config/node.js';
import { parseYaml } from '../../../daemon/config/yaml.js';

const node = (text: string) => scalar(text, { file: '', line: 0, column: 0 });

describe('Environment variables in values', () => {
  const environment = { A: 'x', B: 'y' };
  const CASES: readonly (readonly [string, string])[] = [
    ['${A}', 'x'],
    ['1${A}2${B}3', '1x2y3'],
    ['${UNSET}', ''],
    ['$${A}', '${A}'],
    ['$$${A}', '$${A}'],
    ['${A', '${A'],
    ['$A $', '$A $'],
    ['${constructor}${__proto__}', ''],
    ['${A}$${B}${B}', 'x${B}y'],
  ];
  for (const [text, expected] of CASES) {
    it(`make ${expected === '' ? 'nothing' : expected} of ${text}`, () =>
      assert.equal(expandText(text, environment), expected));
  }

  it('count in files, as values and not as keys, and can make a number or a truth value', () => {
    const result = loadConfigText('json_output: ${YES}\nfalco_libs:\n  snaplen: ${N}\n${A}: 1\n', [], {
      YES: 'true',
      N: '120',
    });
    assert.ok(result.ok);
    assert.equal(result.config.json_output, true);
    assert.equal(result.config.falco_libs.snaplen, 120);
    assert.match(result.warnings[0]!, /unknown key '\$\{A\}'/);
  });

  it('do not count on the command line', () => {
    const result = loadConfigText('', ['file_output.filename=${A}'], { A: 'x' });
    assert.ok(result.ok);
    assert.equal(result.config.file_output.filename, '${A}');
  });
});

describe('Scalars', () => {
  it('are true or false in the words of YAML 1.1', () => {
    for (const text of ['true', 'True', 'TRUE', 'yes', 'on', 'y', 'Y'])
      assert.equal(readBool(node(text)), true, text);
    for (const text of ['false', 'No', 'OFF', 'n']) assert.equal(readBool(node(text)), false, text);
    for (const text of ['tRue', '1', '', 'nope']) assert.equal(readBool(node(text)), undefined, text);
  });

  it('are integers in decimal, octal and hexadecimal, within bounds', () => {
    assert.equal(readInteger(node('42'), 0, 99), 42);
    assert.equal(readInteger(node('-0'), 0, 99), 0);
    assert.equal(readInteger(node('0x1F'), 0, 99), 31);
    assert.equal(readInteger(node('017'), 0, 99), 15);
    assert.equal(readInteger(node('100'), 0, 99), undefined);
    assert.equal(readInteger(node('1.5'), 0, 99), undefined);
    assert.equal(readInteger(node('08'), 0, 99), 8);
  });

  it('are numbers with fraction and exponent', () => {
    assert.equal(readNumber(node('.1')), 0.1);
    assert.equal(readNumber(node('1e3')), 1000);
    assert.equal(readNumber(node('0x10')), undefined);
  });
});

describe('Durations', () => {
  it('go from years to milliseconds', () => {
    assert.equal(durationMs('1h'), 3_600_000);
    assert.equal(durationMs('1h30m'), 5_400_000);
    assert.equal(durationMs('1m500ms'), 60_500);
    assert.equal(durationMs('90s'), 90_000);
    for (const text of ['', '5000', '1m1h', 'h', '1 h']) assert.equal(durationMs(text), undefined, text);
  });
});

describe('Paths of -o', () => {
  it('take names, places in lists and the end of a list', () => {
    assert.deepEqual(parsePath('a.b[2][].c'), {
      ok: true,
      steps: [
        { kind: 'key', name: 'a' },
        { kind: 'key', name: 'b' },
        { kind: 'index', index: 2 },
        { kind: 'append' },
        { kind: 'key', name: 'c' },
      ],
    });
  });

  for (const text of ['', '.a', 'a.', 'a..b', 'a[', 'a[x]', 'a]b[1]c', 'a\\', 'a\\x', '[1]']) {
    it(`refuse ${JSON.stringify(text)}`, () => {
      const path = parsePath(text);
      assert.ok(!path.ok);
      assert.ok(path.message.startsWith(`Config error at key "${text}": Parsing error: `), path.message);
    });
  }

  it('give back any name that is escaped', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), name => {
        const path = parsePath(name.replace(/[.[\]\\]/g, '\\$&'));
        assert.deepEqual(path, { ok: true, steps: [{ kind: 'key', name }] });
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('-o', () => {
  const load = (...options: string[]) => {
    const result = loadConfigText(
      'rules_files: [a]\nsyscall_event_drops:\n  actions: [log, alert]\n',
      options,
    );
    assert.ok(result.ok, result.ok ? '' : result.message);
    return result.config;
  };

  it('sets, replaces and appends', () => {
    assert.deepEqual(load('rules_files[]=b').rules_files, ['a', 'b']);
    assert.deepEqual(load('rules_files=b').rules_files, ['b']);
    assert.deepEqual(load('syscall_event_drops.actions[1]=exit').syscall_event_drops.actions, [
      'log',
      'exit',
    ]);
    assert.equal(load('file_output={enabled: true, filename: /x}').file_output.filename, '/x');
    assert.equal(load('file_output.filename=a=b').file_output.filename, 'a=b');
  });

  it('asks for an equals sign, and for a place that can be', () => {
    const refuse = (option: string): string => {
      const result = loadConfigText('a: {b: 1}\n', [option]);
      assert.ok(!result.ok);
      return result.message;
    };
    assert.equal(
      refuse('json_output'),
      'Error parsing config option "json_output". Must be of the form key=val or key.subkey=val',
    );
    assert.match(refuse('a[]=1'), /^Config error at key "a\[\]": what is there is not a sequence$/);
    assert.match(refuse('c={x: [}'), /^Config error at key "c": /);
  });
});

describe('Settings of plugins', () => {
  const plugin = (settings: string) => {
    const loaded = loadConfigText(`plugins: [{name: p, library_path: libp.so, ${settings}}]\n`, []);
    assert.ok(loaded.ok);
    return loaded.config.plugins[0]!;
  };

  it('are compact JSON, in which a scalar is a whole number, a number, a truth value or text, whichever fits first', () => {
    assert.equal(
      plugin(
        'init_config: {a: 0x10, b: 010, c: "12", d: 1.5, e: yes, f: no way, g: null, h: "", i: [1, {j: -3}], k: 3000000000}',
      ).init_config,
      '{"a":16,"b":8,"c":12,"d":1.5,"e":true,"f":"no way","g":null,"h":"","i":[1,{"j":-3}],"k":3000000000}',
    );
  });

  it('begin and end where their words do', () => {
    assert.equal(plugin('open_params: "  http://:9765/k8s-audit \\n"').open_params, 'http://:9765/k8s-audit');
  });
});

describe('YAML text', () => {
  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:-[]{}&*!|>\'"#%@`,? \n\t') }), text => {
        parseYaml(text, 'text');
      }),
      { seed: 11, numRuns: 2000 },
    );
  });

  it('may start its lines anywhere in brackets and quotes, as yaml-cpp has it; errors are those of YAML', () => {
    const text = 'a:\n  b: [x,\nz\n]\n  c: "one\ntwo"\nd: [\n]\n';
    const parsed = parseYaml(text, 'text');
    assert.ok(parsed.ok && parsed.root.kind === 'mapping');
    assert.deepEqual(toPlain(parsed.root), { a: { b: ['x', 'z'], c: 'one two' }, d: [] });
    assert.deepEqual(parsed.root.entries.get('d')?.value.origin, { file: 'text', line: 7, column: 4 });
    const broken = parseYaml('a: [x,\ny\nb: {', 'text');
    assert.ok(!broken.ok);
    assert.equal(broken.origin.line, 2);
  });

  it('takes the first of two values for one key, and resolves aliases', () => {
    const parsed = parseYaml('a: &x 1\na: 2\nb: *x\n', 'text');
    assert.ok(parsed.ok && parsed.root.kind === 'mapping');
    const value = (key: string) => parsed.root.kind === 'mapping' && parsed.root.entries.get(key)?.value;
    assert.deepEqual(
      [value('a'), value('b')].map(found => found && found.kind === 'scalar' && found.text),
      ['1', '1'],
    );
  });
});
