/** --dry-run: everything that can go wrong before the first event, without touching the kernel. */
import type { Config } from '../config/config.js';
import { rulesOptions } from '../engine/rules-options.js';
import type { Log } from '../log/log.js';
import { loadRules } from '../rules/load.js';
import { resultText } from '../rules/report.js';
import type { RulesFile } from './settings.js';
import { logRules } from './startup-lines.js';

/** @returns the exit code */
export function dryRun(
  config: Config,
  files: readonly RulesFile[],
  log: Log,
  fail: (message: string) => 1,
): 0 | 1 {
  const { results } = loadRules(files, rulesOptions(config));
  logRules(log, results, config);
  const bad = results.filter(result => !result.successful);
  return bad.length > 0 ? fail(bad.map(resultText).join('\n')) : 0;
}
