/** Performs one attack and waits for its alert. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { differences, isCandidate, type Scene, type SeenAlert } from './alert.js';
import { MARK, type Attack } from './attack.js';
import { bound } from './bound.js';
import type { Container } from './runtime.js';
import type { Watch } from './watch.js';

/** How an attack ended. `latency`: from the event to the alert, in milliseconds. */
export type Outcome =
  | { readonly kind: 'seen'; readonly latency: number }
  | { readonly kind: 'missed'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string };

/** What attacks need of their surroundings. */
export interface Ground {
  /** Folder with build/attacks and test/attacks. */
  readonly root: string;
  /** The attack program. */
  readonly program: string;
  /** Folder in which each attack has one of its own. */
  readonly folder: string;
  readonly watch: Watch;
  /** How long an alert may take, in milliseconds. */
  readonly patience: number;
  /** Ends the attacks that are under way; they clean up. */
  readonly signal: AbortSignal;
}

const SCRIPT_MS = 30_000;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs the script of an attack on this host. */
export async function onHost(ground: Ground, attack: Attack): Promise<Outcome> {
  const work = join(ground.folder, attack.id);
  mkdirSync(work, { mode: 0o755 });
  const suite = join(ground.root, 'test/attacks');
  const environment = {
    [MARK]: attack.id,
    PATH,
    HOME: '/root',
    WORK: work,
    PLACE: attack.place,
    ATTACKS: suite,
    PROGRAM: ground.program,
  };
  const words = bound(['sh', join(suite, 'scripts', `${attack.script}.sh`)]);
  const scene = { began: Date.now(), work, container: 'host' };
  try {
    return await performed(ground, attack, scene, words, environment);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What a container is to run. */
interface Script {
  readonly variables: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly work: string;
}

function scriptOf(attack: Attack): Script {
  const work = `/tmp/${attack.script}`;
  const variables = {
    [MARK]: attack.id,
    WORK: work,
    PLACE: attack.place,
    ATTACKS: '/attacks',
    PROGRAM: '/bin/attack',
  };
  const start = 'mkdir -p "$WORK" && exec /bin/sh "$0"';
  const inside = ['/bin/sh', '-c', start, `/attacks/scripts/${attack.script}.sh`];
  return { variables, words: inside, work };
}

/** Runs the script of an attack in a container that runs already. */
export async function inContainer(ground: Ground, attack: Attack, container: Container): Promise<Outcome> {
  const { variables, words, work } = scriptOf(attack);
  const scene = { began: Date.now(), work, container: container.shownId };
  return performed(ground, attack, scene, container.command(variables, words), { PATH, HOME: '/root' });
}

/** Runs it as the first process of a container of its own. */
export async function asContainer(
  ground: Ground,
  attack: Attack,
  start: (variables: Script['variables'], words: readonly string[]) => Promise<Container>,
): Promise<Outcome> {
  const began = Date.now();
  const { variables, words, work } = scriptOf(attack);
  const container = await start(variables, words);
  return awaited(ground, attack, { began, work, container: container.shownId }, null);
}

/** For attacks that are the start of a container. */
export async function byStarting(
  ground: Ground,
  attack: Attack,
  start: () => Promise<Container>,
): Promise<Outcome> {
  const began = Date.now();
  const container = await start();
  return awaited(ground, attack, { began, work: '', container: container.shownId }, null);
}

async function performed(
  ground: Ground,
  attack: Attack,
  scene: Scene,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const problem = await execute(words, environment, ground.signal);
  return awaited(ground, attack, scene, problem);
}

/** Runs a command to its end; what it said when it failed. */
function execute(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string | null> {
  return new Promise(done => {
    const [program, ...rest] = words;
    // A group of its own: what a terminal sends to the suite ends the suite, which then ends its attacks.
    const child = spawn(program!, rest, {
      cwd: '/',
      env,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    const end = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGTERM');
      } catch {
        // It has just ended.
      }
    };
    const timer = setTimeout(end, SCRIPT_MS);
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
    const over = (problem: string | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      child.stderr?.destroy();
      done(problem);
    };
    child.stderr?.on('data', (piece: Buffer) => (said += piece.toString()));
    child.on('error', error => over(error.message));
    child.on('exit', (code, ended) =>
      setImmediate(() => {
        const how = ended === null ? `ended with code ${code}` : `was ended by ${ended}`;
        over(code === 0 ? null : `the script ${how}: ${said.trim().split('\n').slice(-2).join(' ')}`);
      }),
    );
  });
}

/** Waits for the alert of an attack that is over. */
function awaited(ground: Ground, attack: Attack, scene: Scene, problem: string | null): Promise<Outcome> {
  const { watch } = ground;
  return new Promise(done => {
    let looked = 0;
    let near: string | null = null;
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer);
      leave();
      ground.signal.removeEventListener('abort', giveUp);
      done(outcome);
    };
    const giveUp = (): void => finish({ kind: 'missed', reason: problem ?? near ?? 'no alert of this rule' });
    const timer = setTimeout(giveUp, ground.signal.aborted ? 0 : ground.patience);
    const look = (): void => {
      for (; looked < watch.alerts.length; looked += 1) {
        const alert: SeenAlert = watch.alerts[looked]!;
        if (!isCandidate(attack, scene, alert)) continue;
        const wrong = differences(attack, scene, alert);
        if (wrong.length === 0) {
          finish({ kind: 'seen', latency: alert.arrived - alert.happened });
          return;
        }
        near = `the alert shows another ${wrong.join(', another ')}`;
      }
    };
    const leave = watch.onAlert(look);
    ground.signal.addEventListener('abort', giveUp);
    look();
  });
}
