/** The daemon on Kubernetes audit events: from files, and over HTTP from many clients at once. No driver is needed. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUDIT_PATH, converse, freePort, keptConnection, post } from '../support/post.js';
import { eventually, sleep } from '../support/process.js';
import { launchDaemon, runDaemon, stopDaemon, type Daemon } from '../support/run-daemon.js';
import { describeShared, sharedPath } from '../support/shared.js';

const RULES = `
- rule: Every event
  desc: test
  condition: ka.auditid exists
  output: <%ka.auditid %ka.stage %ka.verb %ka.target.resource>
  priority: NOTICE
  source: k8s_audit
- rule: Never
  desc: test
  condition: evt.type = openat and fd.name = /no/such/file
  output: never
  priority: NOTICE
`;
const TIME = '2026-11-23T07:49:20.391063Z';

const event = (id: string, more: object = {}): string =>
  JSON.stringify({
    kind: 'Event',
    auditID: id,
    stage: 'ResponseComplete',
    verb: 'get',
    stageTimestamp: TIME,
    ...more,
  });

const seen = (stdout: readonly { readonly text: string }[]): string[] =>
  stdout.flatMap(({ text }) => /<([^ ]+) /.exec(text)?.[1] ?? []);

describe('The daemon on a file of audit events', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'falco-audit-'))));
  after(() => rmSync(folder, { recursive: true }));

  async function replay(content: string, args: readonly string[] = []) {
    const file = join(folder, 'events.json');
    writeFileSync(file, content);
    const running = launchDaemon({
      rules: RULES,
      config: { engine: { kind: 'replay', replay: { capture_file: file } } },
      args,
      env: { TZ: 'UTC' },
    });
    const { code } = await running.ended;
    return {
      code,
      stdout: running.stdout,
      stderr: running.stderr.map(({ text }) => text).join('\n'),
    };
  }

  it('raises the alerts of its events, with their times, and ends', async () => {
    const { code, stdout, stderr } = await replay(`${event('a')}\n\n[${event('b')},${event('c')}]\n`);
    assert.equal(code, 0);
    assert.equal(stdout[0]?.text, '07:49:20.391063000: Notice <a ResponseComplete get <NA>>');
    assert.deepEqual(seen(stdout), ['a', 'b', 'c']);
    assert.match(stderr, /Enabled event sources: k8s_audit/);
  });

  it('says which line it stopped at', async () => {
    const { code, stdout, stderr } = await replay(`${event('a')}\n{"kind":"Pod"}\n${event('b')}\n`);
    assert.equal(code, 1);
    assert.deepEqual(seen(stdout), ['a']);
    assert.match(
      stderr,
      /Could not read k8s audit event line #2, "\{"kind":"Pod"\}": Data not recognized as a k8s audit event, stopping/,
    );
  });

  it('sends nothing of a bad line to the terminal but text', async () => {
    const { stderr } = await replay(`{bad \x1b[31m\n`);
    assert.match(stderr, /line #1, "\{bad \ufffd\[31m"/);
    assert.ok(!stderr.includes('\x1b'));
  });

  it('is known by its first letter, also behind a mark of the byte order', async () => {
    const { code, stdout } = await replay(`\ufeff${event('a')}\n`);
    assert.deepEqual([code, seen(stdout)], [0, ['a']]);
  });

  it('explains why a rule of theirs did not match', async () => {
    const { code, stdout } = await replay(`${event('a')}\n`, ['--explain', 'Every event']);
    assert.equal(code, 0);
    assert.match(stdout.map(({ text }) => text).join('\n'), /matche/);
  });
});

describe('The daemon that takes audit events', () => {
  let daemon: Daemon | undefined;
  afterEach(async () => {
    await stopDaemon(daemon);
    daemon = undefined;
  });

  /** Without system calls; the plugin listens, or reads what `open_params` say. */
  async function start(params: string, more: Readonly<Record<string, unknown>> = {}): Promise<Daemon> {
    daemon = await runDaemon({
      rules: RULES,
      config: {
        plugins: [{ name: 'k8saudit', library_path: 'libk8saudit.so', open_params: params }],
        load_plugins: ['k8saudit'],
        ...more,
      },
      args: ['--disable-source', 'syscall'],
    });
    return daemon;
  }

  const alerts = (count: number): Promise<readonly string[]> =>
    eventually(
      `${String(count)} alerts`,
      () => {
        const ids = seen(daemon!.stdout);
        return ids.length >= count ? ids : undefined;
      },
      20_000,
    );

  it('listens where 0.29 did and where the plugin does, both at once', async () => {
    const [web, plugin] = [await freePort(), await freePort()];
    await start(`http://127.0.0.1:${String(plugin)}${AUDIT_PATH}`, {
      webserver: {
        ...{ enabled: true, listen_address: '127.0.0.1', listen_port: web, k8s_audit_endpoint: AUDIT_PATH },
        prometheus_metrics_enabled: true,
      },
      metrics: { enabled: true, interval: '1h', output_rule: false },
    });
    assert.equal((await post(web, event('a'))).body, '<html><body>Ok</body></html>');
    assert.equal((await post(plugin, event('b'))).body, '');
    assert.equal((await post(plugin, '{')).status, 400);
    assert.deepEqual(await alerts(2), ['a', 'b']);
    const get = { method: 'GET', headers: {} };
    assert.equal((await post(web, '', { ...get, path: '/healthz' })).status, 200);
    const metrics = (await post(web, '', { ...get, path: '/metrics' })).body;
    assert.match(metrics, /falcosecurity_falco_k8s_audit_requests_total\{[^}]*result="accepted"\} 2\n/);
    assert.match(metrics, /falcosecurity_falco_k8s_audit_requests_total\{[^}]*result="bad_data"\} 1\n/);
    assert.match(metrics, /falcosecurity_falco_k8s_audit_events_total 2\n/);
    assert.match(metrics, /evt_source="k8s_audit"/);
  });

  it('gives events what the headers of their request tell', async () => {
    const port = await freePort();
    const rules = RULES.replace('%ka.auditid', '%ka.auditid-%json.value[/cluster_name]');
    daemon = await runDaemon({
      rules,
      config: {
        plugins: [
          {
            ...{ name: 'k8saudit', library_path: 'libk8saudit.so' },
            init_config: { customFieldsHeaders: [{ header: 'X-Cluster', customFields: ['cluster_name'] }] },
            open_params: `http://127.0.0.1:${String(port)}${AUDIT_PATH}`,
          },
        ],
      },
      args: ['--disable-source', 'syscall'],
    });
    const headers = { 'Content-Type': 'application/json', 'X-Cluster': 'east' };
    assert.equal((await post(port, event('a'), { headers })).status, 200);
    assert.equal((await post(port, event('b'))).status, 200);
    assert.deepEqual(await alerts(2), ['a-east', 'b-<NA>']);
  });

  it('reads a file of lines and ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'falco-audit-'));
    const file = join(folder, 'audit.log');
    writeFileSync(file, `${event('a')}\nnonsense\n${event('b')}\n`);
    const running = await start(file);
    const { code } = await running.ended;
    rmSync(folder, { recursive: true });
    assert.equal(code, 0);
    assert.deepEqual(seen(running.stdout), ['a', 'b']);
    assert.ok(running.stderr.some(({ text }) => /a line is passed over.*Could not parse data/.test(text)));
  });

  it('follows a file that grows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'falco-audit-'));
    const file = join(folder, 'audit.log');
    writeFileSync(file, `${event('old')}\n`);
    await start(`file://${file}`);
    appendFileSync(file, `${event('a')}\n${event('b')}\n`);
    assert.deepEqual(await alerts(2), ['a', 'b']);
    rmSync(folder, { recursive: true });
  });

  it('goes on while hostile bodies come', async () => {
    const port = await freePort();
    await start(`http://127.0.0.1:${String(port)}${AUDIT_PATH}`);
    const head = `POST ${AUDIT_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
    const huge = await converse(port, [`${head}Content-Length: 1073741824\r\n\r\n`, 'x'.repeat(100_000)]);
    assert.match(huge, /^HTTP\/1.1 413 /);
    const polluting = `${event('p').slice(0, -1)},"__proto__":{"verb":"polluted"},"requestObject":{"spec":{"containers":[{"__proto__":{"image":"x"}}]}}}`;
    assert.equal((await post(port, polluting)).status, 200);
    const deep = `${event('d').slice(0, -1)},"requestObject":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`;
    assert.equal((await post(port, deep)).status, 200);
    assert.equal((await post(port, '['.repeat(5_000_000))).status, 400);
    assert.equal((await post(port, event('last', { verb: undefined }))).status, 200);
    assert.deepEqual(await alerts(3), ['p', 'd', 'last']);
    assert.match(daemon!.stdout[2]!.text, /<last ResponseComplete <NA> <NA>>/);
  });

  it('says at a reload that a path for them needs a start', async () => {
    daemon = await runDaemon({ rules: RULES, config: { engine: { kind: 'nodriver' } } });
    const file = join(daemon.folder, 'falco.yaml');
    const config = JSON.parse(readFileSync(file, 'utf8')) as object;
    const port = await freePort();
    const webserver = { enabled: true, listen_address: '127.0.0.1', listen_port: port };
    const changed = { ...config, webserver: { ...webserver, k8s_audit_endpoint: AUDIT_PATH } };
    writeFileSync(file, JSON.stringify(changed));
    daemon.child.kill('SIGHUP');
    await daemon.line(
      'stderr',
      /Changes of webserver\.k8s_audit_endpoint take effect when the daemon is started again/,
      20_000,
    );
    assert.equal((await post(port, event('a'))).status, 404);
  });

  it('cannot be told to listen nowhere, or where somebody else does', async () => {
    const started = launchDaemon({
      rules: RULES,
      config: { plugins: [{ name: 'k8saudit', library_path: 'libk8saudit.so' }] },
      args: ['--disable-source', 'syscall'],
    });
    assert.equal((await started.ended).code, 1);
    assert.ok(started.stderr.some(({ text }) => /open_params '': say where events come from/.test(text)));
    const other = launchDaemon({ rules: RULES, args: ['--enable-source', 'k8s_audit'] });
    assert.equal((await other.ended).code, 1);
    assert.ok(other.stderr.some(({ text }) => /Event source 'k8s_audit' is not there/.test(text)));
  });
});

describeShared('The daemon that takes audit events of a real API server', () => {
  let daemon: Daemon | undefined;
  afterEach(async () => {
    await stopDaemon(daemon);
    daemon = undefined;
  });

  const bodies = (): readonly string[] =>
    readFileSync(sharedPath('captures/k8s-audit-webhook.jsonl'), 'utf8')
      .split('\n')
      .filter(line => line !== '');
  const idsOf = (body: string): readonly string[] =>
    (JSON.parse(body) as { items: { auditID: string }[] }).items.map(({ auditID }) => auditID);

  it('judges each event exactly once when eight clients post at once, also while the rules are reloaded', async () => {
    const port = await freePort();
    daemon = await runDaemon({
      rules: RULES,
      config: {
        plugins: [
          {
            name: 'k8saudit',
            library_path: 'libk8saudit.so',
            open_params: `http://127.0.0.1:${String(port)}${AUDIT_PATH}`,
          },
        ],
      },
      args: ['--disable-source', 'syscall'],
    });
    const queue = [...bodies()];
    const expected = queue.flatMap(idsOf).sort();
    assert.ok(expected.length > 300);
    const refused: number[] = [];
    const client = async (): Promise<void> => {
      const agent = keptConnection();
      for (let body = queue.shift(); body !== undefined; body = queue.shift()) {
        const { status } = await post(port, body, { agent });
        if (status !== 200) refused.push(status);
      }
      agent.destroy();
    };
    const clients = Array.from({ length: 8 }, client);
    await sleep(20);
    daemon.child.kill('SIGHUP');
    await Promise.all(clients);
    assert.deepEqual(refused, []);
    await daemon.line('stderr', /Rules are reloaded/, 20_000);
    assert.equal((await post(port, event('last'))).status, 200);
    const ids = await eventually(
      'the last alert',
      () => {
        const all = seen(daemon!.stdout);
        return all.includes('last') ? all : undefined;
      },
      20_000,
    );
    assert.deepEqual(ids.filter(id => id !== 'last').sort(), expected);
  });
});
