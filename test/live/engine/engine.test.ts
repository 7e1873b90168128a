import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../../../daemon/alerts/alert.js';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import { startEngine, type Engine } from '../../../daemon/engine/engine.js';
import { describeLive } from '../../support/live.js';
import { eventually } from '../../support/process.js';

const rules = (path: string, output = 'hit %fd.name by %proc.name'): { name: string; content: Buffer }[] => [
  {
    name: 'live.yaml',
    content: Buffer.from(`
- rule: Touched
  desc: test
  condition: evt.type in (open, openat) and fd.name = ${path}
  output: ${output}
  priority: NOTICE
`),
  },
];

describeLive('the engine', () => {
  const folder = mkdtempSync('/tmp/falco-engine-');
  const file = join(folder, 'watched');
  const other = join(folder, 'other');
  const alerts: Alert[] = [];
  const errors: string[] = [];
  let engine: Engine;

  before(async () => {
    writeFileSync(file, 'x');
    writeFileSync(other, 'x');
    let ready = false;
    engine = startEngine(
      { config: defaultConfig(), rules: rules(file) },
      {
        onRules: () => undefined,
        onReady: () => (ready = true),
        onAlert: alert => alerts.push(alert),
        onLog: () => undefined,
        onError: message => errors.push(message),
        onEnd: () => undefined,
      },
    );
    await eventually('the engine is ready', () => (ready || errors.length > 0 ? true : undefined), 10_000);
    assert.deepEqual(errors, []);
  });
  after(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true });
  });

  const touch = (path: string): void => void execFileSync('cat', [path]);
  const arrived = (count: number): Promise<true> =>
    eventually('the alerts arrive', () => (alerts.length >= count ? true : undefined), 2000);

  it('raises one alert for one open by another process', async () => {
    touch(file);
    await arrived(1);
    assert.deepEqual(
      alerts.splice(0).map(alert => alert.message),
      [`hit ${file} by cat`],
    );
  });

  it('does not see its own process', async () => {
    closeSync(openSync(file, 'r'));
    touch(file);
    await arrived(1);
    assert.deepEqual(
      alerts.splice(0).map(alert => alert.message),
      [`hit ${file} by cat`],
    );
  });

  it('takes other rules between two events and keeps the running ones when the new are bad', async () => {
    assert.deepEqual(
      await engine.reload({ config: defaultConfig(), rules: rules(other, 'swapped %fd.name') }),
      {
        ok: true,
      },
    );
    touch(file);
    touch(other);
    await arrived(1);
    assert.deepEqual(
      alerts.splice(0).map(alert => alert.message),
      [`swapped ${other}`],
    );
    const bad = await engine.reload({ config: defaultConfig(), rules: rules(file, '%no.such.field') });
    assert.equal(bad?.ok, false);
    touch(other);
    await arrived(1);
    assert.equal(alerts.splice(0).length, 1);
  });

  it('counts what it saw: nothing lost, nothing malformed', async () => {
    const statistics = await engine.statistics();
    assert.ok(statistics.events > 0);
    assert.equal(statistics.malformed, 0);
    assert.equal(statistics.alertsLost, 0);
    const [touched, ...others] = statistics.byRule;
    assert.deepEqual([touched?.name, touched?.priority, touched?.matches, others], ['Touched', 5, 4, []]);
    assert.ok(touched!.evaluations >= 4);
    assert.ok(statistics.driver !== null && statistics.driver.seen > 0);
    assert.deepEqual(
      Object.entries(statistics.driver.dropped).filter(([, count]) => count > 0),
      [],
    );
  });

  it('ends when it is told to, and says so once', async () => {
    await engine.stop();
    await engine.stop();
    assert.deepEqual(errors, []);
    // Nothing to reload any more, which is no failure of the rules.
    assert.equal(await engine.reload({ config: defaultConfig(), rules: rules(file) }), null);
  });
});
