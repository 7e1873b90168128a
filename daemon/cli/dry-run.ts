/** --dry-run: everything that can go wrong before the first event, without touching the kernel. */
import { throttleRules } from '../alerts/throttle-policy.js';
import { enabledRulesLines } from '../engine/debug-lines.js';
import { rulesOptions } from '../engine/rules-options.js';
import type { Log } from '../log/log.js';
import { loadRules, ruleSources } from '../rules/load.js';
import { resultText } from '../rules/report.js';
import type { RulesFile, Settings } from './settings.js';
import { logRules } from './startup-lines.js';
import { customFieldsOf } from './web.js';

/** @returns the exit code */
export async function dryRun(
  { config, audit }: Settings,
  files: readonly RulesFile[],
  log: Log,
  fail: (message: string) => 1,
): Promise<0 | 1> {
  const options = rulesOptions(config);
  const { results, rules } = loadRules(files, options);
  logRules(log, results, config);
  const bad = results.filter(result => !result.successful);
  if (bad.length > 0) return fail(bad.map(resultText).join('\n'));
  for (const line of enabledRulesLines(rules)) log('debug', line);
  const throttling = throttleRules(config.alerts.throttle, rules, ruleSources(options));
  if (!throttling.ok) return fail(throttling.message);
  const added = await customFieldsOf(audit?.plugin?.kind === 'server' ? audit.customHeaders : []);
  return added.ok ? 0 : fail(added.message);
}
