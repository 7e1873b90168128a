import assert from 'node:assert/strict';
import { HttpTarget, type HttpOptions } from '../../../daemon/outputs/http.js';
import { OutputQueue } from '../../../daemon/outputs/queue.js';
import { retryAfterMs } from '../../../daemon/outputs/retry-after.js';
import { eventually } from '../../support/process.js';
import { Receiver } from '../../support/receiver.js';

const DEFAULTS: HttpOptions = {
  url: '',
  user_agent: 'falcosecurity/falco',
  insecure: false,
  ca_cert: '',
  ca_bundle: '',
  ca_path: '/etc/ssl/certs',
  mtls: false,
  client_cert: '',
  client_key: '',
  compress_uploads: false,
  keep_alive: false,
  max_consecutive_timeouts: 5,
  batch_size: 1,
  json: true,
  timeoutMs: 2000,
  keeps: false,
};

const texts = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `{"number":${String(from + i)}}`);

describe('The http output', () => {
  let receiver: Receiver;
  let queue: OutputQueue;
  let said: string[];
  let echoed: string[];
  const start = (options: Partial<HttpOptions> = {}): void => {
    said = [];
    echoed = [];
    const echo = (body: Buffer): void => void echoed.push(String(body));
    const target = new HttpTarget({ ...DEFAULTS, url: receiver.url, echo, ...options });
    queue = new OutputQueue(target, {
      capacity: 0,
      timeoutMs: 5000,
      report: (level, text) => said.push(`${level}: ${text}`),
    });
  };
  const push = (messages: readonly string[]): void => messages.forEach(text => queue.push(Buffer.from(text)));
  const delivered = async (timeoutMs = 10_000): Promise<void> =>
    assert.deepEqual(await queue.drain(timeoutMs), { lost: 0, kept: 0 });
  const lines = (): string[] => receiver.taken.flatMap(body => body.split('\n').filter(line => line !== ''));
  beforeEach(async () => {
    receiver = new Receiver();
    await receiver.start();
  });
  afterEach(async () => {
    await queue.close();
    await receiver.stop();
  });

  it('sends each alert in a request of its own, in order, over one connection', async () => {
    start();
    push(texts(0, 200));
    await delivered();
    assert.deepEqual(receiver.taken, texts(0, 200));
    assert.equal(receiver.connections, 1);
    const { method, path, headers } = receiver.requests[0]!;
    assert.deepEqual(
      [method, path, headers['content-type'], headers['user-agent'], headers['content-length']],
      ['POST', '/alerts', 'application/json', 'falcosecurity/falco', '12'],
    );
    assert.deepEqual(said, []);
  });

  it('says text/plain of text, and who it is', async () => {
    start({ json: false, user_agent: 'mine/1', url: `'${receiver.url}'` });
    push(['10:00:00: Warning x']);
    await delivered();
    const { headers, body } = receiver.requests[0]!;
    assert.deepEqual(
      [headers['content-type'], headers['user-agent'], body],
      ['text/plain', 'mine/1', '10:00:00: Warning x'],
    );
  });

  it('packs bodies', async () => {
    start({ compress_uploads: true });
    push(texts(0, 3));
    await delivered();
    assert.equal(receiver.requests[0]!.headers['content-encoding'], 'gzip');
    assert.deepEqual(receiver.taken, texts(0, 3));
  });

  it('hands on what the server answers', async () => {
    start();
    receiver.answer = (_request, before) => ({
      status: before === 0 ? 500 : 200,
      body: `answer ${String(before)}`,
    });
    push(['a']);
    await delivered();
    assert.deepEqual(echoed, ['answer 0', 'answer 1']);
  });

  it('sends those that wait together in one request, a line each', async () => {
    start({ batch_size: 100, compress_uploads: true });
    push(texts(0, 1000));
    await delivered();
    assert.deepEqual(lines(), texts(0, 1000));
    assert.ok(receiver.requests.length <= 12, `${String(receiver.requests.length)} requests`);
    const { headers, body } = receiver.requests.at(-1)!;
    assert.equal(headers['content-type'], 'application/x-ndjson');
    assert.ok(body.endsWith('}\n'));
  });

  it('tries again what the server could not take, and waits longer each time', async () => {
    start();
    receiver.answer = (_request, before) => ({ status: before < 3 ? 500 : 200 });
    push(['a', 'b']);
    await delivered();
    assert.deepEqual(receiver.taken, ['a', 'b']);
    const times = receiver.requests.map(request => request.at);
    const waits = times.slice(1, 4).map((time, i) => time - times[i]!);
    // A busy machine may be late by any time, but nobody may be early.
    [250, 500, 1000].forEach((most, i) =>
      assert.ok(waits[i]! >= most / 2 - 5 && waits[i]! < most + 2000, `waits of ${waits.join(', ')} ms`),
    );
    assert.equal(
      said[0],
      `error: Output 'http': ${receiver.url} answered 500 Internal Server Error; messages are kept and tried again`,
    );
    assert.equal(said[1], "notice: Output 'http': works again; messages lost so far: 0");
    assert.equal(queue.statistics.retries, 3);
  });

  for (const [status, header] of [
    [429, () => '1'],
    [503, () => new Date(Date.now() + 2000).toUTCString()],
  ] as const) {
    it(`leaves a server alone for as long as it asks with ${String(status)}, also at the end`, async () => {
      start();
      let until = 0;
      receiver.answer = (_request, before) => {
        if (before > 0) return { status: 200 };
        const value = header();
        until = Date.now() + (value === '1' ? 1000 : Date.parse(value) - Date.now());
        return { status, headers: { 'Retry-After': value } };
      };
      push(['a']);
      await eventually('the first request', () => receiver.requests.length === 1);
      await delivered();
      assert.equal(receiver.requests.length, 2);
      assert.ok(receiver.requests[1]!.at >= until - 5, 'it was asked too early');
      assert.deepEqual(receiver.taken, ['a']);
    });
  }

  it('does not send again what is refused, and counts it', async () => {
    start();
    receiver.answer = request => ({ status: request.body === 'b' ? 403 : 200 });
    push(['a', 'b', 'c']);
    await delivered();
    assert.deepEqual(receiver.taken, ['a', 'c']);
    const { delivered: good, failed } = queue.statistics;
    assert.deepEqual([good, failed], [2, 1]);
    assert.deepEqual(said, [
      `error: Output 'http': ${receiver.url} answered 403 Forbidden; what is refused is not sent again`,
    ]);
  });

  it('finds the one of a batch that the server does not like', async () => {
    start({ batch_size: 64 });
    receiver.answer = request => ({ status: request.body.includes(':37}') ? 400 : 200 });
    push(texts(0, 100));
    await delivered();
    assert.deepEqual(lines(), [...texts(0, 37), ...texts(38, 100)]);
    const { delivered: good, failed } = queue.statistics;
    assert.deepEqual([good, failed], [99, 1]);
  });

  it('waits for a server that is not there, and finds it when it comes', async () => {
    const { port } = receiver;
    start();
    await receiver.stop();
    push(texts(0, 10));
    await eventually('it is said', () => said.length > 0);
    assert.match(
      said[0]!,
      /^error: Output 'http': cannot reach http:\/\/localhost:\d+\/alerts: connection refused; /,
    );
    receiver = new Receiver();
    await receiver.start(port);
    await delivered();
    assert.deepEqual(receiver.taken, texts(0, 10));
  });

  it('gives an alert up after one timeout more than it bears', async () => {
    start({ timeoutMs: 1000, max_consecutive_timeouts: 1 });
    receiver.answer = request => (request.body === 'a' ? 'silent' : { status: 200 });
    push(['a', 'b']);
    await delivered();
    assert.deepEqual(
      receiver.requests.map(request => request.body),
      ['a', 'a', 'b'],
    );
    assert.equal(queue.statistics.failed, 1);
    assert.match(
      said[1]!,
      /gave no answer within 1000 ms, 2 times in a row; what is refused is not sent again/,
    );
  });

  it('does not repeat for ever what is answered by something else than a web server', async () => {
    start({ max_consecutive_timeouts: 2 });
    receiver.answer = request => (request.body === 'a' ? 'babble' : { status: 200 });
    push(['a', 'b']);
    await delivered();
    assert.deepEqual(
      receiver.requests.map(request => request.body),
      ['a', 'a', 'a', 'b'],
    );
    const [first, second, third] = receiver.requests.map(request => request.at) as [number, number, number];
    // Waits have a half at random: 125 to 250 ms, then 250 to 500.
    assert.ok(second - first >= 120 && third - second >= 240, `${second - first} and ${third - second} ms`);
    assert.equal(queue.statistics.failed, 1);
    assert.match(said[0]!, /gave an answer that is no HTTP \(.+\); messages are kept and tried again/);
    assert.match(said[1]!, /no HTTP \(.+\), 3 times in a row; what is refused is not sent again/);
  });

  it('keeps what is answered by something else than a web server, with a spool', async () => {
    start({ max_consecutive_timeouts: 0, keeps: true });
    receiver.answer = (_request, before) => (before < 3 ? 'babble' : { status: 200 });
    push(['a']);
    await delivered();
    assert.deepEqual(receiver.taken, ['a']);
    assert.equal(receiver.requests.length, 4);
  });

  it('never gives one up that is kept', async () => {
    start({ timeoutMs: 400, max_consecutive_timeouts: 0, keeps: true });
    receiver.answer = (_request, before) => (before < 3 ? 'silent' : { status: 200 });
    push(['a']);
    await delivered();
    assert.deepEqual(receiver.taken, ['a']);
  });

  it('sends again when the connection is broken off', async () => {
    start();
    receiver.answer = (_request, before) => (before % 3 === 2 ? 'reset' : { status: 200 });
    push(texts(0, 10));
    await delivered();
    assert.deepEqual(receiver.taken, texts(0, 10));
  });

  it('gives up a request that is under way when it is closed', async () => {
    start({ timeoutMs: 60_000 });
    receiver.answer = () => 'silent';
    push(['a']);
    await eventually('the request', () => receiver.requests.length === 1);
    const before = performance.now();
    await queue.close(5000);
    assert.ok(performance.now() - before < 1000);
  });

  it('says so of an address that is none, without the password of one that is', async () => {
    start({ url: 'ftp://host/x' });
    push(['a']);
    await eventually('it is said', () => said.length > 0);
    assert.match(said[0]!, /'ftp:\/\/host\/x' is no http or https address/);
    await queue.close();
    start({ url: receiver.url.replace('//', '//me:secret@') });
    receiver.answer = () => ({ status: 404 });
    push(['a']);
    await delivered();
    assert.equal(receiver.requests[0]!.headers.authorization, 'Basic bWU6c2VjcmV0');
    assert.ok(!said.join().includes('secret'), said.join());
    await queue.close();
    start({ url: 'http://me:secret@host:99999/x' });
    push(['a']);
    await eventually('it is said', () => said.length > 0);
    assert.match(said[0]!, /'http:\/\/host:99999\/x' is no http or https address/);
    await queue.close();
    start({ url: 'me:secret@host:99999/x' });
    push(['a']);
    await eventually('it is said', () => said.length > 0);
    assert.match(said[0]!, /'host:99999\/x' is no http or https address/);
    await queue.close();
    // A slash in a password has to be encoded; whoever forgets it finds no password in the log.
    start({ url: 'http://me:se/cr@et@host/x' });
    push(['a']);
    await eventually('it is said', () => said.length > 0);
    assert.match(said[0]!, /'http:\/\/host\/x' is no http or https address/);
  });

  it('takes an address without a scheme for one of http, and knows a scheme that lacks a slash', async () => {
    start({ url: receiver.url.replace('http://', '') });
    push(['a']);
    await delivered();
    await queue.close();
    start({ url: receiver.url.replace('http://', 'http:/') });
    push(['b']);
    await delivered();
    assert.deepEqual(
      receiver.requests.map(({ path }) => path),
      ['/alerts', '/alerts'],
    );
    assert.deepEqual(said, []);
  });

  it('takes a % in a password that encodes nothing for itself', async () => {
    start({ url: receiver.url.replace('//', '//me:100%@') });
    push(['a']);
    await delivered();
    assert.equal(
      receiver.requests[0]!.headers.authorization,
      `Basic ${Buffer.from('me:100%').toString('base64')}`,
    );
  });

  it('sends a name beyond ASCII as UTF-8, and says so of one that no header can have', async () => {
    start({ user_agent: 'Wächter – 1' });
    push(['a']);
    await delivered();
    assert.equal(
      Buffer.from(receiver.requests[0]!.headers['user-agent']!, 'latin1').toString(),
      'Wächter – 1',
    );
    await queue.close();
    start({ user_agent: 'mine\r\nX-Other: 1' });
    push(['a']);
    await eventually('it is said', () => said.length > 0);
    assert.match(said[0]!, /http_output\.user_agent has control characters/);
    assert.equal(receiver.requests.length, 1);
  });

  it('does not send twice what is under way when it is opened anew', async () => {
    start();
    let answer = (): void => undefined;
    receiver.answer = (_request, before) =>
      before > 0 ? { status: 200 } : new Promise(done => (answer = () => done({ status: 200 })));
    push(['a', 'b']);
    await eventually('the request', () => receiver.requests.length === 1);
    queue.reopen();
    answer();
    await delivered();
    assert.deepEqual(receiver.taken, ['a', 'b']);
    assert.deepEqual([receiver.connections, said], [2, []]);
  });

  it('does not send again what was answered, though the body of the answer never ends', async () => {
    start({ timeoutMs: 300 });
    receiver.answer = () => ({ status: 200, headers: { 'Content-Length': '100' }, body: 'begin' });
    push(['a', 'b']);
    await delivered();
    assert.deepEqual(receiver.taken, ['a', 'b']);
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  for (const [header, expected] of [
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7000],
    ['Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
    ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
    ['999999', 3_600_000],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const) {
    it(`'${String(header)}' is ${String(expected)} ms`, () =>
      assert.equal(retryAfterMs(header, now), expected));
  }
});
