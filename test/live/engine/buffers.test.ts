/** The keys of engine.modern_ebpf, as the kernel sees what comes of them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Config } from '../../../daemon/config/config.js';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import { startEngine, type Engine } from '../../../daemon/engine/engine.js';
import { describeLive } from '../../support/live.js';
import { eventually } from '../../support/process.js';

const RULE = `- {rule: Opened, desc: d, priority: NOTICE, output: '%evt.type %fs.path.name', condition: 'evt.type = openat and proc.name = cat and fs.path.name startswith /etc/host'}`;

interface Started {
  readonly engine: Engine;
  readonly alerts: readonly string[];
}

async function start(modern: Partial<Config['engine']['modern_ebpf']>): Promise<Started> {
  const config = defaultConfig();
  const alerts: string[] = [];
  const errors: string[] = [];
  let ready = false;
  const engine = startEngine(
    {
      config: {
        ...config,
        engine: { ...config.engine, modern_ebpf: { ...config.engine.modern_ebpf, ...modern } },
      },
      rules: [{ name: 'buffers.yaml', content: Buffer.from(RULE) }],
    },
    {
      onRules: () => undefined,
      onReady: () => (ready = true),
      onAlert: alert => alerts.push(alert.message),
      onLog: () => undefined,
      onError: message => errors.push(message),
      onEnd: () => undefined,
    },
  );
  await eventually('it is ready', () => (ready || errors.length > 0 ? true : undefined), 10_000);
  assert.deepEqual(errors, []);
  return { engine, alerts };
}

const RING_BUFFER = 27;

/** Sizes of the ring buffers that this process has, in MiB. */
function rings(): number[] {
  return readdirSync('/proc/self/fdinfo').flatMap(fd => {
    let text = '';
    try {
      text = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1');
    } catch {
      // The one that listed them is closed.
    }
    const field = (name: string): number =>
      Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? -1);
    return field('map_type') === RING_BUFFER ? [field('max_entries') / 2 ** 20] : [];
  });
}

describeLive('the buffers of the engine', () => {
  let started: Started | undefined;
  afterEach(() => started?.engine.stop());

  it('are one of 8 MiB for two CPUs each, if nothing is said', async () => {
    started = await start({});
    assert.deepEqual(
      rings(),
      Array.from({ length: Math.ceil(availableParallelism() / 2) }, () => 8),
    );
  });

  it('are as large as buf_size_preset says, one for as many CPUs as cpus_for_each_buffer says', async () => {
    started = await start({ buf_size_preset: 2, cpus_for_each_buffer: 0 });
    assert.deepEqual(rings(), [2]);
    await started.engine.stop();
    started = await start({ buf_size_preset: 1, cpus_for_each_buffer: 1 });
    assert.deepEqual(
      rings(),
      Array.from({ length: availableParallelism() }, () => 1),
    );
  });

  it('get no calls that failed with drop_failed_exit, and get them without', async () => {
    for (const drop of [true, false]) {
      started = await start({ drop_failed_exit: drop });
      try {
        execFileSync('cat', ['/etc/host-that-is-not-there', '/etc/hostname'], { stdio: 'ignore' });
      } catch {
        // cat says that one was not there.
      }
      const { alerts } = started;
      await eventually('the alert', () => (alerts.includes('openat /etc/hostname') ? true : undefined), 5000);
      assert.equal(alerts.includes('openat /etc/host-that-is-not-there'), !drop);
      await started.engine.stop();
    }
  });
});
