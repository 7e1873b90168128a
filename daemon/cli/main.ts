/**
 * The command line: arguments in, an exit code out. Reads the options (flags.ts, arguments.ts) and hands over to one
 * action, each in a file of its own. The order in which options win is Falco's (reference/falco/cli.md 2.2). Sits on
 * top of all rooms; only daemon/main.ts imports it.
 */
import { execFileSync } from 'node:child_process';
import { configSchema } from '../config/schema.js';
import { EVENT_SOURCES } from '../events/sources.js';
import { endOnSignals } from '../service/signals.js';
import { openActionLog } from './action-log.js';
import { parseArguments, type Arguments } from './arguments.js';
import { helpText } from './help.js';
import { listFormat, type ListFormat } from './list-format.js';
import { printError, printOut } from './print.js';
import { run } from './run.js';
import { loadSettings, readRules, type Settings } from './settings.js';
import { versionText } from './version.js';

/** @param words the command line without the program's name */
export async function main(words: readonly string[]): Promise<number> {
  endOnSignals();
  const parsed = parseArguments(words);
  if (!parsed.ok) return refuse(parsed.message);
  const args = parsed.arguments;
  if (args.help) return answer(helpText());
  if (args.configSchema) return answer(JSON.stringify(configSchema(), null, 2));
  if (args.ruleSchema) {
    const { RULES_SCHEMA } = await import('../rules/schema.js');
    return answer(JSON.stringify(RULES_SCHEMA, null, 2));
  }
  if (args.test.length > 0) {
    const { testRules } = await import('./test-rules.js');
    return testRules(args.test, args.verbose);
  }
  const format = listFormat(args);
  if (!format.ok) return refuse(format.message);
  if (format.warning !== undefined) process.stderr.write(`${format.warning}\n`);
  if (args.ignored || args.listEvents) {
    const { eventListing, ignoredSyscalls } = await import('./list-events.js');
    return answer(args.ignored ? ignoredSyscalls() : eventListing(format.format));
  }
  return withSettings(args, format.format);
}

async function withSettings(args: Arguments, format: ListFormat): Promise<number> {
  const settings = loadSettings(args);
  if (args.version || args.pageSize) {
    // Nobody needs a good configuration to learn the version.
    if (settings.ok) openActionLog(settings);
    if (args.version) return answer(versionText(settings.ok && settings.config.json_output));
    return answer(`Your system page size is: ${pageSize()} bytes\n`);
  }
  if (!settings.ok) return refuse(settings.message);
  const { describe, describeAll, list, listPlugins, pluginInfo, support, validate } = args;
  const names = [describe, list, pluginInfo].some(name => name !== null);
  if (names || describeAll || listPlugins || support || validate.length > 0)
    return tell(args, settings, format);
  if (args.explain !== null) {
    const { explain } = await import('./explain.js');
    return explain(args.explain, args, settings);
  }
  return run(args, settings);
}

/** Actions that print what follows from configuration and rules. */
async function tell(args: Arguments, settings: Settings, format: ListFormat): Promise<number> {
  const log = openActionLog(settings);
  if (args.pluginInfo !== null || args.listPlugins) {
    const { pluginInfo, pluginListing } = await import('./list-plugins.js');
    if (args.pluginInfo === null) return answer(pluginListing());
    const info = pluginInfo(args.pluginInfo);
    const unknown = `can't find plugin and print its info: ${args.pluginInfo}`;
    return info === undefined ? refuse(unknown) : answer(info);
  }
  if (args.list !== null) {
    const { fieldListing } = await import('./list-fields.js');
    const listing = fieldListing(args, format, EVENT_SOURCES);
    return listing.ok ? answer(listing.text) : refuse(listing.message);
  }
  // The rules language is loaded only where it is needed: the detection worker has a copy of its own.
  if (args.validate.length > 0 || args.describe !== null || args.describeAll) {
    const { describe, wanted } = await import('./describe.js');
    const { validate } = await import('./validate.js');
    const what = wanted(args);
    return what === null || args.validate.length > 0
      ? validate(args.validate, settings.config, log, what)
      : describe(what, settings.config, log);
  }
  const { supportText } = await import('./support.js');
  const rules = readRules(settings.config);
  if (!rules.ok) return refuse(rules.message);
  return answer(supportText(process.argv.slice(1), settings.config, rules.files));
}

function answer(text: string): number {
  return printOut(text);
}

function refuse(message: string): number {
  printError(message);
  return 1;
}

function pageSize(): string {
  return execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }).trim();
}
