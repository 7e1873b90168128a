/** A child process with its output as lines that a test can wait for. Ended by its own pid, never by name. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A line and when it arrived, in milliseconds since the epoch. */
export interface Line {
  readonly text: string;
  readonly at: number;
}

export interface RunningProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stdout: readonly Line[];
  readonly stderr: readonly Line[];
  /** Settles when the process has ended and all its output was read. */
  readonly ended: Promise<Ending>;
  /** The first line of the stream (old ones included, from `since` on) that fits; rejects after the time or at the end of the process. */
  line(stream: 'stdout' | 'stderr', fits: RegExp, timeoutMs?: number, since?: number): Promise<Line>;
  /** Sends the signal, then SIGKILL when it has not ended within the time. */
  stop(signal?: NodeJS.Signals, timeoutMs?: number): Promise<Ending>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export function startProcess(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): RunningProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const lines = { stdout: [] as Line[], stderr: [] as Line[] };
  const waiting = new Set<() => void>();
  let over = false;
  const collect = (stream: Readable, into: Line[]): Promise<void> =>
    new Promise(done => {
      const reader = createInterface({ input: stream });
      reader.on('line', text => {
        into.push({ text, at: Date.now() });
        for (const wake of waiting) wake();
      });
      reader.on('close', done);
    });
  const read = Promise.all([collect(child.stdout!, lines.stdout), collect(child.stderr!, lines.stderr)]);
  const exited = new Promise<Ending>((done, fail) => {
    child.on('exit', (code, signal) => done({ code, signal }));
    child.on('error', fail);
  });
  const ended = exited.then(async ending => {
    await read;
    over = true;
    for (const wake of waiting) wake();
    return ending;
  });
  ended.catch(() => undefined);

  return {
    child,
    pid: child.pid ?? -1,
    stdout: lines.stdout,
    stderr: lines.stderr,
    ended,
    line(stream, fits, timeoutMs = 5000, since = 0) {
      const from = lines[stream];
      return new Promise((found, fail) => {
        let next = since;
        const timer = setTimeout(
          () => leave(new Error(`no line like ${String(fits)} within ${timeoutMs} ms${tail(from)}`)),
          timeoutMs,
        );
        const look = (): void => {
          for (; next < from.length; next += 1) {
            const line = from[next]!;
            if (!fits.test(line.text)) continue;
            leave(null);
            found(line);
            return;
          }
          if (over)
            leave(
              new Error(
                `${command} ended without a line like ${String(fits)}${tail(from)}${tail(lines.stderr)}`,
              ),
            );
        };
        const leave = (error: Error | null): void => {
          clearTimeout(timer);
          waiting.delete(look);
          if (error) fail(error);
        };
        waiting.add(look);
        look();
      });
    },
    async stop(signal = 'SIGTERM', timeoutMs = 10_000) {
      if (!over) child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
      const ending = await ended;
      clearTimeout(timer);
      return ending;
    },
  };
}

function tail(lines: readonly Line[]): string {
  return lines.length === 0
    ? '; nothing was printed'
    : `; the last lines:\n${lines
        .slice(-8)
        .map(line => `  ${line.text}`)
        .join('\n')}`;
}

/** Waits until the condition gives something other than undefined or false. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false,
  timeoutMs = 5000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const result = look();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(20);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
