/** -V: checks rules files, one on top of the other, and says what is wrong with each of them. */
import type { Config } from '../config/config.js';
import { rulesOptions } from '../engine/rules-options.js';
import type { Log } from '../log/log.js';
import { loadRules, type FileResult } from '../rules/load.js';
import { resultJson, resultText, schemaBlock, schemaWarnings } from '../rules/report.js';
import { describeRules, refuseAtRuntime, type Wanted } from './describe.js';
import { printError, printOut } from './print.js';
import { readFiles } from './settings.js';

/** @param what the rules to describe when all files are good; null: none. @returns the exit code */
export function validate(names: readonly string[], config: Config, log: Log, what: Wanted): number {
  const read = readFiles(names);
  if (!read.ok) {
    printError(read.message);
    return 1;
  }
  log('info', 'Validating rules file(s):');
  for (const name of names) log('info', `   ${name}`);
  const load = loadRules(read.files, { ...rulesOptions(config), origins: what !== null, checkAll: true });
  const { results } = load;
  const successful = results.every(result => result.successful);
  const description = what !== null && successful ? describeRules(load, what, config) : null;
  if (description?.ok === false) return refuseAtRuntime(description.message, config, log);

  const text = results.map(summary).join('\n');
  let code: 0 | 1;
  if (config.json_output) {
    const described = description === null ? {} : { falco_describe_results: description.json };
    code = printOut(`${JSON.stringify({ ...described, falco_load_results: results.map(resultJson) })}\n`);
  } else {
    code = printOut(`${text}\n${description?.text ?? ''}`);
    for (const result of results)
      if (result.successful && result.warnings.length + result.notes.length > 0)
        log('warning', resultText(result));
  }
  if (!successful) printError(text);
  return successful ? code : 1;
}

/** One line for a good file, the whole story for a bad one. */
function summary(result: FileResult): string {
  if (!result.successful) return resultText(result);
  const first = result.warnings.length > 0 ? `${result.name}: Ok, with warnings` : `${result.name}: Ok`;
  return [first, ...schemaWarnings(result).map(schemaBlock)].join('\n');
}
