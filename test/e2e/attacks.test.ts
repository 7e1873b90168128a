/**
 * The attack suite as users have it: every rule has an attack, every attack is seen with the right process, file and
 * container, and nothing of it stays.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readTable } from '../attacks/table.js';
import { describeLive } from '../support/live.js';
import { eventually, startProcess, type RunningProcess } from '../support/process.js';
import { projectRoot } from '../support/project.js';
import { DELIVERED } from '../support/rule-host.js';
import { runDaemon } from '../support/run-daemon.js';

const SUITE = join(projectRoot, 'bin/falco-attack-suite');
const RULES = DELIVERED.map(name => join(projectRoot, name));

/** Rules that no attack can be made for here, and why. */
const WITHOUT_ATTACK: Readonly<Record<string, string>> = {};

const attacks = readTable(readFileSync(join(projectRoot, 'test/attacks/attacks.txt'), 'utf8'));

function rulesOf(path: string): readonly string[] {
  const items = parse(readFileSync(path, 'utf8')) as readonly { readonly rule?: string }[];
  return items.flatMap(({ rule }) => rule ?? []);
}

/** What attacks touch, and what they could leave: names in folders, accounts, mounts, containers. */
function surroundings(): Readonly<Record<string, unknown>> {
  const folders = [
    '/',
    '/etc',
    '/etc/cron.d',
    '/usr/bin',
    '/usr/sbin',
    '/boot',
    '/dev/shm',
    '/root',
    '/var/log',
  ];
  const names = folders.filter(path => existsSync(path)).map(path => [path, readdirSync(path)]);
  const contents = [
    '/etc/passwd',
    '/etc/shadow',
    '/etc/profile',
    '/etc/hosts',
    '/proc/sys/kernel/core_pattern',
  ];
  return {
    ...Object.fromEntries(names),
    temporary: readdirSync(tmpdir()).filter(name => /^falco-(attack|docker|containerd)/.test(name)),
    devices: readdirSync('/dev').filter(name => name.includes('falco')),
    contents: contents.map(path => readFileSync(path, 'utf8')),
    mounts: readFileSync('/proc/self/mounts', 'utf8'),
  };
}

/** Processes that belong to a suite: by the variable that all of them have. */
function attackers(): readonly string[] {
  return readdirSync('/proc').filter(name => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/environ`, 'latin1').includes('FALCO_ATTACK=');
    } catch {
      return false;
    }
  });
}

const outputOf = (suite: RunningProcess): string =>
  [...suite.stdout, ...suite.stderr].map(({ text }) => text).join('\n');

describe('The table of attacks', () => {
  const named = new Set(attacks.map(({ rule }) => rule));

  it('has an attack for every rule that is delivered', () => {
    const missing = RULES.flatMap(rulesOf).filter(rule => !named.has(rule) && !(rule in WITHOUT_ATTACK));
    assert.deepEqual(missing, []);
  });

  it('names no rule that is not delivered', () => {
    const delivered = new Set(RULES.flatMap(rulesOf));
    assert.deepEqual(
      [...named, ...Object.keys(WITHOUT_ATTACK)].filter(rule => !delivered.has(rule)),
      [],
    );
  });
});

describeLive(
  'The attack suite',
  () => {
    it('sees every attack, with the right process, file and container, and leaves nothing', async function () {
      this.timeout(400_000);
      const before = surroundings();
      const suite = startProcess(SUITE, ['--strict', '--wait', '20']);
      const { code } = await suite.ended;
      assert.equal(code, 0, outputOf(suite));
      const summary = suite.stdout.at(-1)!.text;
      assert.match(summary, new RegExp(`^${attacks.length} seen, 0 missed, 0 skipped; latency `), summary);
      console.log(`      ${summary}`);
      assert.deepEqual(surroundings(), before);
      assert.deepEqual(attackers(), []);
    });

    it('says what was not seen, and why, when a rule does not fire', async function () {
      this.timeout(120_000);
      const folder = mkdtempSync(join(tmpdir(), 'falco-blind-'));
      const rules = join(folder, 'rules.yaml');
      writeFileSync(
        rules,
        [
          '- rule: Read sensitive file untrusted',
          '  desc: sees one file only',
          '  condition: evt.type in (open, openat) and fd.name = /etc/gshadow',
          '  output: Read (file=%fd.name)',
          '  priority: WARNING',
          '',
        ].join('\n'),
      );
      try {
        const words = ['-r', rules, '--wait', '1', 'read-sensitive', 'write-etc'];
        const suite = startProcess(SUITE, words);
        assert.equal((await suite.ended).code, 1);
        const lines = suite.stdout.map(({ text }) => text);
        assert.match(lines[1]!, /^read-sensitive .* NO /);
        assert.match(lines[2]!, /no alert of this rule/);
        assert.ok(lines.includes('skipped, the rule is not loaded: write-etc'), outputOf(suite));
        assert.equal(lines.at(-1), '0 seen, 1 missed, 1 skipped');
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('cleans up when it is interrupted, and ends with 130', async function () {
      this.timeout(120_000);
      const before = surroundings();
      // As a terminal does it: to the whole group. With a container, so that there is something to remove.
      const suite = startProcess('setsid', [SUITE, 'read-sensitive-late', 'read-sensitive@container']);
      await eventually('an attack runs', () => attackers().length > 0, 60_000);
      process.kill(-suite.pid, 'SIGINT');
      assert.deepEqual(await suite.ended, { code: 130, signal: null });
      assert.deepEqual(surroundings(), before);
      assert.deepEqual(attackers(), []);
    });

    it('has its attacks clean up when it is killed', async function () {
      this.timeout(120_000);
      const before = surroundings();
      const suite = startProcess(SUITE, ['--runtime', 'none', 'read-sensitive-late', 'file-below-dev']);
      await eventually('an attack runs', () => attackers().length > 0, 60_000);
      const [temporary] = readdirSync(tmpdir()).filter(name => name.startsWith('falco-attacks-'));
      suite.child.kill('SIGKILL');
      // A shell cleans up when what it waits for has ended.
      await eventually('no attack runs', () => attackers().length === 0, 20_000);
      rmSync(join(tmpdir(), temporary!), { recursive: true, force: true });
      assert.deepEqual(surroundings(), before);
    });

    it('reads the alerts of a daemon that runs already', async function () {
      this.timeout(120_000);
      const folder = mkdtempSync(join(tmpdir(), 'falco-alerts-'));
      const file = join(folder, 'events.txt');
      writeFileSync(file, '');
      const daemon = await runDaemon({
        config: {
          json_output: true,
          stdout_output: { enabled: false },
          file_output: { enabled: true, keep_alive: true, filename: file },
        },
      });
      try {
        const words = ['-r', RULES[0]!, '--alerts', file, 'read-sensitive', 'write-etc'];
        const suite = startProcess(SUITE, words);
        assert.equal((await suite.ended).code, 0, outputOf(suite));
        assert.match(suite.stdout.at(-1)!.text, /^2 seen, 0 missed, 0 skipped/);
      } finally {
        await daemon.stop();
        rmSync(folder, { recursive: true });
      }
    });
  },
  [
    'dockerd',
    'docker',
    'busybox',
    'unshare',
    'nsenter',
    'setpriv',
    'setcap',
    'python3',
    'perl',
    'ssh',
    'curl',
  ],
);
