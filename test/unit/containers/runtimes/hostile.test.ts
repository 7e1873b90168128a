/** Sockets on which something else listens than a runtime, or a runtime that is out of its mind. */
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { createServer } from 'node:http2';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { collectGarbage } from '../../../support/garbage.js';
import { IMPATIENT, RUNTIMES } from '../../../support/fake-runtimes.js';
import { eventually, sleep } from '../../../support/process.js';
import { rawServer, socketPlace, type SocketPlace, type UnixServer } from '../../../support/unix-server.js';
import { keyOf, watching, type Watching } from '../../../support/watching.js';

const MEGABYTE = 1024 * 1024;
const never = new AbortController().signal;

/** What was written to a peer that took it. */
interface Flood {
  bytes: number;
}

/** Writes 100 MB, as fast as they are taken. */
function pour(
  stream: { write(piece: Buffer): boolean; once(event: 'drain', next: () => void): unknown },
  flood: Flood,
): void {
  const piece = Buffer.alloc(64 * 1024, 'a');
  while (flood.bytes < 100 * MEGABYTE) {
    flood.bytes += piece.length;
    if (!stream.write(piece)) return void stream.once('drain', () => pour(stream, flood));
  }
}

const CASES = {
  'accepts and never answers': () => () => undefined,
  'hangs up at once': () => (socket: Socket) => void socket.destroy(),
  'talks nonsense': () => (socket: Socket) => void socket.write(Buffer.alloc(4096, 'nonsense\r\n\0\xff')),
  'says that it is busy': () => (socket: Socket) =>
    void socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n'),
} as const satisfies Record<string, () => (socket: Socket) => void>;

for (const { kind, open, carrier } of RUNTIMES) {
  describe(`The client of ${kind}, when what listens`, () => {
    let place: SocketPlace;
    let server: UnixServer;
    let watch: Watching;
    beforeEach(() => {
      place = socketPlace();
    });
    afterEach(async () => {
      watch.close();
      await server.stop();
      place.remove();
    });

    const isGivenUp = async (): Promise<void> => {
      await eventually('it is given up', () => watch.client.answering === false);
      const tries = server.connections;
      await eventually('it is tried again', () => server.connections > tries + 2, 10_000);
      assert.equal(watch.log.length, 1, watch.log.join('\n'));
      assert.match(
        watch.log[0]!,
        new RegExp(`^warning: ${kind} at ${place.path}: .+; its containers stay unknown until it answers$`),
      );
      const start = Date.now();
      const answer = await watch.client.lookup(keyOf('a'.repeat(64)), never);
      assert.equal(answer.kind, 'unavailable');
      assert.ok(Date.now() - start < 2000, 'nobody waits for it');
    };

    for (const [what, behave] of Object.entries(CASES)) {
      it(what, async () => {
        server = await rawServer(place.path, behave());
        watch = watching(options => open(options, IMPATIENT), place.path);
        await isGivenUp();
      });
    }

    it('is for others only', async function () {
      if (process.getuid?.() !== 0) this.skip();
      server = await rawServer(place.path, () => undefined);
      chmodSync(dirname(place.path), 0o755);
      chmodSync(place.path, 0o600);
      process.seteuid!(65_534);
      try {
        watch = watching(options => open(options, IMPATIENT), place.path);
        await eventually('it is given up', () => watch.client.answering === false);
      } finally {
        process.seteuid!(0);
      }
      assert.match(watch.log[0]!, /: permission denied; its containers stay unknown/);
    });

    it('answers 100 MB', async () => {
      const flood: Flood = { bytes: 0 };
      collectGarbage();
      const before = process.memoryUsage().rss;
      server = await (carrier === 'http' ? floodOfHttp(place.path, flood) : floodOfGrpc(place.path, flood));
      watch = watching(options => open(options, IMPATIENT), place.path);
      await eventually('it is given up', () => watch.client.answering === false);
      watch.close();
      assert.match(watch.log[0]!, /an answer of more than [12] MB/);
      assert.ok(flood.bytes < 20 * MEGABYTE, `${flood.bytes} bytes were taken`);
      collectGarbage();
      const grown = process.memoryUsage().rss - before;
      assert.ok(grown < 60 * MEGABYTE, `memory grew by ${grown} bytes`);
    });

    it('closes at once while a question is open', async () => {
      const connected = new Set<Socket>();
      server = await rawServer(place.path, socket => {
        connected.add(socket);
        socket.resume();
        socket.on('close', () => connected.delete(socket));
      });
      watch = watching(options => open(options, IMPATIENT), place.path);
      await eventually('it is asked', () => connected.size > 0);
      const waiting = watch.client.lookup(keyOf('a'.repeat(64)), never);
      watch.close();
      const start = Date.now();
      assert.equal((await waiting).kind, 'unavailable');
      await eventually('all connections are closed', () => connected.size === 0);
      assert.ok(Date.now() - start < 2000);
      await sleep(100);
      assert.deepEqual(watch.log, []);
    });
  });
}

function floodOfHttp(path: string, flood: Flood): Promise<UnixServer> {
  return rawServer(path, socket => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n["');
    pour(socket, flood);
  });
}

async function floodOfGrpc(path: string, flood: Flood): Promise<UnixServer> {
  const server = createServer();
  server.on('stream', stream => {
    stream.on('error', () => undefined);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    const head = Buffer.alloc(5);
    head.writeUInt32BE(100 * MEGABYTE, 1);
    stream.write(head);
    pour(stream, flood);
  });
  return rawServer(path, socket => void server.emit('connection', socket));
}
