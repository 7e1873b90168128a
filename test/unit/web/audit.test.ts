import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import { auditEvents } from '../../../daemon/sources/audit/audit-event.js';
import { takeAuditEvents } from '../../../daemon/web/audit-endpoint.js';
import { AuditIntake, type IntakeLimits } from '../../../daemon/web/audit-intake.js';
import { BodyBuffer } from '../../../daemon/web/body-buffer.js';
import { startAuditServer, startWebServer, type WebServer } from '../../../daemon/web/server.js';
import { makeAuthority } from '../../support/certificates.js';
import { collectGarbage } from '../../support/garbage.js';
import { AUDIT_PATH, converse, freePort, keptConnection, post } from '../../support/post.js';
import { eventually, sleep } from '../../support/process.js';

const EVENT = '{"kind":"Event","auditID":"a","stageTimestamp":"2026-11-23T07:49:20.391063Z"}';
const LIMITS: IntakeLimits = { mostAtOnce: 16, mostBytes: 8 << 20, mostPerSecond: 0 };
const MOST_BODY = 1 << 20;
const JSON_HEADER = { 'Content-Type': 'application/json' };
const PATIENCE_MS = 20_000;

describe('The endpoint of audit events', () => {
  const servers: WebServer[] = [];
  const sockets: Socket[] = [];
  let said: string[] = [];
  let judged: string[] = [];
  /** Bodies are judged when this is done. */
  let gate: Promise<void> = Promise.resolve();

  beforeEach(() => {
    said = [];
    judged = [];
    gate = Promise.resolve();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) await server.close();
  });

  function newIntake(limits: Partial<IntakeLimits> = {}): AuditIntake {
    const judge = async (body: Uint8Array) => {
      await gate;
      const read = auditEvents(body);
      if (read.ok) judged.push(...read.events.map(({ document }) => String(document['auditID'])));
      return read.ok ? ({ ok: true } as const) : read;
    };
    return new AuditIntake({ ...LIMITS, ...limits }, judge, text => said.push(text));
  }

  /** The plugin's own server. */
  async function plugin(intake = newIntake(), path = AUDIT_PATH): Promise<number> {
    const port = await freePort();
    const started = await startAuditServer(
      {
        ...{ address: '127.0.0.1', port, path, tls: false, certificate: '', clientCa: '' },
        mostBodyBytes: MOST_BODY,
      },
      intake,
    );
    assert.ok(started.ok, started.ok ? '' : started.message);
    servers.push(started.server);
    return port;
  }

  /** The daemon's web server, as 0.29 had it. */
  async function webserver(intake = newIntake()): Promise<number> {
    const port = await freePort();
    const config = { ...defaultConfig().webserver, listen_address: '127.0.0.1', listen_port: port };
    const answers = { trouble: () => null, versions: () => '{}', metrics: () => Promise.resolve(null) };
    const options = { style: 'webserver', mostBodyBytes: MOST_BODY, needsCertificate: false } as const;
    const started = await startWebServer(config, answers, { path: AUDIT_PATH, intake, options });
    assert.ok(started.ok, started.ok ? '' : started.message);
    servers.push(started.server);
    return port;
  }

  it('takes what comes below a path that ends in a slash, and else the path alone', async () => {
    const statuses = async (path: string, asked: readonly string[]) => {
      const port = await plugin(undefined, path);
      const answers = await Promise.all(asked.map(each => post(port, EVENT, { path: each })));
      return answers.map(({ status }) => status);
    };
    assert.deepEqual(await statuses('/', ['/', '/k8s-audit', '/a/b?c']), [200, 200, 200]);
    assert.deepEqual(await statuses('/a/', ['/a/', '/a/b', '/a', '/b']), [200, 200, 404, 404]);
    assert.deepEqual(await statuses('/a', ['/a', '/a?timeout=1s', '/a/', '/ab']), [200, 200, 404, 404]);
  });

  it('answers as the web server of 0.29 did', async () => {
    const port = await webserver();
    const good = await post(port, EVENT);
    assert.deepEqual([good.status, good.body], [200, '<html><body>Ok</body></html>']);
    assert.equal(good.headers['content-type'], 'text/html');
    const type = await post(port, EVENT, { headers: { 'Content-Type': 'text/plain' } });
    assert.deepEqual([type.status, type.body], [400, 'Wrong Content Type']);
    const get = await post(port, '', { method: 'GET', headers: {} });
    assert.deepEqual([get.status, get.body], [405, 'GET method not allowed']);
    const bad = await post(port, '{}');
    assert.deepEqual([bad.status, bad.body], [400, 'Bad Request: Data not recognized as a k8s audit event']);
    assert.match((await post(port, '{"kind"')).body, /^Bad Request: Could not parse data: /);
    assert.deepEqual(judged, ['a']);
    assert.equal(
      (await post(port, '', { path: '/healthz', method: 'GET', headers: {} })).body,
      '{"status": "ok"}',
    );
  });

  it('answers as the plugin does, but says what is wrong with a body', async () => {
    const port = await plugin();
    const good = await post(port, EVENT, { headers: { 'Content-Type': 'application/json; charset=utf-8' } });
    assert.deepEqual([good.status, good.body], [200, '']);
    const type = await post(port, EVENT, { headers: {} });
    assert.deepEqual([type.status, type.body], [400, 'wrong Content Type']);
    const put = await post(port, EVENT, { method: 'PUT' });
    assert.deepEqual([put.status, put.body, put.headers['allow']], [405, 'PUT method not allowed', 'POST']);
    assert.equal((await post(port, EVENT, { path: '/other' })).status, 404);
    assert.match((await post(port, '[1]')).body, /^bad request: Data not recognized/);
    assert.deepEqual(judged, ['a']);
  });

  // prettier-ignore
  const HOSTILE: readonly (readonly [what: string, body: string | Buffer, status: number])[] = [
    ['nothing', '', 400],
    ['truncated JSON', EVENT.slice(0, -5), 400],
    ['what is no UTF-8', Buffer.concat([Buffer.from(EVENT.slice(0, -1)), Buffer.from(',"x":"\xff\xfe"}', 'latin1')]), 400],
    ['deep nesting', `${'['.repeat(400_000)}${']'.repeat(400_000)}`, 400],
    ['deep nesting that never ends', '['.repeat(1_000_000), 400],
    ['deep nesting of objects', `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`, 400],
    ['hundreds of thousands of objects', `[${'{},'.repeat(300_000)}{}]`, 400],
    ['members of the same name', `${EVENT.slice(0, -1)},"auditID":"b"}`, 200],
    ['__proto__', `${EVENT.slice(0, -1)},"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`, 200],
    ['a time that is none', '{"kind":"Event","stageTimestamp":"__proto__"}', 400],
    ['null', 'null', 400],
    ['an EventList of nonsense', '{"kind":"EventList","items":[null]}', 400],
  ];
  for (const [what, body, status] of HOSTILE) {
    it(`answers ${String(status)} to ${what}, and goes on`, async () => {
      const port = await plugin();
      assert.equal((await post(port, body)).status, status);
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
      assert.equal((await post(port, EVENT)).status, 200);
    });
  }

  it('refuses a body that is announced to be too large before it comes', async () => {
    const intake = newIntake();
    const port = await plugin(intake);
    const head = `POST ${AUDIT_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n`;
    const start = Date.now();
    const got = await converse(port, [`${head}\r\n`, '{"kind":']);
    assert.match(got, /^HTTP\/1.1 413 /);
    assert.match(got, /larger than 1048576 bytes/);
    assert.ok(Date.now() - start < 9_000, 'the connection is cut before it is too slow');
    const expecting = await converse(port, [`${head}Expect: 100-continue\r\n\r\n`]);
    assert.match(expecting, /^HTTP\/1.1 413 /);
    assert.equal(intake.counts.tooLarge, 2);
    assert.equal(intake.bytes, 0);
  });

  it('refuses a body of unknown length once it is too large', async () => {
    const intake = newIntake();
    const port = await plugin(intake);
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const got = await converse(port, [
      `POST ${AUDIT_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      ...Array.from({ length: 20 }, () => chunk),
    ]);
    assert.match(got, /^HTTP\/1.1 413 /);
    await eventually('the room is given back', () => (intake.bytes === 0 ? true : undefined), PATIENCE_MS);
  });

  it('refuses a body of many tiny pieces, and takes one of some', async () => {
    const intake = newIntake();
    const port = await plugin(intake);
    const head = `POST ${AUDIT_PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const crumbs = Array.from(EVENT, letter => `1\r\n${letter}\r\n`).join('');
    assert.match(await converse(port, [`${head}${crumbs}0\r\n\r\n`]), /^HTTP\/1.1 200 /);
    assert.deepEqual(judged, ['a']);
    const got = await converse(port, [`${head}${'1\r\n \r\n'.repeat(100_000)}`]);
    assert.match(got, /^HTTP\/1.1 400 [^]*too small pieces/);
    await eventually('the room is given back', () => (intake.bytes === 0 ? true : undefined), PATIENCE_MS);
  });

  it('keeps little more of a body in small pieces than its bytes', () => {
    const buffer = new BodyBuffer();
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    let fed = '';
    // Each piece is a part of a packet, which it would keep alive.
    for (let i = 0; i < 50_000; i++) {
      const packet = Buffer.alloc(4096, i % 251);
      buffer.add(packet.subarray(0, 20));
      if (i < 1000) fed += packet.toString('latin1', 0, 20);
    }
    collectGarbage();
    const kept = process.memoryUsage().arrayBuffers - before;
    assert.ok(kept < 10 << 20, `${String(kept >> 20)} MB`);
    assert.equal(buffer.length, 1_000_000);
    const bytes = Buffer.from(buffer.bytes());
    assert.equal(bytes.length, 1_000_000);
    assert.equal(bytes.toString('latin1', 0, 20_000), fed);
    assert.equal(buffer.isCrumbled, true);
  });

  it('asks for the body of who waits to be asked, and takes it', async () => {
    const port = await plugin();
    const head = `POST ${AUDIT_PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n`;
    const got = await converse(port, [
      `${head}Content-Length: ${String(EVENT.length)}\r\nExpect: 100-continue\r\n\r\n`,
      EVENT,
    ]);
    assert.match(got, /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
  });

  it('refuses what it would have to unpack', async () => {
    const port = await plugin();
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
    assert.equal((await post(port, EVENT, { headers })).status, 415);
  });

  it('says 503 while too many bodies wait, and takes all of them when they are sent again', async () => {
    const intake = newIntake({ mostAtOnce: 2 });
    const port = await plugin(intake);
    let open: () => void = () => undefined;
    gate = new Promise(resolve => (open = resolve));
    const first = [post(port, EVENT), post(port, EVENT)];
    await eventually('two bodies wait', () => (intake.waiting === 2 ? true : undefined), PATIENCE_MS);
    const third = await post(port, EVENT);
    assert.deepEqual([third.status, third.headers['retry-after']], [503, '1']);
    open();
    assert.deepEqual(
      (await Promise.all(first)).map(({ status }) => status),
      [200, 200],
    );
    assert.equal((await post(port, EVENT)).status, 200);
    assert.deepEqual([intake.counts.accepted, intake.counts.busy, intake.bytes], [3, 1, 0]);
    assert.equal(judged.length, 3);
  });

  it('says 503 when there is no memory for a body', async () => {
    const intake = newIntake({ mostBytes: 100_000 });
    const port = await plugin(intake);
    const large = `${EVENT.slice(0, -1)},"x":"${'x'.repeat(150_000)}"}`;
    assert.equal((await post(port, large)).status, 503);
    assert.equal(intake.bytes, 0);
    assert.equal((await post(port, EVENT)).status, 200);
  });

  it('says 503 when nobody is there to judge, so that the body is sent again', async () => {
    const gone = { ok: false, message: 'the detection worker has ended', later: true } as const;
    const intake = new AuditIntake(
      LIMITS,
      () => Promise.resolve(gone),
      text => said.push(text),
    );
    const answer = await post(await plugin(intake), EVENT);
    assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '1']);
    assert.deepEqual([intake.counts.busy, intake.counts.bad], [1, 0]);
  });

  it('says 429 to more requests than there may be in a second', async () => {
    const intake = newIntake({ mostPerSecond: 1 });
    const port = await plugin(intake);
    const start = performance.now();
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(port, EVENT)));
    const seconds = (performance.now() - start) / 1000;
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(12 - refused.length >= 2 && 12 - refused.length <= 3 + seconds, String(refused.length));
    assert.ok(refused.every(({ headers }) => headers['retry-after'] === '1'));
    assert.equal(intake.counts.limited, refused.length);
    assert.equal(judged.length, 12 - refused.length);
  });

  it('lets twice as many requests in a row as a second has, then as many as it has', () => {
    const intake = newIntake({ mostPerSecond: 10 });
    const now = performance.now();
    const admitted = (at: number, tries: number): number =>
      Array.from({ length: tries }, () => intake.admits(at)).filter(Boolean).length;
    assert.equal(admitted(now, 50), 20);
    assert.equal(admitted(now + 500, 50), 5);
    assert.equal(admitted(now + 60_000, 50), 20);
  });

  it('is not held up by callers that never finish their bodies', async () => {
    const intake = newIntake({ mostAtOnce: 4 });
    const port = await plugin(intake);
    for (let i = 0; i < 200; i++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(
        `POST ${AUDIT_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{`,
      );
      sockets.push(socket);
    }
    await sleep(300);
    const start = Date.now();
    assert.equal((await post(port, EVENT)).status, 200);
    assert.ok(Date.now() - start < 8_000, 'before the others are too slow');
    for (const socket of sockets.splice(0)) socket.destroy();
    await eventually('their room is given back', () => (intake.bytes === 0 ? true : undefined), PATIENCE_MS);
    assert.ok(intake.counts.aborted > 0);
  });

  it('judges the bodies of a connection in their order, one answer each', async () => {
    const port = await plugin();
    const agent = keptConnection();
    const names = Array.from({ length: 50 }, (_, i) => `n${String(i)}`);
    const answers = await Promise.all(
      names.map(name => post(port, EVENT.replace('"a"', `"${name}"`), { agent })),
    );
    agent.destroy();
    assert.ok(answers.every(({ status }) => status === 200));
    assert.deepEqual(judged, names);
  });

  it('says why it refused, but not a thousand times', async () => {
    const port = await plugin();
    for (let i = 0; i < 20; i++) await post(port, '{}');
    assert.deepEqual(said, ['k8s_audit: a request was refused: Data not recognized as a k8s audit event']);
  });

  it('takes nothing more when it stops, and waits for what it has', async () => {
    const intake = newIntake();
    const port = await plugin(intake);
    let open: () => void = () => undefined;
    gate = new Promise(resolve => (open = resolve));
    const waiting = post(port, EVENT);
    await eventually('a body waits', () => (intake.waiting === 1 ? true : undefined), PATIENCE_MS);
    const stopped = intake.stop(PATIENCE_MS);
    assert.equal((await post(port, EVENT)).status, 503);
    open();
    await stopped;
    assert.equal((await waiting).status, 200);
  });

  it('answers who waits for the judge when it closes, and nobody comes in meanwhile', async () => {
    const port = await plugin();
    let open: () => void = () => undefined;
    gate = new Promise(resolve => (open = resolve));
    const agent = keptConnection();
    const waiting = post(port, EVENT, { agent });
    const idle = connect(port, '127.0.0.1').on('error', () => undefined);
    await eventually('both are there', () => (idle.readyState === 'open' ? true : undefined), PATIENCE_MS);
    await sleep(300);
    const closed = servers.splice(0)[0]!.close(PATIENCE_MS);
    await new Promise(done => idle.on('close', done).resume());
    await assert.rejects(post(port, EVENT), /ECONNREFUSED/);
    open();
    const answer = await waiting;
    assert.deepEqual([answer.status, answer.headers['connection']], [200, 'close']);
    await closed;
    agent.destroy();
    assert.deepEqual(judged, ['a']);
  });

  it('lets callers wait for the judge for longer than they may be silent', async () => {
    const options = { style: 'plugin', mostBodyBytes: MOST_BODY, needsCertificate: false } as const;
    const intake = newIntake();
    const server = createServer((request, response) => takeAuditEvents(request, response, intake, options));
    server.setTimeout(300);
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    await assert.rejects(post(port, '', { headers: { ...JSON_HEADER, 'Content-Length': 10 } }));
    let open: () => void = () => undefined;
    gate = new Promise(resolve => (open = resolve));
    const waiting = post(port, EVENT);
    setTimeout(() => open(), 1_200);
    assert.equal((await waiting).status, 200);
    await new Promise(done => server.close(done));
  });

  it('closes in time when there is no answer to be had', async () => {
    const port = await plugin();
    gate = new Promise(() => undefined);
    const waiting = assert.rejects(post(port, EVENT), /hang up|ECONNRESET/);
    await sleep(300);
    await servers.splice(0)[0]!.close(200);
    await waiting;
  });

  describe('over TLS', () => {
    let folder = '';
    before(() => (folder = mkdtempSync(join(tmpdir(), 'falco-audit-'))));
    after(() => rmSync(folder, { recursive: true }));

    it('takes events of callers with a certificate of the authority, and of no other', async () => {
      const authority = makeAuthority(folder);
      const stranger = makeAuthority(folder, 'stranger');
      const server = authority.issue('server', 'IP:127.0.0.1');
      appendFileSync(server.cert, readFileSync(server.key));
      const intake = newIntake();
      const port = await freePort();
      const started = await startAuditServer(
        {
          ...{ address: '127.0.0.1', port, path: AUDIT_PATH, tls: true, mostBodyBytes: MOST_BODY },
          ...{ certificate: server.cert, clientCa: authority.cert },
        },
        intake,
      );
      assert.ok(started.ok, started.ok ? '' : started.message);
      servers.push(started.server);
      const files = ({ cert, key }: { cert: string; key: string }) => ({
        cert: readFileSync(cert),
        key: readFileSync(key),
      });
      const own = await post(port, EVENT, { tls: files(authority.issue('client')) });
      assert.equal(own.status, 200);
      let open: () => void = () => undefined;
      gate = new Promise(resolve => (open = resolve));
      const waiting = post(port, EVENT, { tls: files(authority.issue('client')) });
      await eventually('it waits', () => (intake.waiting === 1 ? true : undefined), PATIENCE_MS);
      for (const tls of [{}, files(stranger.issue('client'))]) {
        const answer = await post(port, EVENT, { tls });
        assert.equal(answer.status, 403);
        assert.match(answer.body, /client certificate/);
      }
      const closed = servers.pop()!.close(PATIENCE_MS);
      open();
      assert.equal((await waiting).status, 200);
      await closed;
      assert.deepEqual(judged, ['a', 'a']);
    });

    it('asks for certificates of callers with events, and of no others, on the web server', async () => {
      const authority = makeAuthority(folder, 'webauthority');
      const server = authority.issue('web', 'IP:127.0.0.1');
      appendFileSync(server.cert, readFileSync(server.key));
      const port = await freePort();
      const config = {
        ...{ ...defaultConfig().webserver, listen_address: '127.0.0.1', listen_port: port },
        ...{ ssl_enabled: true, ssl_certificate: server.cert },
      };
      const answers = { trouble: () => null, versions: () => '{}', metrics: () => Promise.resolve(null) };
      const options = { style: 'webserver', mostBodyBytes: MOST_BODY, needsCertificate: true } as const;
      const route = { path: AUDIT_PATH, intake: newIntake(), options };
      const started = await startWebServer(config, answers, route, authority.cert);
      assert.ok(started.ok, started.ok ? '' : started.message);
      servers.push(started.server);
      const { cert, key } = authority.issue('webclient');
      const own = { cert: readFileSync(cert), key: readFileSync(key) };
      const health = { method: 'GET', path: '/healthz', headers: {}, tls: {} };
      assert.equal((await post(port, '', health)).status, 200);
      assert.equal((await post(port, EVENT, { tls: {} })).status, 403);
      assert.equal((await post(port, EVENT, { tls: own })).status, 200);
      assert.equal(started.server.renewCertificate(), undefined);
      assert.equal((await post(port, EVENT, { tls: {} })).status, 403);
      assert.equal((await post(port, EVENT, { tls: own })).status, 200);
    });

    it('says which file is missing', async () => {
      const started = await startAuditServer(
        {
          ...{ address: '127.0.0.1', port: 1, path: AUDIT_PATH, tls: true, mostBodyBytes: MOST_BODY },
          ...{ certificate: join(folder, 'nothing.pem'), clientCa: '' },
        },
        newIntake(),
      );
      assert.ok(!started.ok);
      assert.match(started.message, /^sslCertificate of the plugin k8saudit .*nothing\.pem: no such file$/);
    });
  });
});
