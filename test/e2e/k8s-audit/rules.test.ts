/** Rules of the source k8s_audit in the running daemon: what is said when there is none, or when one is explained. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIT_RULES } from '../../support/audit-rule-tests.js';
import { freePort } from '../../support/ports.js';
import { projectRoot } from '../../support/project.js';
import { launchDaemon, type DaemonOptions } from '../../support/run-daemon.js';
import type { RunningProcess } from '../../support/process.js';

const SYSCALL_RULE = '- {rule: a, desc: d, condition: evt.type = openat, output: o, priority: INFO}\n';

describe('The daemon with audit events', () => {
  let daemon: RunningProcess | undefined;
  afterEach(() => daemon?.stop());

  async function withEndpoint(rules: string): Promise<DaemonOptions> {
    const listen = { listen_address: '127.0.0.1', listen_port: await freePort() };
    return {
      rules,
      args: ['--disable-source', 'syscall'],
      config: { webserver: { enabled: true, ...listen, k8s_audit_endpoint: '/k8s-audit' } },
    };
  }

  it('warns when no rule is for them', async () => {
    daemon = launchDaemon(await withEndpoint(SYSCALL_RULE));
    await daemon.line('stderr', /No rule is for audit events.*k8s_audit_rules\.yaml/, 15_000);
  });
  it('does not when there are some', async () => {
    const started = launchDaemon(await withEndpoint(readFileSync(join(projectRoot, AUDIT_RULES), 'utf8')));
    daemon = started;
    await started.line('stderr', /Falco is watching/, 15_000);
    assert.ok(!started.stderr.some(({ text }) => text.includes('No rule is for')));
  });
  it('explains a rule for them on a file, and says so otherwise', async () => {
    const rules = readFileSync(join(projectRoot, AUDIT_RULES), 'utf8');
    const explain = ['--explain', 'Create Disallowed Namespace'];
    daemon = launchDaemon({ rules, args: explain, config: { engine: { kind: 'nodriver' } } });
    await daemon.line('stderr', /is of the event source k8s_audit.*name a file of audit events/, 15_000);
    await daemon.stop();

    const file = join(projectRoot, `build/audit-${String(process.pid)}.jsonl`);
    const objectRef = { resource: 'namespaces', name: 'lab' };
    const event = { kind: 'Event', auditID: '1', stage: 'ResponseComplete', verb: 'create', objectRef };
    const more = { user: { username: 'ann' }, stageTimestamp: '2026-01-01T00:00:00Z' };
    writeFileSync(file, `${JSON.stringify({ ...event, ...more })}\n`);
    try {
      const engine = { kind: 'replay', replay: { capture_file: file } };
      daemon = launchDaemon({ rules, args: explain, config: { engine } });
      await daemon.line('stdout', /^create namespaces lab by ann: matched/, 15_000);
    } finally {
      rmSync(file);
    }
  });
});
