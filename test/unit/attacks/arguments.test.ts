import assert from 'node:assert/strict';
import { HELP, parseArguments } from '../../attacks/arguments.js';

describe('The options of falco-attack-suite', () => {
  it('may be left out', () => {
    assert.deepEqual(parseArguments([]), {
      kind: 'run',
      arguments: {
        ids: [],
        config: null,
        rules: [],
        alerts: null,
        runtime: null,
        jobs: 4,
        repeat: 1,
        patience: 5000,
        strict: false,
      },
    });
  });

  it('are read in any order, beside names of attacks', () => {
    const words =
      '--strict read -c a.yaml --wait 2 -r b --runtime containerd=/run/x.sock -r c --jobs 8 write';
    assert.deepEqual(parseArguments([...words.split(' '), '--alerts', '-', '--repeat', '5']), {
      kind: 'run',
      arguments: {
        ids: ['read', 'write'],
        config: 'a.yaml',
        rules: ['b', 'c'],
        alerts: '-',
        runtime: { kind: 'containerd', socket: '/run/x.sock' },
        jobs: 8,
        repeat: 5,
        patience: 2000,
        strict: true,
      },
    });
  });

  for (const [words, message] of [
    [['--runtime', 'lxc'], /no such runtime/],
    [['--jobs', 'many'], /above 0/],
    [['--wait', '0'], /above 0/],
    [['-c'], /-c needs an argument/],
    [['--nothing', 'x'], /--nothing is no option/],
  ] as const)
    it(`are refused when they are wrong: ${words.join(' ')}`, () => {
      const parsed = parseArguments(words);
      assert.equal(parsed.kind, 'error');
      assert.match((parsed as { readonly message: string }).message, message);
    });

  it('are all in the help', () => {
    for (const option of [
      '-c',
      '-r',
      '--alerts',
      '--runtime',
      '--jobs',
      '--repeat',
      '--wait',
      '--strict',
      '--list',
    ])
      assert.ok(HELP.includes(`\n  ${option} `), option);
  });
});
