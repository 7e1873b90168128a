import assert from 'node:assert/strict';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import type { AuditSettings } from '../../../daemon/engine/audit-settings.js';
import type { Engine } from '../../../daemon/engine/engine.js';
import { startEngines } from '../../../daemon/engine/engines.js';

const RULES =
  '- {rule: r, desc: d, priority: INFO, source: k8s_audit, output: "%ka.auditid", condition: ka.auditid exists}\n';
const SETTINGS: AuditSettings = {
  ...{ endpoint: '/k8s-audit', mostEndpointBytes: 1 << 20, plugin: null, certificate: '' },
  ...{ mostBodyBytes: 1 << 20, mostEventBytes: 0, customHeaders: [] },
};
const body = (auditID: string, stageTimestamp: string): Uint8Array =>
  Uint8Array.from(Buffer.from(JSON.stringify({ kind: 'Event', auditID, stageTimestamp })));

describe('The engine of audit events', () => {
  let engine: Engine | null = null;
  let alerts: string[] = [];
  let errors: string[] = [];
  let ended: Promise<void> = Promise.resolve();

  async function start(more: Partial<AuditSettings> = {}): Promise<Engine> {
    [alerts, errors] = [[], []];
    const config = defaultConfig();
    const { throttle } = config.alerts;
    let onReady: () => void = () => undefined;
    let onEnd: () => void = () => undefined;
    const ready = new Promise<void>(resolve => (onReady = resolve));
    ended = new Promise<void>(resolve => (onEnd = resolve));
    engine = startEngines(
      ['k8s_audit'],
      {
        config: {
          ...config,
          alerts: { ...config.alerts, throttle: { ...throttle, enabled: true, rate: 1000, burst: 1 } },
        },
        rules: [{ name: 'rules.yaml', content: Buffer.from(RULES) }],
        audit: { ...SETTINGS, ...more },
      },
      {
        ...{ onRules: () => undefined, onLog: () => undefined, onReady, onEnd },
        onAlert: ({ message }) => alerts.push(message),
        onError: message => errors.push(message),
      },
    );
    await ready;
    return engine;
  }
  afterEach(() => engine?.stop());

  it('throttles by when events come, not by the times that they give themselves', async () => {
    const { judge, stop } = await start();
    const times = [
      '2026-01-01T00:00:00Z',
      '2300-01-01T00:00:00Z',
      '2299-12-31T23:59:30Z',
      '2299-12-31T23:59:31Z',
    ];
    for (const [index, time] of times.entries()) {
      assert.deepEqual(await judge(body(`n${String(index)}`, time)), { ok: true });
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    await stop();
    await ended;
    assert.deepEqual(alerts, ['n0', 'n1', 'n2', 'n3']);
  });

  it('ends when it cannot read what it is to read, also when events could come otherwise', async () => {
    const path = '/nonexistent/audit.log';
    await start({ plugin: { kind: 'read', path } });
    await ended;
    assert.equal(errors.length, 1);
    assert.match(errors[0]!, /^plugin k8saudit: cannot read \/nonexistent\/audit\.log: ENOENT/);
    assert.equal(engine!.trouble() !== null, true);
  });
});
