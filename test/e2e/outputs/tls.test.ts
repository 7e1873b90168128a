/** The http output and a real HTTPS server that asks for client certificates. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpTarget, type HttpOptions } from '../../../daemon/outputs/http.js';
import { OutputQueue } from '../../../daemon/outputs/queue.js';
import { makeAuthority, type Authority, type Certificate } from '../../support/certificates.js';
import { eventually } from '../../support/process.js';
import { Receiver } from '../../support/receiver.js';

describe('The http output with TLS', () => {
  let folder: string;
  let authority: Authority;
  let server: Certificate;
  let client: Certificate;
  let receiver: Receiver;
  let queue: OutputQueue | undefined;
  let said: string[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'falco-tls-'));
    authority = makeAuthority(folder);
    server = authority.issue('server', 'DNS:localhost');
    client = authority.issue('client');
    receiver = new Receiver({
      cert: readFileSync(server.cert),
      key: readFileSync(server.key),
      ca: readFileSync(authority.cert),
      requestCert: true,
      rejectUnauthorized: true,
    });
    await receiver.start();
  });
  after(async () => {
    await receiver.stop();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => queue?.close());

  function start(options: Partial<HttpOptions>): OutputQueue {
    said = [];
    receiver.taken.length = receiver.requests.length = 0;
    const target = new HttpTarget({
      ...{ url: receiver.url, user_agent: 'falcosecurity/falco', insecure: false, compress_uploads: true },
      ...{ ca_cert: '', ca_bundle: '', ca_path: '/etc/ssl/certs' },
      ...{ mtls: true, client_cert: client.cert, client_key: client.key },
      ...{
        keep_alive: true,
        max_consecutive_timeouts: 5,
        batch_size: 10,
        json: false,
        timeoutMs: 2000,
        keeps: false,
      },
      ...options,
    });
    queue = new OutputQueue(target, {
      capacity: 0,
      timeoutMs: 2000,
      report: (level, text) => said.push(`${level}: ${text}`),
    });
    for (let i = 0; i < 100; i++) queue.push(Buffer.from(`alert ${String(i)}`));
    return queue;
  }
  const arrived = (): string[] =>
    receiver.taken.flatMap(body => body.split('\n')).filter(line => line !== '');
  const expected = Array.from({ length: 100 }, (_, i) => `alert ${String(i)}`);
  const delivers = async (options: Partial<HttpOptions>): Promise<void> => {
    assert.deepEqual(await start(options).drain(5000), { lost: 0, kept: 0 }, said.join('\n'));
    assert.deepEqual(arrived(), expected);
    assert.deepEqual(said, []);
    assert.equal(receiver.requests[0]!.headers['content-encoding'], 'gzip');
  };
  const isRefused = async (options: Partial<HttpOptions>, why: RegExp): Promise<void> => {
    const refused = start(options);
    await eventually('it is said', () => said.length > 0);
    assert.match(said[0]!, why);
    assert.deepEqual(await refused.drain(20), { lost: 100, kept: 0 });
    assert.deepEqual(arrived(), []);
  };

  it('trusts ca_cert, and shows its own certificate', async () => {
    const before = receiver.connections;
    await delivers({ ca_cert: authority.cert });
    assert.equal(receiver.connections - before, 1);
  });

  it('trusts ca_bundle, and ca_cert rather than that', async () => {
    await delivers({ ca_bundle: authority.cert });
    await queue?.close();
    const other = makeAuthority(folder, 'other');
    await isRefused(
      { ca_cert: other.cert, ca_bundle: authority.cert },
      /cannot reach .*: .*(certificate|issuer)/,
    );
  });

  it('trusts what is in ca_path', async () => {
    await delivers({ ca_path: authority.hashedFolder() });
  });

  it('does not trust a server that nobody vouches for, unless it may', async () => {
    await isRefused({}, /cannot reach https:\/\/localhost:\d+\/alerts: .*certificate/);
    await queue?.close();
    await delivers({ insecure: true });
  });

  it('does not trust the certificate of another host', async () => {
    await isRefused(
      { ca_cert: authority.cert, url: receiver.url.replace('localhost', '127.0.0.1') },
      /cannot reach .*IP.*not in the cert/,
    );
  });

  it('keeps alerts while its own certificate is missing, not good enough, or cannot be read', async () => {
    await isRefused({ ca_cert: authority.cert, mtls: false }, /cannot reach/);
    await queue?.close();
    const stranger = makeAuthority(folder, 'stranger').issue('client');
    await isRefused(
      { ca_cert: authority.cert, client_cert: stranger.cert, client_key: stranger.key },
      /cannot reach/,
    );
    await queue?.close();
    await isRefused(
      { ca_cert: authority.cert, client_key: join(folder, 'none') },
      /cannot use .*none: no such file or directory; messages are kept/,
    );
    await queue?.close();
    await isRefused({ ca_cert: authority.cert, client_key: client.cert }, /cannot use .*client\.crt/);
  });

  it('goes on when its certificate is replaced', async () => {
    const cert = join(folder, 'replaced.crt');
    const key = join(folder, 'replaced.key');
    const stranger = makeAuthority(folder, 'late').issue('client');
    cpSync(stranger.cert, cert);
    cpSync(stranger.key, key);
    const waiting = start({ ca_cert: authority.cert, client_cert: cert, client_key: key });
    await eventually('it is refused', () => said.length > 0);
    cpSync(client.cert, cert);
    cpSync(client.key, key);
    waiting.reopen();
    assert.deepEqual(await waiting.drain(5000), { lost: 0, kept: 0 });
    assert.deepEqual(arrived(), expected);
  });
});
