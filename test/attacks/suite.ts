/** Performs attacks, some at a time, and says of each how it ended. */
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled } from '../support/live.js';
import { MARK, type Attack } from './attack.js';
import { asContainer, byStarting, inContainer, onHost, type Ground, type Outcome } from './perform.js';
import type { Container, ContainerKind, Runtime } from './runtime.js';
import type { Watch } from './watch.js';

export interface Result {
  readonly attack: Attack;
  readonly outcome: Outcome;
}

export interface SuiteOptions {
  readonly root: string;
  readonly attacks: readonly Attack[];
  readonly watch: Watch;
  /** Rules of the daemon and whether they are enabled; null: not known. */
  readonly rules: ReadonlyMap<string, boolean> | null;
  /** The runtime of containers, or why there is none. */
  readonly runtime: Runtime | string;
  /** How many attacks at a time. */
  readonly jobs: number;
  readonly patience: number;
  readonly signal: AbortSignal;
}

/** Containers end by themselves after this time, in seconds, whatever becomes of the suite. */
const CONTAINER_SECONDS = 900;
const START = ['/bin/sleep', '30'];

const STARTS: Readonly<Record<string, ContainerKind>> = {
  'start-privileged': 'privileged',
  'start-capable': 'capable',
  'start-mount': 'mount',
  'start-root': 'plain',
};

/** Results in the order of the attacks. */
export async function runSuite(options: SuiteOptions): Promise<readonly Result[]> {
  const { attacks, signal, runtime } = options;
  const folder = mkdtempSync(join(tmpdir(), 'falco-attacks-'));
  // Attacks as nobody have to get in.
  chmodSync(folder, 0o755);
  // Where intruders have theirs: an installed program of the system may be trusted.
  const program = join(folder, 'attack');
  copyFileSync(join(options.root, 'build/attacks/attack'), program);
  const ground: Ground = { ...options, folder, program };
  const containers = new Map<ContainerKind, Promise<Container>>();
  const containerOf = (kind: ContainerKind, from: Runtime): Promise<Container> => {
    let container = containers.get(kind);
    if (container === undefined) {
      container = from.start(kind, {}, ['/bin/sleep', String(CONTAINER_SECONDS)]);
      container.catch(() => undefined);
      containers.set(kind, container);
    }
    return container;
  };

  // Before anything runs: looking for commands holds up what reads alerts.
  const reasons = new Map(attacks.map(attack => [attack, reasonToSkip(options, attack)]));
  const perform = async (attack: Attack): Promise<Outcome> => {
    const reason = reasons.get(attack) ?? null;
    if (reason !== null) return { kind: 'skipped', reason };
    if (attack.place === 'host') return onHost(ground, attack);
    const from = runtime as Runtime;
    if (attack.place === 'start')
      return byStarting(ground, attack, () => from.start(kindOf(attack), { [MARK]: attack.id }, START));
    // Some runtimes give a command that comes later more rights than the container may have here.
    if (attack.place === 'privileged')
      return asContainer(ground, attack, (variables, words) => from.start('privileged', variables, words));
    return inContainer(ground, attack, await containerOf(kindOf(attack), from));
  };

  const outcomes = new Map<Attack, Outcome>();
  // Those that wait for something first: they are the longest.
  const queue = [...attacks].sort((a, b) => Number(isSlow(b)) - Number(isSlow(a)));
  const work = async (): Promise<void> => {
    for (let attack = queue.shift(); attack !== undefined; attack = queue.shift()) {
      const outcome = signal.aborted
        ? ({ kind: 'skipped', reason: 'interrupted' } as const)
        : await perform(attack).catch((error: unknown): Outcome => ({
            kind: 'missed',
            reason: (error as Error).message,
          }));
      outcomes.set(attack, outcome);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.jobs }, work));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return attacks.map(attack => ({ attack, outcome: outcomes.get(attack)! }));
}

const isSlow = ({ script }: Attack): boolean => script.endsWith('-late');

function kindOf({ place, script }: Attack): ContainerKind {
  if (place === 'start') return STARTS[script]!;
  return place === 'privileged' ? 'privileged' : 'plain';
}

/** Why an attack cannot be performed here, or says nothing; null when it can. */
function reasonToSkip({ rules, runtime }: SuiteOptions, attack: Attack): string | null {
  const enabled = rules === null ? true : rules.get(attack.rule);
  if (enabled === undefined) return 'the rule is not loaded';
  if (!enabled) return 'the rule is disabled';
  const lacking = attack.needs.filter(command => !isInstalled(command));
  if (lacking.length > 0) return `needs ${lacking.join(', ')}`;
  if (attack.place === 'host') return null;
  if (typeof runtime === 'string') return runtime;
  const untold = attack.place === 'start' && runtime.lacks.includes(kindOf(attack));
  return untold ? `${runtime.name} does not say of a container that it is ${kindOf(attack)}` : null;
}
