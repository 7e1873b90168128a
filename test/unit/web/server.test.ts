import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, readFileSync, appendFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import { startWebServer, type WebServer } from '../../../daemon/web/server.js';
import type { Answers } from '../../../daemon/web/routes.js';
import { sleep } from '../../support/process.js';

interface Got {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise(done => server.close(done));
  return port;
}

function get(port: number, path: string, { tls = false, method = 'GET' } = {}): Promise<Got> {
  return new Promise((done, fail) => {
    const options = { host: '127.0.0.1', port, path, method, agent: false, rejectUnauthorized: false };
    const request = (tls ? tlsRequest : plainRequest)(options, response => {
      let body = '';
      response.setEncoding('utf8').on('data', text => (body += text));
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body }),
      );
    });
    request.on('error', fail).end();
  });
}

/** Certificate and key of a host of this name in one file. */
function makeCertificate(path: string, name: string): void {
  const key = `${path}.key`;
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name} -keyout ${key} -out ${path}`;
  execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
  appendFileSync(path, readFileSync(key));
}

/** Name in the certificate that the server shows. */
function shownName(port: number): Promise<string | string[] | undefined> {
  return new Promise((done, fail) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      done(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on('error', fail);
  });
}

describe('The web server', () => {
  const servers: WebServer[] = [];
  let folder = '';
  let trouble: string | null = null;
  let metrics: string | null = null;
  const answers: Answers = {
    trouble: () => trouble,
    versions: () => '{"falco_version":"1.2.3"}',
    metrics: () => Promise.resolve(metrics),
  };
  before(() => (folder = mkdtempSync(join(tmpdir(), 'falco-web-'))));
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => (trouble = metrics = null));
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  function start(more: Partial<ReturnType<typeof defaultConfig>['webserver']>) {
    return startWebServer({ ...defaultConfig().webserver, listen_address: '127.0.0.1', ...more }, answers);
  }

  async function serve(more: Parameters<typeof start>[0] = {}): Promise<number> {
    const port = await freePort();
    const started = await start({ listen_port: port, ...more });
    assert.ok(started.ok, started.ok ? '' : started.message);
    servers.push(started.server);
    return port;
  }

  it('tells that all is well in the very bytes that Falco uses', async () => {
    const port = await serve();
    assert.deepEqual(await get(port, '/healthz'), {
      ...{ status: 200, type: 'application/json', body: '{"status": "ok"}' },
    });
  });

  it('answers 503 with the reason when events are not watched', async () => {
    const port = await serve();
    trouble = 'the "worker" is gone';
    const { status, body } = await get(port, '/healthz');
    assert.equal(status, 503);
    assert.deepEqual(JSON.parse(body), { status: 'unhealthy', reason: 'the "worker" is gone' });
  });

  it('has its health check where the configuration says, and nowhere else', async () => {
    const port = await serve({ k8s_healthz_endpoint: '/alive' });
    assert.equal((await get(port, '/alive?full=1')).status, 200);
    assert.equal((await get(port, '/healthz')).status, 404);
  });

  it('tells versions as JSON', async () => {
    const port = await serve();
    assert.deepEqual(await get(port, '/versions'), {
      ...{ status: 200, type: 'application/json', body: '{"falco_version":"1.2.3"}' },
    });
  });

  it('has metrics when there are some, with the content type of Prometheus text', async () => {
    const port = await serve();
    assert.equal((await get(port, '/metrics')).status, 404);
    metrics = 'a 1\n';
    assert.deepEqual(await get(port, '/metrics'), {
      ...{ status: 200, type: 'text/plain; version=0.0.4', body: 'a 1\n' },
    });
  });

  it('answers HEAD without a body, and what it does not know with 404', async () => {
    const port = await serve();
    assert.deepEqual(await get(port, '/healthz', { method: 'HEAD' }), {
      ...{ status: 200, type: 'application/json', body: '' },
    });
    for (const [path, method] of [
      ['/', 'GET'],
      ['/healthz/', 'GET'],
      ['/k8s-audit', 'POST'],
      ['/healthz', 'DELETE'],
    ] as const)
      assert.equal((await get(port, path, { method })).status, 404, `${method} ${path}`);
  });

  it('speaks TLS with certificate and key of one file, and takes over a new one', async () => {
    const path = join(folder, 'falco.pem');
    makeCertificate(path, 'first');
    const port = await serve({ ssl_enabled: true, ssl_certificate: path });
    assert.equal((await get(port, '/healthz', { tls: true })).body, '{"status": "ok"}');
    await assert.rejects(get(port, '/healthz'));
    assert.equal(await shownName(port), 'first');
    makeCertificate(path, 'second');
    assert.equal(servers[0]!.renewCertificate(), undefined);
    assert.equal(await shownName(port), 'second');
    writeFileSync(path, 'half a certif');
    assert.match(servers[0]!.renewCertificate()!, /falco\.pem: there is no certificate in it$/);
    assert.equal(await shownName(port), 'second');
  });

  const refused: readonly [
    string,
    () => Promise<Parameters<typeof start>[0]> | Parameters<typeof start>[0],
    RegExp,
  ][] = [
    [
      'a port that is no port',
      () => ({ listen_port: 70_000 }),
      /^webserver\.listen_port 70000 is above 65535$/,
    ],
    [
      'an address that this host does not have',
      () => ({ listen_address: '192.0.2.77', listen_port: 1 }),
      /^cannot listen on 192\.0\.2\.77:1: this host does not have the address \(webserver\.listen_address\)$/,
    ],
    [
      'a port that is taken',
      async () => ({ listen_port: await serve() }),
      /^cannot listen on 127\.0\.0\.1:\d+: the port is in use already \(webserver\.listen_port\)$/,
    ],
    [
      'a certificate that is not there',
      () => ({ ssl_enabled: true, ssl_certificate: '/nonexistent.pem' }),
      /^webserver\.ssl_certificate \/nonexistent\.pem: no such file$/,
    ],
    [
      'a file without a certificate',
      () => {
        writeFileSync(join(folder, 'empty.pem'), 'x');
        return { ssl_enabled: true, ssl_certificate: join(folder, 'empty.pem') };
      },
      /empty\.pem: there is no certificate in it$/,
    ],
    [
      'a key of another certificate',
      () => {
        const [one, two] = ['one.pem', 'two.pem'].map(name => join(folder, name)) as [string, string];
        makeCertificate(one, 'one');
        makeCertificate(two, 'two');
        const mixed =
          readFileSync(one, 'utf8').split('-----BEGIN PRIVATE')[0]! + readFileSync(`${two}.key`, 'utf8');
        writeFileSync(join(folder, 'mixed.pem'), mixed);
        return { ssl_enabled: true, ssl_certificate: join(folder, 'mixed.pem') };
      },
      /mixed\.pem: .*mismatch/i,
    ],
  ];
  for (const [what, config, message] of refused) {
    it(`says in one line that it does not start with ${what}`, async () => {
      const started = await start(await config());
      assert.ok(!started.ok);
      assert.match(started.message, message);
    });
  }

  describe('in front of bad callers', () => {
    const callers: Socket[] = [];
    afterEach(() => callers.splice(0).forEach(caller => caller.destroy()));

    function call(port: number): Promise<Socket> {
      return new Promise((done, fail) => {
        const caller = connect(port, '127.0.0.1', () => done(caller));
        caller.on('error', fail).on('error', () => undefined);
        callers.push(caller);
      });
    }

    it('refuses a head that is too long', async () => {
      const port = await serve();
      const caller = await call(port);
      let answer = '';
      caller.setEncoding('utf8').on('data', text => (answer += text));
      caller.write(`GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(10_000)}\r\n\r\n`);
      await new Promise(done => caller.on('close', done));
      assert.match(answer, /^HTTP\/1\.1 431 /);
    });

    it('cuts off those that never finish their head', async function () {
      this.timeout(15_000);
      const port = await serve();
      const caller = await call(port);
      const begun = Date.now();
      caller.resume();
      caller.write('GET /healthz HTTP/1.1\r\nHost:');
      const drip = setInterval(() => caller.write('x'), 500);
      await new Promise(done => caller.on('close', done));
      clearInterval(drip);
      assert.ok(Date.now() - begun < 8_000, `${Date.now() - begun} ms`);
    });

    it('answers at once while hundreds hold connections open', async function () {
      this.timeout(30_000);
      const port = await serve();
      for (let i = 0; i < 600; i++) (await call(port)).write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
      await sleep(100);
      const times: number[] = [];
      for (let i = 0; i < 50; i++) {
        const begun = performance.now();
        assert.equal((await get(port, '/healthz')).status, 200);
        times.push(performance.now() - begun);
      }
      times.sort((a, b) => a - b);
      assert.ok(times[48]! < 500, `${times[48]} ms`);
      const open = callers.filter(caller => !caller.destroyed && caller.readable).length;
      assert.ok(open <= 128, `${open} are still connected`);
    });
  });
});
