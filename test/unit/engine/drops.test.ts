import assert from 'node:assert/strict';
import type { DriverStats } from '../../../daemon/addon/driver.js';
import type { Alert } from '../../../daemon/alerts/alert.js';
import { DropWatch, type DropPolicy } from '../../../daemon/engine/drops.js';

const QUIET: DropPolicy = {
  actions: ['ignore'],
  threshold: 0.1,
  rate: 0.03333,
  maxBurst: 1,
  simulate: false,
};

function stats(seen: number, buffer: number, scratch = 0): DriverStats {
  return {
    seen,
    submitted: seen - buffer - scratch,
    filtered: 0,
    dropped: { ring_full_open: buffer, too_big: scratch },
    faults: 0,
    truncated: 0,
    own: 0,
    unmapped: 0,
    families: {},
    programs: [],
    perCpu: [],
  };
}

function watch(policy: DropPolicy): { watch: DropWatch; logs: string[]; alerts: Alert[]; exits: string[] } {
  const logs: string[] = [];
  const alerts: Alert[] = [];
  const exits: string[] = [];
  const drops = new DropWatch(policy, {
    log: (level, text) => logs.push(`${level}: ${text}`),
    alert: alert => alerts.push(alert),
    exit: text => exits.push(text),
  });
  return { watch: drops, logs, alerts, exits };
}

describe('the loss watch', () => {
  it('says nothing while nothing is lost', () => {
    const seen = watch({ ...QUIET, actions: ['log', 'alert'] });
    for (let second = 1; second < 10; second++) seen.watch.check(stats(second * 1000, 0), second * 1000);
    assert.deepEqual([seen.logs, seen.alerts, seen.watch.occurrences], [[], [], 0]);
  });

  it('logs and alerts the first loss even when the policy ignores losses and the share is below the threshold', () => {
    const seen = watch(QUIET);
    seen.watch.check(stats(1_000_000, 1), 1000);
    assert.equal(seen.alerts.length, 1);
    assert.deepEqual(seen.logs, [
      'warning: Falco internal: syscall event drop. 1 system calls dropped in last second.',
    ]);
    assert.equal(seen.alerts[0]?.fields['n_drops_buffer_open_exit'], '1');
    seen.watch.check(stats(2_000_000, 900_000), 2000);
    assert.equal(seen.alerts.length, 1, 'an ignoring policy alerts once only');
  });

  it('counts every reason into the figure', () => {
    const seen = watch({ ...QUIET, actions: ['alert'] });
    seen.watch.check(stats(100, 30, 12), 1000);
    assert.match(seen.alerts[0]?.message ?? '', /\. 42 system calls dropped in last second\.$/);
    const fields = seen.alerts[0]?.fields ?? {};
    assert.deepEqual(
      [fields['n_evts'], fields['n_drops'], fields['n_drops_buffer_total'], fields['n_drops_scratch_map']],
      ['100', '42', '30', '12'],
    );
  });

  it('acts from then on only above the threshold', () => {
    const seen = watch({ ...QUIET, actions: ['log', 'alert'], threshold: 0.1, rate: 1, maxBurst: 10 });
    seen.watch.check(stats(1_000, 1), 1000);
    seen.watch.check(stats(2_000, 1 + 100), 2000);
    assert.equal(seen.alerts.length, 1, 'a tenth is not above a tenth');
    seen.watch.check(stats(3_000, 1 + 100 + 101), 3000);
    assert.equal(seen.alerts.length, 2);
    assert.equal(
      seen.logs.at(-1),
      'debug: Falco internal: syscall event drop. 101 system calls dropped in last second.',
    );
    assert.equal(seen.watch.occurrences, 3);
    assert.equal(seen.watch.actionsTaken, 1, 'that the first loss is told is no action of the policy');
  });

  it('acts as many times in a row as the bucket holds, and again when it has filled', () => {
    const seen = watch({ ...QUIET, actions: ['alert'], rate: 0.1, maxBurst: 3 });
    for (let second = 1; second <= 5; second++)
      seen.watch.check(stats(second * 100, second * 50), second * 1000);
    assert.equal(seen.alerts.length, 3);
    for (let second = 6; second <= 11; second++)
      seen.watch.check(stats(second * 100, second * 50), second * 1000);
    assert.equal(seen.alerts.length, 4, 'a tenth of a token a second is one more after ten seconds');
  });

  it('takes over the policy of a reload, with no more tokens than that allows', () => {
    const seen = watch({ ...QUIET, actions: ['ignore'], rate: 0, maxBurst: 10 });
    seen.watch.check(stats(100, 50), 1000);
    seen.watch.configure({ ...QUIET, actions: ['exit'], rate: 0, maxBurst: 1 });
    seen.watch.check(stats(200, 100), 2000);
    seen.watch.check(stats(300, 150), 3000);
    assert.equal(seen.exits.length, 1);
  });

  it('acts no more often than its token bucket allows', () => {
    const seen = watch({ ...QUIET, actions: ['alert'], rate: 0.5, maxBurst: 1 });
    for (let second = 1; second <= 9; second++)
      seen.watch.check(stats(second * 100, second * 50), second * 1000);
    assert.equal(seen.alerts.length, 5);
    assert.equal(seen.logs.filter(line => line.startsWith('debug: Syscall event drop but')).length, 4);
  });

  it('goes on acting when the clock is set back', () => {
    const seen = watch({ ...QUIET, actions: ['alert'], rate: 1, maxBurst: 1 });
    const hour = 3_600_000;
    [2 * hour, hour, hour + 1000, hour + 2000].forEach((now, i) =>
      seen.watch.check(stats((i + 1) * 100, (i + 1) * 50), now),
    );
    assert.equal(seen.alerts.length, 3);
  });

  it('ends the daemon when the policy says so', () => {
    const seen = watch({ ...QUIET, actions: ['exit'] });
    seen.watch.check(stats(100, 50), 1000);
    assert.equal(seen.exits.length, 1);
    const text = 'Falco internal: syscall event drop. 50 system calls dropped in last second.';
    assert.deepEqual(seen.logs, [`warning: ${text}`, `critical: ${text}`, 'critical: Exiting.']);
  });

  it('does not end the daemon for a loss below the threshold, though it tells of the first', () => {
    const seen = watch({ ...QUIET, actions: ['exit'] });
    seen.watch.check(stats(1_000, 1), 1000);
    assert.deepEqual([seen.exits.length, seen.alerts.length, seen.watch.actionsTaken], [0, 1, 0]);
    seen.watch.check(stats(2_000, 1 + 500), 2000);
    assert.deepEqual([seen.exits.length, seen.watch.actionsTaken], [1, 1]);
  });

  it('makes up losses when told to', () => {
    const seen = watch({ ...QUIET, actions: ['alert'], rate: 1, maxBurst: 10, simulate: true });
    for (let second = 1; second <= 3; second++) seen.watch.check(stats(second * 100, 0), second * 1000);
    assert.equal(seen.alerts.length, 3);
  });
});
