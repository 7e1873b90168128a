/**
 * The command line: arguments in, an exit code out. Reads the options (flags.ts, arguments.ts) and hands over to one
 * action, each in a file of its own. The order in which options win is Falco's (reference/falco/cli.md 2.2). Sits on
 * top of all rooms; only daemon/main.ts imports it.
 */
import { execFileSync } from 'node:child_process';
import { configSchema } from '../config/schema.js';
import { parseArguments, type Arguments } from './arguments.js';
import { helpText } from './help.js';
import { printError, printOut } from './print.js';
import { run } from './run.js';
import { loadSettings } from './settings.js';
import { versionText } from './version.js';

/** @param words the command line without the program's name */
export async function main(words: readonly string[]): Promise<number> {
  const parsed = parseArguments(words);
  if (!parsed.ok) return refuse(parsed.message);
  const args = parsed.arguments;
  if (args.help) return answer(helpText());
  if (args.configSchema) return answer(JSON.stringify(configSchema(), null, 2));
  return withSettings(args);
}

async function withSettings(args: Arguments): Promise<number> {
  const settings = loadSettings(args);
  if (args.version) return answer(versionText(settings.ok && settings.config.json_output));
  if (args.pageSize) return answer(`Your system page size is: ${pageSize()} bytes\n`);
  if (!settings.ok) return refuse(settings.message);
  if (args.validate.length > 0) {
    // The rules language is loaded only where it is needed: the detection worker has a copy of its own.
    const { validate } = await import('./validate.js');
    return validate(args.validate, settings.config);
  }
  if (args.explain !== null) {
    const { explain } = await import('./explain.js');
    return explain(args.explain, args, settings);
  }
  return run(args, settings);
}

function answer(text: string): number {
  printOut(text);
  return 0;
}

function refuse(message: string): number {
  printError(message);
  return 1;
}

function pageSize(): string {
  return execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }).trim();
}
