/**
 * The side that lives in the machine: runtimes and keys are there before anybody watches, as on a host that has been up
 * for a while. Then, when it is told to, it does one thing after the other.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { isInstalled } from '../support/live.js';
import { projectRoot } from '../support/project.js';
import { RUNTIMES, type Runtime } from './containers.js';
import { GO, type FromMachine, type Outcome } from './message.js';

interface Activity {
  readonly id: string;
  readonly does: string;
  perform(): Promise<Outcome>;
}

/** In this order. cron needs up to a minute until its next job: that passes meanwhile. */
const SCRIPTS_FIRST = ['packages', 'cron', 'accounts', 'administrator', 'logs', 'compile', 'git', 'ssh'];
const SCRIPTS_LAST = ['cron-done'];
/** Exit code of a script that lacks something. */
const LACKING = 75;
const LIMIT_MS = 300_000;
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  SHELL: '/bin/bash',
  LANG: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
};
const scripts = join(projectRoot, 'test/quiet/life');

const tell = (message: FromMachine): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

/** Runs a script of `life`; what it says is kept for the case that it fails. */
function script(id: string, ...args: readonly string[]): Activity {
  return {
    id,
    does: TITLES[id]!,
    perform: () =>
      new Promise(resolve => {
        const child = spawn('sh', [join(scripts, `${id}.sh`), ...args], {
          cwd: '/root',
          env: ENVIRONMENT,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let said = '';
        const keep = (piece: Buffer): void => void (said = (said + String(piece)).slice(-2000));
        child.stdout.on('data', keep);
        child.stderr.on('data', keep);
        const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
        // Not `close`: what it leaves running, such as cron, may hold its output.
        child.on('exit', code => {
          clearTimeout(timer);
          const reason = said.trim().split('\n').slice(-8).join('\n');
          if (code === 0) resolve({ kind: 'done' });
          else if (code === LACKING) resolve({ kind: 'skipped', reason: reason.split('\n').at(-1)! });
          else resolve({ kind: 'failed', reason });
        });
      }),
  };
}

const TITLES: Readonly<Record<string, string>> = {
  packages: 'packages installed, upgraded, removed (dpkg, apt-get)',
  cron: 'a crontab, cron, the daily and weekly jobs',
  'cron-done': 'the jobs that cron has run',
  accounts: 'users made, changed and removed by an administrator',
  administrator: 'an administrator looks around',
  logs: 'rsyslogd and logrotate',
  compile: 'a compile with make, and its installation',
  git: 'git with a remote repository',
  ssh: 'sshd: commands, a terminal, scp, sftp, git',
};

function runtimeActivity(name: string, runtime: Runtime): Activity {
  return {
    id: name,
    does: runtime.does,
    perform: () =>
      runtime.live().then(
        (): Outcome => ({ kind: 'done' }),
        (error: unknown): Outcome => ({ kind: 'failed', reason: String(error) }),
      ),
  };
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function main(chosen: readonly string[]): Promise<void> {
  const wanted = (id: string): boolean => chosen.length === 0 || chosen.includes(id);
  execFileSync('sh', [join(scripts, 'prepare.sh')], {
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const runtimes: Runtime[] = [];
  const containers: Activity[] = [];
  for (const { name, needs, start } of RUNTIMES.filter(({ name }) => wanted(name))) {
    const lacking = needs.filter(command => !isInstalled(command));
    if (lacking.length > 0) {
      const reason = `${lacking.join(', ')} is not installed`;
      containers.push({
        id: name,
        does: name,
        perform: () => Promise.resolve({ kind: 'skipped', reason }),
      });
      continue;
    }
    const runtime = await start();
    runtimes.push(runtime);
    containers.push(runtimeActivity(name, runtime));
  }
  const port = await freePort();
  const activities = [
    ...SCRIPTS_FIRST.map(id => (id === 'ssh' ? script(id, String(port)) : script(id))).filter(({ id }) =>
      wanted(id),
    ),
    ...containers,
    ...SCRIPTS_LAST.map(id => script(id)).filter(() => wanted('cron')),
  ];
  const words = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  tell({
    kind: 'ready',
    sockets: Object.fromEntries(runtimes.map(({ engine, socket }) => [engine, socket])),
    activities: activities.length,
  });
  if ((await words.next()).value === GO) {
    for (const { id, does, perform } of activities) {
      tell({ kind: 'begin', id, does });
      tell({ kind: 'end', id, outcome: await perform() });
    }
    // Until the other side has what it wants to see.
    await words.next();
  }
  for (const runtime of runtimes) await runtime.stop();
}

process.umask(0o022);
process.chdir(dirname(scripts));
await main(process.argv.slice(2));
process.exit(0);
