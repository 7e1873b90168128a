/** -L and -l: what the rules are and what became of them, as text in two columns or as JSON. */
import type { Config } from '../config/config.js';
import { rulesOptions } from '../engine/rules-options.js';
import { wrapped } from '../fields/listing.js';
import type { Log } from '../log/log.js';
import { describeAll, describeOne, type DescriptionOptions } from '../rules/description.js';
import { loadRules, type RuleOptions, type RulesLoad } from '../rules/load.js';
import { resultText } from '../rules/report.js';
import type { Arguments } from './arguments.js';
import { printError, printOut } from './print.js';
import { readRules } from './settings.js';
import { logRules } from './startup-lines.js';

const NAME_WIDTH = 50;
const WIDTH = 110;

/** What is to be described: one rule by its name, or all; null: nothing. */
export type Wanted = { readonly rule: string | null } | null;

export function wanted({ describe, describeAll }: Pick<Arguments, 'describe' | 'describeAll'>): Wanted {
  return describe !== null ? { rule: describe } : describeAll ? { rule: null } : null;
}

export type Description =
  | { readonly ok: true; readonly text: string; readonly json: unknown }
  | { readonly ok: false; readonly message: string };

/** @returns the exit code */
export function describe(what: NonNullable<Wanted>, config: Config, log: Log): number {
  const rules = readRules(config);
  if (!rules.ok) return refuse(rules.message);
  const load = loadRules(rules.files, describedRulesOptions(config));
  logRules(log, load.results, config);
  const bad = load.results.filter(result => !result.successful);
  if (bad.length > 0) return refuse(bad.map(resultText).join('\n'));
  const description = describeRules(load, what, config);
  if (!description.ok) return refuseAtRuntime(description.message, config, log);
  return printOut(config.json_output ? `${JSON.stringify(description.json)}\n` : description.text);
}

/** How rules that are to be described have to be loaded. */
export function describedRulesOptions(config: Config): RuleOptions {
  return { ...rulesOptions(config), origins: true };
}

/** @param load as `describedRulesOptions` say, without errors */
export function describeRules(load: RulesLoad, { rule }: NonNullable<Wanted>, config: Config): Description {
  const options = descriptionOptions(config);
  const json = rule === null ? describeAll(load, options) : describeOne(load, rule, options);
  if (json === null) return { ok: false, message: `Rule "${rule ?? ''}" is not loaded` };
  const shown = load.all.filter(({ name }) => rule === null || name === rule);
  return { ok: true, json, text: columns(shown) };
}

/** An error that comes late is told by the log, and by stderr in any case. */
export function refuseAtRuntime(message: string, config: Config, log: Log): 1 {
  const text = `Runtime error: ${message}. Exiting.`;
  log('error', text);
  if (!config.log_stderr) process.stderr.write(`${text}\n`);
  return 1;
}

function descriptionOptions(config: Config): DescriptionOptions {
  const { fields, fieldAdditions } = rulesOptions(config);
  return { fieldAdditions: fieldAdditions ?? [], fields };
}

function columns(rules: readonly { readonly name: string; readonly desc: string }[]): string {
  const row = (name: string, text: string): string => `${name.padEnd(NAME_WIDTH)} ${text}\n`;
  return [
    row('Rule', 'Description'),
    row('----', '-----------'),
    ...rules.map(({ name, desc }) => `${row(name, wrapped(desc.trim(), NAME_WIDTH + 1, WIDTH))}\n`),
  ].join('');
}

function refuse(message: string): 1 {
  printError(message);
  return 1;
}
