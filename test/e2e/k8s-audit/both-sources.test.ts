/** System calls and audit events at once: neither source is in the way of the other. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describeLive, patience } from '../../support/live.js';
import { AUDIT_PATH, converse, freePort, post } from '../../support/post.js';
import { eventually, sleep } from '../../support/process.js';
import { runDaemon, stopDaemon, type Daemon } from '../../support/run-daemon.js';

const RULES = `
- rule: Marked file
  desc: test
  condition: evt.type in (open, openat) and fd.name = /etc/hostname and proc.pid = ${String(process.pid)}
  output: syscall %fd.name
  priority: NOTICE
- rule: Audit event
  desc: test
  condition: ka.auditid exists
  output: audit %ka.auditid
  priority: NOTICE
  source: k8s_audit
`;
const EVENT =
  '{"kind":"Event","auditID":"a","stage":"ResponseComplete","stageTimestamp":"2026-11-23T07:49:20.391063Z"}';

describeLive('System calls and audit events at once', () => {
  let daemon: Daemon | undefined;
  let web = 0;
  let port = 0;
  afterEach(async () => {
    await stopDaemon(daemon);
    daemon = undefined;
  });

  async function start(args: readonly string[] = []): Promise<void> {
    [web, port] = [await freePort(), await freePort()];
    daemon = await runDaemon({
      rules: RULES,
      config: {
        plugins: [
          {
            ...{ name: 'k8saudit', library_path: 'libk8saudit.so' },
            open_params: `http://127.0.0.1:${String(port)}${AUDIT_PATH}`,
          },
        ],
        webserver: { enabled: true, listen_address: '127.0.0.1', listen_port: web },
      },
      args,
    });
  }

  const count = (text: string): number => daemon!.stdout.filter(line => line.text.endsWith(text)).length;
  const health = () => post(web, '', { path: '/healthz', method: 'GET', headers: {} });

  it('both raise alerts', async () => {
    await start();
    readFileSync('/etc/hostname');
    assert.equal((await post(port, EVENT)).status, 200);
    await eventually(
      'an alert of each',
      () => count('syscall /etc/hostname') === 1 && count('audit a') === 1,
      5_000 * patience,
    );
  });

  it('go on while hostile bodies come, and lose nothing', async () => {
    await start();
    const head = `POST ${AUDIT_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
    const slow = Array.from({ length: 40 }, () =>
      converse(port, [`${head}Content-Length: 900\r\n\r\n{`], 8_000),
    );
    const hostile = ['['.repeat(2_000_000), EVENT.slice(0, -9), '{"__proto__":{}}', '\0'.repeat(1_000_000)];
    let over = false;
    const flood = Array.from({ length: 4 }, async (_, i) => {
      while (!over) await post(port, hostile[i]!).catch(() => undefined);
    });
    const rounds = 10;
    for (let round = 0; round < rounds; round++) {
      readFileSync('/etc/hostname');
      assert.equal((await post(port, EVENT)).status, 200);
      assert.equal((await health()).status, 200);
      await sleep(100);
    }
    await eventually(
      'all alerts',
      () => count('syscall /etc/hostname') === rounds && count('audit a') === rounds,
      10_000 * patience,
    );
    over = true;
    await Promise.all([...flood, ...slow]);
  });

  it('are reloaded together', async () => {
    await start();
    daemon!.child.kill('SIGHUP');
    await daemon!.line('stderr', /Rules are reloaded/, 20_000 * patience);
    readFileSync('/etc/hostname');
    assert.equal((await post(port, EVENT)).status, 200);
    await eventually(
      'an alert of each',
      () => count('syscall /etc/hostname') === 1 && count('audit a') === 1,
      5_000 * patience,
    );
  });

  it('can be read alone, each of them', async () => {
    await start(['--enable-source', 'k8s_audit']);
    readFileSync('/etc/hostname');
    assert.equal((await post(port, EVENT)).status, 200);
    await eventually('the alert', () => count('audit a') === 1, 5_000 * patience);
    assert.equal(count('syscall /etc/hostname'), 0);
    await stopDaemon(daemon);
    await start(['--disable-source', 'k8s_audit']);
    readFileSync('/etc/hostname');
    await eventually('the alert', () => count('syscall /etc/hostname') === 1, 5_000 * patience);
    await assert.rejects(post(port, EVENT), /ECONNREFUSED/);
  });
});
