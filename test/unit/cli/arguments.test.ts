import assert from 'node:assert/strict';
import { parseArguments } from '../../../daemon/cli/arguments.js';
import { FLAGS, type Flag } from '../../../daemon/cli/flags.js';
import { GONE_FLAGS } from '../../../daemon/cli/gone-flags.js';
import { helpText, wrap } from '../../../daemon/cli/help.js';
import { closingText, lossText, verboseText } from '../../../daemon/cli/statistics.js';
import { versionText } from '../../../daemon/cli/version.js';
import type { Priority } from '../../../daemon/alerts/alert.js';
import type { EngineStatistics } from '../../../daemon/engine/engine.js';

const parse = (...words: string[]) => {
  const parsed = parseArguments(words);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.message);
  return parsed.arguments;
};
const refusal = (...words: string[]): string => {
  const parsed = parseArguments(words);
  assert.ok(!parsed.ok, 'was accepted');
  return parsed.message;
};

describe('The command line', () => {
  it('takes options with their argument attached, apart, and behind an equals sign', () => {
    assert.equal(parse('-c', 'a').config, 'a');
    assert.equal(parse('-ca').config, 'a');
    assert.equal(parse('--pidfile', 'p').pidFile, 'p');
    assert.equal(parse('--pidfile=p').pidFile, 'p');
    assert.deepEqual(parse('-o', 'a=b', '-oc=d', '--option=e=f').overrides, ['a=b', 'c=d', 'e=f']);
  });

  it('takes letters together', () => {
    const args = parse('-vUo', 'a=b');
    assert.deepEqual([args.verbose, args.unbuffered, args.overrides], [true, true, ['a=b']]);
  });

  it('has nothing where nothing was given', () => {
    const args = parse();
    assert.deepEqual([args.help, args.config, args.rules], [false, null, []]);
  });

  it('takes the last of an option that counts once, and all of one that may be repeated', () => {
    assert.equal(parse('-c', 'a', '-c', 'b').config, 'b');
    assert.deepEqual(parse('-V', 'a', '-V', 'b', '--validate=c').validate, ['a', 'b', 'c']);
  });

  it('says what is wrong', () => {
    assert.equal(refusal('-z'), "Option 'z' does not exist");
    assert.equal(refusal('--nope'), "Option 'nope' does not exist");
    assert.equal(refusal('--nope=1'), "Option 'nope' does not exist");
    assert.equal(refusal('-c'), "Option 'c' is missing an argument");
    assert.equal(refusal('--help=1'), "Option 'help' takes no argument");
    assert.equal(refusal('file.yaml'), "Unexpected argument 'file.yaml'");
    assert.equal(refusal('--', 'x'), "Unexpected argument 'x'");
  });

  it('takes an equals sign between a letter and its argument', () => {
    assert.equal(parse('-c=a').config, 'a');
    assert.deepEqual(parse('-o=a=b').overrides, ['a=b']);
    assert.deepEqual(parse('-vr=x').rules, ['x']);
  });

  const OF_OLD: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['-A'], ['base_syscalls.all=true']],
    [['-b'], ['buffer_format_base64=true']],
    [['--print-base64'], ['buffer_format_base64=true']],
    [['-S', '120'], ['falco_libs.snaplen=120']],
    [['--snaplen=120'], ['falco_libs.snaplen=120']],
    [
      ['-D', 'Shell', '-DNet'],
      ['rules[].disable.rule=*Shell*', 'rules[].disable.rule=*Net*'],
    ],
    [
      ['-T', 'a', '-T', 'b'],
      ['rules[].disable.tag=a', 'rules[].disable.tag=b'],
    ],
    [
      ['-t', 'a', '-t', 'b'],
      ['rules[].disable.rule=*', 'rules[].enable.tag=a', 'rules[].enable.tag=b'],
    ],
    [
      ['-e', 'x.scap'],
      ['engine.kind=replay', 'engine.replay.capture_file=x.scap'],
    ],
    [
      ['-Ae', 'x.scap'],
      ['base_syscalls.all=true', 'engine.kind=replay', 'engine.replay.capture_file=x.scap'],
    ],
    [['--modern-bpf'], ['engine.kind=modern_ebpf']],
    [['--nodriver'], ['engine.kind=nodriver']],
    [
      ['-s', 'f', '--stats-interval', '500'],
      ['metrics.enabled=true', 'metrics.output_file=f', 'metrics.interval=5s', 'metrics.interval=500ms'],
    ],
    [['--cri', '/run/x.sock', '--disable-cri-async'], ['container_engines.cri.sockets[]=/run/x.sock']],
    [['-K', 'file', '-k', 'https://api', '-pk'], []],
    [['-k=https://api'], []],
  ];
  for (const [words, overrides] of OF_OLD) {
    it(`understands ${words.join(' ')} of earlier releases, and says what it is today`, () => {
      const args = parse(...words);
      assert.deepEqual(args.overrides, overrides);
      const options = words.filter(word => word.startsWith('-') && !word.startsWith('-p')).length;
      assert.equal(args.warnings.length, options + (words[0] === '-Ae' ? 1 : 0));
      for (const warning of args.warnings)
        assert.match(warning, /^Option '[\w-]+' is (deprecated|ignored): \w/);
    });
  }

  it('takes --list-syscall-events for --list-events', () => {
    assert.equal(parse('--list-syscall-events').listEvents, true);
  });

  it('refuses to select by tags and to drop rules at once', () => {
    for (const words of [
      ['-t', 'a', '-T', 'b'],
      ['-D', 'a', '-t', 'b'],
    ])
      assert.match(refusal(...words), /^Option 't' does not go together with 'T' or 'D'/);
  });

  it('names what replaces an option that cannot be had any more', () => {
    assert.equal(
      refusal('-d'),
      "Option 'd' was removed: let the service manager put it into the background, or the shell (falco &)",
    );
    assert.equal(
      refusal('--mesos-api', 'x'),
      "Option 'mesos-api' was removed: Mesos is not supported any more",
    );
    assert.equal(refusal('-g', 'x'), "Option 'g' was removed: gVisor is not supported any more");
    assert.equal(refusal('-S'), "Option 'S' is missing an argument");
    assert.equal(refusal('--snaplen'), "Option 'snaplen' is missing an argument");
    assert.equal(refusal('--modern-bpf=1'), "Option 'modern-bpf' takes no argument");
    assert.equal(refusal('--A'), "Option 'A' does not exist");
  });

  it('hints at an option that looks like a word that does not exist', () => {
    assert.equal(refusal('--verison'), "Option 'verison' does not exist; did you mean 'version'?");
  });

  it('has no option twice, of today or of old', () => {
    const known = Object.values(FLAGS)
      .flatMap(flag => [flag.short, flag.long])
      .filter(name => name !== '');
    const gone = GONE_FLAGS.flatMap(flag => flag.names);
    assert.deepEqual(
      gone.filter(name => (known as string[]).includes(name)),
      [],
    );
    assert.equal(new Set([...gone, ...known]).size, gone.length + known.length);
  });
});

describe('--help', () => {
  it('shows each option that can be used, in lines of at most 100 characters', () => {
    const text = helpText();
    for (const { short, long } of Object.values(FLAGS) as readonly Flag[]) {
      const shown = long === '' ? text.includes(`\n  -${short} `) : new RegExp(`--${long}[ [\n]`).test(text);
      assert.ok(shown, `${short} ${long}`);
    }
    assert.ok(text.split('\n').every(line => line.length <= 100));
  });

  it('breaks lines between words', () => {
    assert.deepEqual(wrap('aa bb cc', 5), ['aa bb', 'cc']);
  });
});

describe('--version', () => {
  it('is text, or JSON with sorted keys', () => {
    assert.match(
      versionText(false),
      /^Falco version: \d+\.\d+\.\d+\nLibs version: {2}\S+\nPlugin API: {4}\S+\nEngine: {8}0\.63\.0\nDriver:\n {2}API version: {4}\S+\n {2}Schema version: \S+\n {2}Default driver: \S+\n$/,
    );
    const json = JSON.parse(versionText(true)) as Record<string, unknown>;
    assert.deepEqual(Object.keys(json), Object.keys(json).sort());
    assert.deepEqual([json['engine_version'], json['engine_version_semver']], ['63', '0.63.0']);
  });
});

describe('The closing words', () => {
  const rule = (name: string, priority: Priority, matches: number): EngineStatistics['byRule'][number] => ({
    ...{ name, priority, matches },
    ...{ source: 'syscall', tags: [], evaluations: 100, nanoseconds: 0 },
  });
  const statistics: EngineStatistics = {
    events: 100,
    alerts: 6,
    alertsHeld: 0,
    alertsLost: 0,
    malformed: 0,
    losses: { occurrences: 2, actionsTaken: 1 },
    byRule: [rule('First', 6, 1), rule('Quiet', 2, 0), rule('Second', 4, 2), rule('Third', 4, 3)],
    driver: null,
    state: {},
  };

  it('count alerts by severity and by rule', () => {
    assert.equal(
      closingText(statistics),
      'Events detected: 6\nRule counts by severity:\n   WARNING: 5\n   INFO: 1\nTriggered rules by rule name:\n   First: 1\n   Second: 2\n   Third: 3\n',
    );
  });

  it('say how often events were lost', () => {
    assert.equal(
      lossText(statistics),
      'Syscall event drop monitoring:\n   - event drop detected: 2 occurrences\n   - num times actions taken: 1\n',
    );
  });

  it('add counters of the driver with -v; of a capture, which has none, the speed alone', () => {
    const driver = { seen: 300, sent: 100, dropped: { ring_full_open: 2 } };
    assert.equal(
      verboseText({ ...statistics, driver: driver as unknown as EngineStatistics['driver'] }, 2),
      'Driver Events:300\nDriver Drops:2\n   ring_full_open: 2\n(syscall) Elapsed time: 2.000, Captured Events: 100, 50.00 eps\n',
    );
    assert.equal(verboseText(statistics, 2), 'Elapsed time: 2.000, Captured Events: 100, 50.00 eps\n');
  });
});
