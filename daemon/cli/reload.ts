/**
 * SIGHUP: configuration and rules are read and compiled anew. What is bad is reported, and changes nothing; what is
 * good replaces the running rules between two events.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Alert } from '../alerts/alert.js';
import { INTERNAL } from '../alerts/line.js';
import type { Config } from '../config/config.js';
import type { Engine } from '../engine/engine.js';
import { toByteString } from '../events/byte-string.js';
import type { Log } from '../log/log.js';
import type { Outputs } from '../outputs/outputs.js';
import type { ServiceManager } from '../service/notify.js';
import type { Arguments } from './arguments.js';
import { loadSettings, readRules, runProblem, type Settings } from './settings.js';

const RULE = 'Falco internal: hot restart failure';
const CRITICAL = 2;

/** Keys that only count at the start: what was opened with them stays as it is. */
const AT_START_ONLY: readonly (keyof Config)[] = [
  'engine',
  'capture',
  'falco_libs',
  'outputs_spool',
  'log_stderr',
  'log_syslog',
  'log_level',
];

export interface Reload {
  readonly args: Arguments;
  readonly engine: Engine;
  readonly manager: ServiceManager;
  readonly outputs: Outputs;
  readonly log: Log;
  /** What the daemon was started with. */
  readonly before: Settings;
}

export async function reload(parts: Reload): Promise<void> {
  const { log, manager, outputs } = parts;
  log('info', 'SIGHUP received, restarting...');
  manager.reloading();
  const failure = await attempt(parts);
  if (failure === undefined) {
    log('info', 'Rules are reloaded.');
  } else {
    log('error', `Reload failed, the running rules stay: ${failure}`);
    outputs.alert(failureAlert(failure));
  }
  manager.ready('watching');
}

async function attempt({ args, engine, outputs, log, before }: Reload): Promise<string | undefined> {
  const settings = loadSettings(args);
  if (!settings.ok) return settings.message;
  const { config, warnings } = settings;
  const problem = runProblem(args, config);
  if (problem !== undefined) return problem;
  const rules = readRules(config);
  if (!rules.ok) return rules.message;
  for (const warning of warnings) log('warning', warning);
  const result = await engine.reload({ config, rules: rules.files });
  if (!result.ok) return result.message;
  outputs.apply(config);
  const later = AT_START_ONLY.filter(key => !isDeepStrictEqual(config[key], before.config[key]));
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
