/**
 * What a real API server sent, posted by many clients at once: each event is judged once, and raises the alerts of
 * expected-alerts.txt.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../support/ports.js';
import { projectRoot } from '../../support/project.js';
import { runDaemon, stopDaemon, type Daemon } from '../../support/run-daemon.js';
import { describeShared, sharedPath } from '../../support/shared.js';
import { eventually } from '../../support/process.js';

const CLIENTS = 8;
/** Comes after all others and takes what they leave, so that every event raises exactly one alert. */
const REST = 'Nothing to say';
const REST_RULE = `
- rule: ${REST}
  desc: an event that no other rule took
  condition: jevt.rawtime exists
  output: none
  priority: DEBUG
  source: k8s_audit
`;
const NONE = '-';

interface Row {
  readonly id: string;
  readonly request: string;
  /** Of 0.29.1, and ours. */
  readonly rules: readonly [string, string];
}

interface AuditEvent {
  readonly auditID: string;
  readonly verb: string;
  readonly user: { readonly username: string };
}

const rows = readFileSync(join(projectRoot, 'test/e2e/k8s-audit/expected-alerts.txt'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map((line): Row => {
    const [id, request, upstream, ours] = line.split('|').map(part => part.trim());
    return { id: id!, request: request!, rules: [upstream!, ours!] };
  });

describeShared('Audit events of an API server, posted by eight clients at once', () => {
  const bodies = readFileSync(sharedPath('captures/k8s-audit-webhook.jsonl'), 'utf8').trimEnd().split('\n');
  const events = bodies.flatMap(body => (JSON.parse(body) as { items: readonly AuditEvent[] }).items);
  let daemon: Daemon | undefined;
  afterEach(async () => {
    await stopDaemon(daemon);
    daemon = undefined;
  });

  /** The rule of each event's alert, by auditID; an event that raised several, or none, is told. */
  async function alertsWith(rules: string): Promise<ReadonlyMap<string, string>> {
    const port = await freePort();
    daemon = await runDaemon({
      rules: rules + REST_RULE,
      args: ['--disable-source', 'syscall'],
      config: {
        json_output: true,
        append_output: [{ extra_fields: ['ka.auditid'] }],
        webserver: {
          enabled: true,
          listen_address: '127.0.0.1',
          listen_port: port,
          k8s_audit_endpoint: '/k8s-audit',
        },
      },
    });
    const url = `http://127.0.0.1:${String(port)}/k8s-audit`;
    const left = [...bodies];
    const client = async (): Promise<void> => {
      for (let body = left.shift(); body !== undefined; body = left.shift()) {
        const headers = { 'Content-Type': 'application/json' };
        const response = await fetch(url, { method: 'POST', headers, body });
        assert.equal(response.status, 200, await response.text());
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const { stdout } = daemon;
    await eventually('an alert for each event', () => stdout.length >= events.length, 20_000);
    // What came twice would come now.
    await stopDaemon(daemon);
    const found = new Map<string, string>();
    // Behind the alerts come the numbers of the run.
    for (const { text } of stdout.filter(line => line.text.startsWith('{'))) {
      const { rule, source, output_fields } = JSON.parse(text) as {
        rule: string;
        source: string;
        output_fields: Record<string, string>;
      };
      assert.equal(source, 'k8s_audit');
      const id = output_fields['ka.auditid']!;
      assert.ok(!found.has(id), `${id} was judged twice`);
      found.set(id, rule);
    }
    return found;
  }

  it('the table names events that there are, each once, as they are', () => {
    assert.equal(new Set(events.map(({ auditID }) => auditID)).size, events.length);
    assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
    for (const { id, request } of rows) {
      const event = events.find(({ auditID }) => auditID === id);
      assert.ok(
        request.startsWith(`${String(event?.user.username)} ${String(event?.verb)} `),
        `${id} ${request}`,
      );
    }
  });

  const files = [
    {
      name: 'the rules of 0.29.1, as they are',
      path: sharedPath('rules/k8s_audit_rules-0.29.1.yaml'),
      column: 0,
      alerts: 94,
    },
    { name: 'our rules', path: join(projectRoot, 'etc/k8s_audit_rules.yaml'), column: 1, alerts: 7 },
  ] as const;
  for (const { name, path, column, alerts } of files) {
    it(`each is judged once, and raises what the table says: ${name}`, async () => {
      const found = await alertsWith(readFileSync(path, 'utf8'));
      const expected = new Map(rows.map(row => [row.id, row.rules[column]]));
      const wrong = events.flatMap(({ auditID }) => {
        const rule = expected.get(auditID) ?? NONE;
        const came = found.get(auditID) ?? 'not judged';
        return came === (rule === NONE ? REST : rule) ? [] : [`${auditID}: ${came} instead of ${rule}`];
      });
      assert.deepEqual(wrong, []);
      assert.equal(found.size, events.length);
      assert.equal([...found.values()].filter(rule => rule !== REST).length, alerts);
    });
  }
});
