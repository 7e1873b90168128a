import assert from 'node:assert/strict';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import { watchAudit } from '../../../daemon/engine/audit-live.js';
import type { AuditSettings } from '../../../daemon/engine/audit-settings.js';
import type { Run, RunContext } from '../../../daemon/engine/run.js';
import { monotonicMs } from '../../../daemon/engine/monotonic.js';
import type { AuditAnswer, AuditBody } from '../../../daemon/engine/messages.js';
import { Pulse } from '../../../daemon/engine/pulse.js';
import { rulebook } from '../../support/book.js';

const RULES =
  '- {rule: r, desc: d, priority: INFO, source: k8s_audit, output: "%ka.auditid", condition: ka.auditid exists}\n';
const TIME = '2026-11-23T07:49:20.391063Z';
const SETTINGS: AuditSettings = {
  ...{ endpoint: '/k8s-audit', mostEndpointBytes: 1 << 20, plugin: null, certificate: '' },
  ...{ mostBodyBytes: 1 << 20, mostEventBytes: 0, customHeaders: [] },
};
const body = (...ids: readonly string[]): Buffer =>
  Buffer.from(JSON.stringify(ids.map(auditID => ({ kind: 'Event', auditID, stageTimestamp: TIME }))));

describe('The worker of audit events', () => {
  let run: Run | null = null;
  let alerts: string[] = [];
  let said: string[] = [];
  let proofs = 0;
  let ticks = 0;
  let ended = false;

  /** Has a body judged that came so many milliseconds ago. */
  const judged = (bytes: Buffer, ago = 0, added: AuditBody['added'] = null): AuditAnswer =>
    run!.judge!({ bytes, came: monotonicMs() - ago, added });

  async function start(more: Partial<AuditSettings> = {}): Promise<Run> {
    [alerts, said, proofs, ticks, ended] = [[], [], 0, 0, false];
    const pulse = new Pulse();
    const prove = pulse.prove.bind(pulse);
    pulse.prove = () => {
      proofs++;
      prove();
    };
    const context: Omit<RunContext, 'containers'> = {
      ...{ config: defaultConfig(), book: rulebook(RULES), explained: undefined, seconds: 0, pulse },
      audit: { ...SETTINGS, ...more },
      send: () => undefined,
      log: (level, text) => said.push(`${level}: ${text}`),
      tickThrottle: () => ticks++,
      emit: () => undefined,
      emitAll: ({ message }) => alerts.push(message),
      ended: () => (ended = true),
    };
    run = await watchAudit(context as RunContext);
    assert.ok(run !== null);
    return run;
  }
  afterEach(() => {
    if (!ended) run?.stop();
  });

  it('judges the events of a body in their order, and says what is wrong with one', async () => {
    const { statistics } = await start();
    assert.deepEqual(judged(body('a', 'b')), { ok: true });
    assert.equal(judged(Buffer.from('{')).ok, false);
    assert.deepEqual(judged(body('c')), { ok: true });
    assert.deepEqual(alerts, ['a', 'b', 'c']);
    const { events, malformed, state } = statistics();
    assert.deepEqual([events, malformed, state['auditEvents']], [3, 1, 3]);
  });

  it('gives each event of a body the members that came with it, above its own', async () => {
    await start();
    assert.deepEqual(judged(body('a', 'b'), 0, { auditID: 'added' }), { ok: true });
    assert.deepEqual(judged(body('c')), { ok: true });
    assert.deepEqual(alerts, ['added', 'added', 'c']);
  });

  it('outlives an event whose time fits no record, and judges none of its body', async () => {
    await start();
    const late = { kind: 'Event', auditID: 'late', stageTimestamp: '9999-01-01T00:00:00Z' };
    const good = { kind: 'Event', auditID: 'good', stageTimestamp: TIME };
    assert.equal(judged(Buffer.from(JSON.stringify([good, late]))).ok, false);
    assert.deepEqual(judged(body('next')), { ok: true });
    assert.deepEqual(alerts, ['next']);
  });

  it('leaves out events that are larger than they may be, and says so', async () => {
    const { statistics } = await start({ mostEventBytes: 200 });
    const large = { kind: 'Event', auditID: 'large', stageTimestamp: TIME, x: 'x'.repeat(300) };
    const small = { kind: 'Event', auditID: 'small', stageTimestamp: TIME };
    assert.deepEqual(judged(Buffer.from(JSON.stringify([large, small]))), { ok: true });
    assert.deepEqual(alerts, ['small']);
    assert.match(said.join(), /^warning: k8s_audit: event larger than maxEventSize: size=\d+$/);
    assert.equal(statistics().malformed, 1);
  });

  it('shows that it lives while body follows upon body', async () => {
    await start();
    const [before, ticked] = [proofs, ticks];
    // However slow the machine: until two proofs have come, or never.
    for (const end = performance.now() + 15_000; proofs - before < 2 && performance.now() < end;)
      judged(body('a'));
    assert.ok(proofs - before >= 2 && ticks - ticked >= 2, `${String(proofs - before)} proofs`);
  });

  it('has a body that has waited too long sent again, and does not judge it', async () => {
    await start();
    assert.deepEqual(judged(body('a'), 9_000), { ok: true });
    const late = judged(body('b'), 11_000);
    assert.ok(!late.ok && late.later === true);
    assert.deepEqual(alerts, ['a']);
  });

  it('takes new rules between two bodies', async () => {
    const { reload } = await start();
    judged(body('a'));
    reload(defaultConfig(), rulebook(RULES.replace('"%ka.auditid"', '"new %ka.auditid"')));
    judged(body('b'));
    assert.deepEqual(alerts, ['a', 'new b']);
  });
});
