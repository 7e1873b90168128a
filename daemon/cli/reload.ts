/**
 * Reload: on SIGHUP, and when a file changes, configuration and rules are read and compiled anew. What is bad is
 * reported, and changes nothing; what is good replaces the running rules between two events. One at a time: requests
 * that come meanwhile are one more when it is done.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Alert } from '../alerts/alert.js';
import { INTERNAL } from '../alerts/line.js';
import type { Config } from '../config/config.js';
import type { Engine } from '../engine/engine.js';
import { collectGarbage } from '../engine/garbage.js';
import { toByteString } from '../events/byte-string.js';
import type { Log } from '../log/log.js';
import { watchFiles } from '../service/file-watch.js';
import type { ServiceManager } from '../service/notify.js';
import type { Arguments } from './arguments.js';
import { inputsOf, readSettledInputs, type Inputs } from './inputs.js';
import type { RulesFile, Settings } from './settings.js';

const RULE = 'Falco internal: hot restart failure';
const CRITICAL = 2;

/** Keys that only count at the start: what was opened with them stays as it is. */
export const AT_START_ONLY: readonly (keyof Config)[] = [
  'engine',
  'capture',
  'falco_libs',
  'load_plugins',
  'plugins',
  'outputs_spool',
];
/** The same within other keys. */
const AUDIT_ENDPOINT = 'webserver.k8s_audit_endpoint';
const AUDIT_BODY = 'k8s_audit.max_body_mb';

export interface ReloadParts {
  readonly args: Arguments;
  readonly engine: Pick<Engine, 'reload'>;
  readonly manager: ServiceManager;
  readonly log: Log;
  /** What the daemon was started with. */
  readonly before: Settings;
  readonly rules: readonly RulesFile[];
  /** What was wrong with the rules that were compiled last; empty: nothing. */
  diagnostics(): string;
  alert(alert: Alert): void;
  /** Takes over what else the configuration says, once the rules are swapped. */
  apply(settings: Settings, rules: readonly RulesFile[]): Promise<void>;
  /** The reload is over, well or not. */
  done(ok: boolean): void;
}

export interface Reloading {
  /** SIGHUP: reloads whatever has changed. */
  request(): void;
  close(): void;
}

/** From here on reloads happen. */
export function startReloading(parts: ReloadParts): Reloading {
  const { args, log } = parts;
  const watch = watchFiles(
    () => request('change'),
    text => log('warning', text),
  );
  let running: 'signal' | 'change' | null = null;
  let next: 'signal' | 'change' | null = null;
  let closed = false;
  let inputs = inputsOf(args, parts.before, parts.rules);
  let good = inputs;
  follow(inputs);

  function follow(now: Inputs): void {
    inputs = now;
    if (now.ok) good = now;
    const { config } = good.ok ? good.settings : parts.before;
    // What is bad may say less of what counts than what was good before.
    const paths = now.ok ? now.paths : [...new Set([...now.paths, ...good.paths])];
    watch.update(config.watch_config_files ? paths : []);
  }

  function request(why: 'signal' | 'change'): void {
    if (closed) return;
    if (running !== null) {
      next = next === 'signal' ? next : why;
      return;
    }
    running = why;
    void run(why).then(() => {
      running = null;
      const then = next;
      next = null;
      if (then !== null) request(then);
    });
  }

  async function run(why: 'signal' | 'change'): Promise<void> {
    const last = inputs.fingerprint;
    const now = await readSettledInputs(args, good);
    if (closed) return;
    follow(now);
    if (why === 'change' && now.fingerprint === last) return;
    log('info', why === 'signal' ? 'SIGHUP received, restarting...' : 'Files have changed, restarting...');
    await attempt(parts, now);
  }

  return {
    request: () => request('signal'),
    close() {
      closed = true;
      watch.close();
    },
  };
}

async function attempt(parts: ReloadParts, inputs: Inputs): Promise<void> {
  const { log, manager } = parts;
  manager.reloading();
  const failure = await swap(parts, inputs);
  // The daemon ends meanwhile: nothing runs on, and nothing failed.
  if (failure === null) return;
  if (failure === undefined) {
    log('info', 'Rules are reloaded.');
  } else {
    const details = parts.diagnostics();
    log('error', `Reload failed, the running rules stay: ${details === '' ? failure : details}`);
    parts.alert(failureAlert(failure));
  }
  parts.done(failure === undefined);
  setImmediate(collectGarbage);
  manager.ready('watching');
}

/** @returns why it could not be; undefined: it is done; null: there is no engine any more */
async function swap(
  { engine, log, before, apply }: ReloadParts,
  inputs: Inputs,
): Promise<string | undefined | null> {
  if (!inputs.ok) return inputs.message;
  const { config, warnings } = inputs.settings;
  for (const warning of warnings) log('warning', warning);
  const result = await engine.reload({ config, rules: inputs.rules });
  if (result === null) return null;
  if (!result.ok) return result.message;
  await apply(inputs.settings, inputs.rules);
  const later: string[] = AT_START_ONLY.filter(key => !isDeepStrictEqual(config[key], before.config[key]));
  // The worker that would judge what comes there is started with the daemon.
  const endpoint = inputs.settings.audit?.endpoint ?? null;
  if (before.audit === null && endpoint !== null) later.push(AUDIT_ENDPOINT);
  if (before.audit !== null && config.k8s_audit.max_body_mb !== before.config.k8s_audit.max_body_mb)
    later.push(AUDIT_BODY);
  if (later.length > 0)
    log('notice', `Changes of ${later.join(', ')} take effect when the daemon is started again`);
  return undefined;
}

function failureAlert(failure: string): Alert {
  return {
    rule: RULE,
    priority: CRITICAL,
    source: INTERNAL,
    tags: [],
    time: BigInt(Date.now()) * 1_000_000n,
    message: toByteString(`${RULE}: ${failure}`),
    fields: {},
  };
}
