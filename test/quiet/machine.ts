/** The machine in which the suite lives: a copy of this host in namespaces of its own, gone with its first process. */
import { mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../support/project.js';
import { GO, type FromMachine } from './message.js';

export interface Machine {
  /** Its first process: ancestor of all that runs there, containers included. */
  readonly first: number;
  /** Sockets of runtimes, as seen from here, by their name in falco.yaml. */
  readonly sockets: Readonly<Record<string, string>>;
  /** Lives; tells what begins and ends. */
  live(on: (message: FromMachine) => void): Promise<void>;
  /** Ends it, and all that runs there. */
  stop(): Promise<void>;
}

/** Where the machine keeps temporary files: in memory, since the layers of containers cannot lie upon layers. */
const TEMPORARY = '/srv';
const STOP_MS = 30_000;

/** @param activities all when there is none @throws Error with what it said when it does not come up */
export async function startMachine(activities: readonly string[]): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'falco-quiet-'));
  const here = join(projectRoot, 'test/quiet/machine.sh');
  const inside = join(projectRoot, 'dist/test/quiet/inside.js');
  const enter = ['--mount', '--pid', '--fork', '--kill-child=KILL', '--propagation', 'private'];
  const child = spawn(
    'unshare',
    [...enter, 'sh', here, folder, 'env', `TMPDIR=${TEMPORARY}`, process.execPath, inside, ...activities],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said = (said + String(piece)).slice(-4000)));
  const ended = new Promise<void>(resolve => child.on('close', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<FromMachine> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the machine has ended: ${said.trim()}`);
    return JSON.parse(line.value) as FromMachine;
  };
  const stop = async (): Promise<void> => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
    rmdirSync(folder);
  };
  try {
    const ready = await next();
    if (ready.kind !== 'ready') throw new Error('the machine lives before it was told to');
    const [first] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'latin1').split(' ');
    return {
      first: Number(first),
      sockets: Object.fromEntries(
        Object.entries(ready.sockets).map(([engine, socket]) => [engine, `/proc/${first}/root${socket}`]),
      ),
      async live(on) {
        child.stdin.write(`${GO}\n`);
        for (let left = ready.activities; left > 0;) {
          const message = await next();
          on(message);
          if (message.kind === 'end') left--;
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
