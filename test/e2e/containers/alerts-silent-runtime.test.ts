/** Runtimes that accept and never answer, or answer nonsense without end: what is detected is detected, and in time. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, rmdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertFor, startWatching } from '../../support/container-alerts.js';
import { describeLive } from '../../support/live.js';
import { eventually, sleep } from '../../support/process.js';
import { stopDaemon, type Daemon } from '../../support/run-daemon.js';

const MEGABYTE = 1024 * 1024;

/** What a socket does with whoever connects. */
const WAYS: Readonly<Record<string, (socket: Socket) => void>> = {
  'never answers': () => undefined,
  'answers garbage': socket => socket.end('\x00\xff'.repeat(1000)),
  'answers without end': socket => {
    const piece = Buffer.alloc(MEGABYTE, '[');
    let left = 100;
    socket.write(
      `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${100 * MEGABYTE}\r\n\r\n`,
    );
    const more = (): void => {
      if (left-- > 0 && !socket.destroyed) socket.write(piece, more);
    };
    more();
  },
};

const rssOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) / 1024;

/** Where the unified hierarchy is mounted. */
const UNIFIED = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))?.[1] ?? '';

for (const [way, serve] of Object.entries(WAYS)) {
  describeLive(
    `With a runtime that ${way}`,
    () => {
      const id = 'dead'.padEnd(64, '0');
      const file = '/etc/falco-test-silent';
      let folder: string;
      let server: Server;
      let group: string;
      let daemon: Daemon;
      const open = new Set<Socket>();
      before(async function () {
        this.timeout(30_000);
        folder = mkdtempSync(join(tmpdir(), 'falco-silent-'));
        const socket = join(folder, 'docker.sock');
        server = createServer(connection => {
          open.add(connection);
          connection.on('error', () => undefined);
          connection.on('close', () => open.delete(connection));
          serve(connection);
        });
        await new Promise<void>(done => server.listen(socket, done));
        group = join(UNIFIED, `docker-${id}.scope`);
        mkdirSync(group);
        daemon = await startWatching({ docker: [socket] });
      });
      after(async () => {
        await stopDaemon(daemon);
        for (const connection of open) connection.destroy();
        server.close();
        await eventually('the group is empty', () => {
          try {
            rmdirSync(group);
            return true;
          } catch {
            return undefined;
          }
        });
        rmSync(file, { force: true });
        rmSync(folder, { recursive: true, force: true });
      });

      /** A process of the container makes the file; the time until the alert is there. */
      async function made(name: string): Promise<number> {
        const start = Date.now();
        const script = `echo $$ > ${group}/cgroup.procs; exec sh -c 'echo x > /etc/${name}; rm /etc/${name}'`;
        execFileSync('sh', ['-c', script]);
        await alertFor(daemon, name);
        return Date.now() - start;
      }

      it('alerts go out with what is known, say so, and do not wait for long', async () => {
        const before = rssOf(daemon.pid);
        for (let i = 0; i < 5; i++) {
          const name = `falco-test-silent-${i}`;
          const took = await made(name);
          assert.ok(took < 2000, `${took} ms`);
          const { output, output_fields: fields } = await alertFor(daemon, name);
          assert.equal(fields['container.id'], id.slice(0, 12));
          assert.equal(fields['container.metadata'], 'pending');
          assert.match(output, / container\.metadata=pending$/);
          await sleep(200);
        }
        assert.ok(rssOf(daemon.pid) - before < 64, `${rssOf(daemon.pid) - before} MB more`);
        await daemon.line('stderr', /docker\.sock/, 20_000);
        const said = daemon.stderr.filter(({ text }) => text.includes('docker.sock'));
        assert.equal(said.length, 1, said.map(({ text }) => text).join('\n'));
      }).timeout(60_000);
    },
    UNIFIED === '' ? ['a mounted unified hierarchy of cgroups'] : [],
  );
}
