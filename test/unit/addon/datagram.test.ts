import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { sendDatagram } from '../../../daemon/addon/datagram.js';
import { startProcess, type RunningProcess } from '../../support/process.js';

const { errno } = constants;

/** A receiver that prints each datagram as a line of JSON; `@name` is abstract. With `deaf` it never reads. */
const RECEIVER = `
import json, socket, sys, time
path, deaf = sys.argv[1], len(sys.argv) > 2
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind('\\0' + path[1:] if path[0] == '@' else path)
print('bound', flush=True)
while deaf: time.sleep(1)
while True: print(json.dumps(server.recv(65536).decode('latin1')), flush=True)
`;

async function receiver(path: string, ...options: string[]): Promise<RunningProcess> {
  const process = startProcess('python3', ['-c', RECEIVER, path, ...options]);
  await process.line('stdout', /bound/);
  return process;
}

describe('A datagram', () => {
  const folder = mkdtempSync(join(tmpdir(), 'falco-datagram-'));
  after(() => rmSync(folder, { recursive: true }));

  for (const path of [join(folder, 'log'), `@falco-test-${String(process.pid)}`]) {
    it(`arrives whole at ${path.startsWith('@') ? 'an abstract name' : 'a socket file'}, also after the receiver came back`, async () => {
      for (let round = 0; round < 2; round++) {
        const server = await receiver(path);
        const text = `<13>falco: round ${String(round)}\0 with \xff`;
        assert.equal(sendDatagram(path, Buffer.from(text, 'latin1')), 0);
        const line = await server.line('stdout', /round/);
        assert.equal(JSON.parse(line.text), text);
        await server.stop();
        rmSync(path, { force: true });
      }
    });
  }

  it('without a receiver returns ENOENT or ECONNREFUSED', async () => {
    const path = join(folder, 'gone');
    assert.equal(sendDatagram(path, Buffer.from('x')), errno.ENOENT);
    await (await receiver(path)).stop('SIGKILL');
    assert.equal(sendDatagram(path, Buffer.from('x')), errno.ECONNREFUSED);
    assert.equal(sendDatagram('@falco-test-nobody', Buffer.from('x')), errno.ECONNREFUSED);
  });

  it('does not wait for a slow receiver: EAGAIN', async () => {
    const path = join(folder, 'slow');
    const server = await receiver(path, 'deaf');
    const results = Array.from({ length: 2000 }, () => sendDatagram(path, Buffer.alloc(100)));
    await server.stop('SIGKILL');
    assert.equal(results[0], 0);
    assert.equal(results.at(-1), errno.EAGAIN);
  });

  it('to a name that no socket can have returns an errno', () => {
    assert.equal(sendDatagram('', Buffer.from('x')), errno.EINVAL);
    assert.equal(sendDatagram(`/${'x'.repeat(107)}`, Buffer.from('x')), errno.ENAMETOOLONG);
    assert.equal(sendDatagram(`/${'x'.repeat(106)}`, Buffer.from('x')), errno.ENOENT);
    assert.equal(sendDatagram(`@${'x'.repeat(108)}`, Buffer.from('x')), errno.ENAMETOOLONG);
    assert.equal(sendDatagram(`@${'x'.repeat(107)}`, Buffer.from('x')), errno.ECONNREFUSED);
  });

  it('above what the socket takes returns EMSGSIZE', async () => {
    const path = join(folder, 'large');
    const server = await receiver(path, 'deaf');
    const result = sendDatagram(path, Buffer.alloc(64 * 1024 * 1024));
    await server.stop('SIGKILL');
    assert.equal(result, errno.EMSGSIZE);
  });

  it('is sent from worker threads as well', async () => {
    const path = join(folder, 'worker');
    const server = await receiver(path);
    const module = new URL('../../../daemon/addon/datagram.js', import.meta.url).href;
    const code = `import(${JSON.stringify(module)}).then(m => m.sendDatagram(${JSON.stringify(path)}, Buffer.from('from a worker')))`;
    const workers = [1, 2, 3].map(() => new Worker(code, { eval: true }));
    await Promise.all(workers.map(worker => new Promise(done => worker.on('exit', done))));
    for (let i = 0; i < 3; i++) await server.line('stdout', /from a worker/, 5000, 1 + i);
    await server.stop();
  });

  it('of something else than a buffer is a bug of the caller', () => {
    assert.throws(() => sendDatagram('/x', 'text' as unknown as Buffer), /data must be a Buffer/);
    assert.throws(() => sendDatagram(1 as unknown as string, Buffer.alloc(1)), /path must be a string/);
  });
});
