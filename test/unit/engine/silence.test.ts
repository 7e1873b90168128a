import assert from 'node:assert/strict';
import type { Alert } from '../../../daemon/alerts/alert.js';
import { SilenceWatch } from '../../../daemon/engine/silence.js';

describe('A source from which nothing comes', () => {
  const START = 1_700_000_000_000;
  const alerts: Alert[] = [];
  beforeEach(() => void alerts.splice(0));
  const watch = (limit: number) => new SilenceWatch(limit, alert => alerts.push(alert));

  it('is reported after so many looks, and again after as many', () => {
    const silence = watch(3);
    silence.check({ seen: 10, own: 2 }, START);
    for (let second = 1; second <= 7; second++) {
      // The daemon's own calls are no sign of life of the host.
      silence.check({ seen: 10 + second, own: 2 + second }, START + second * 1000);
    }
    assert.deepEqual(
      alerts.map(({ time }) => Number(time / 1_000_000n) - START),
      [3000, 6000],
    );
    const { rule, priority, source, message, fields } = alerts[0]!;
    assert.deepEqual(
      [rule, priority, source, message],
      [
        'Falco internal: timeouts notification',
        7,
        'internal',
        'Falco internal: timeouts notification. 3 consecutive timeouts without event.',
      ],
    );
    assert.match(String(fields['last_event_time']), /^\d\d:\d\d:20\.000000000$/);
  });

  it('is not reported while the host does anything', () => {
    const silence = watch(2);
    for (let second = 0; second < 20; second++)
      silence.check({ seen: 1 + Math.floor(second / 2), own: 0 }, START + second * 1000);
    assert.deepEqual(alerts, []);
  });

  it('has no last event when there never was one', () => {
    const silence = watch(5);
    silence.configure(1);
    silence.check({ seen: 3, own: 3 }, START);
    assert.deepEqual(alerts[0]!.fields, { last_event_time: 'none' });
  });
});
