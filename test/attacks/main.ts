/** `falco-attack-suite`: options in, a table out. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HELP, parseArguments, type Arguments } from './arguments.js';
import type { Attack } from './attack.js';
import { countOf, reportOf } from './report.js';
import { findRuntime, type Runtime } from './runtime.js';
import { runSuite } from './suite.js';
import { readTable } from './table.js';
import { followedFile, loadedRules, ownDaemon, type DaemonCall, type Watch } from './watch.js';

/** Of the clone, or of the installed library: both have bin, build/attacks and test/attacks, and this file three folders deep. */
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const CLONE_RULES = ['falco_rules.yaml', 'falco-extra_rules.yaml', 'falco_rules.local.yaml'];

async function main(words: readonly string[]): Promise<number> {
  const attacks = readTable(readFileSync(join(root, 'test/attacks/attacks.txt'), 'utf8'));
  const parsed = parseArguments(words);
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'list':
      for (const { id, does, rule } of attacks) process.stdout.write(`${id}: ${does} [${rule}]\n`);
      return 0;
    case 'error':
      return complain(parsed.message, 2);
    case 'run':
      break;
  }
  const { ids } = parsed.arguments;
  const unknown = ids.find(id => !attacks.some(attack => attack.id === id));
  if (unknown !== undefined) return complain(`there is no attack ${unknown}: see --list`, 2);
  if (process.getuid?.() !== 0) return complain('needs root', 2);
  const chosen = ids.length === 0 ? attacks : attacks.filter(({ id }) => ids.includes(id));
  return run(parsed.arguments, chosen);
}

async function run(options: Arguments, attacks: readonly Attack[]): Promise<number> {
  const call = daemonCall(options);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.abort());
  const needsContainers = attacks.some(({ place }) => place !== 'host');
  let runtime: Runtime | string = 'no containers (--runtime none)';
  let watch: Watch | null = null;
  let code = 0;
  try {
    const loading = loadedRules(call).catch(() => null);
    if (options.runtime !== 'none' && needsContainers) {
      runtime = await findRuntime(root, options.runtime).catch((error: unknown) => (error as Error).message);
    }
    const settings = typeof runtime === 'string' ? [] : runtime.settings;
    const rules = await loading;
    watch = options.alerts === null ? await ownDaemon(call, settings) : await followedFile(options.alerts);
    for (let round = 0; round < options.repeat && !interrupted.signal.aborted; round += 1) {
      const results = await runSuite({
        root,
        attacks,
        watch,
        rules,
        runtime,
        jobs: options.jobs,
        patience: options.patience,
        signal: interrupted.signal,
      });
      process.stdout.write(reportOf(results));
      const { seen, missed, skipped } = countOf(results);
      if (missed > 0 || seen === 0 || (options.strict && skipped > 0)) code = 1;
    }
  } catch (error) {
    code = complain((error as Error).message, 1);
  } finally {
    const last = await watch?.stop();
    if (typeof runtime !== 'string') await runtime.stop();
    if (typeof last === 'string') code = complain(`the daemon ended early:\n${last}`, 1);
  }
  return interrupted.signal.aborted ? 130 : code;
}

/** With the installed configuration; in a clone with its configuration and all its rules. */
function daemonCall({ config, rules }: Arguments): DaemonCall {
  const program = join(root, 'bin/falco');
  const own = join(root, 'etc/falco.yaml');
  const chosen = rules.flatMap(path => ['-r', path]);
  if (config !== null) return { program, options: ['-c', config, ...chosen] };
  if (!existsSync(own)) return { program, options: chosen };
  const all = CLONE_RULES.map(name => join(root, 'etc', name)).filter(path => existsSync(path));
  return {
    program,
    options: ['-c', own, ...(chosen.length > 0 ? chosen : all.flatMap(path => ['-r', path]))],
  };
}

function complain(message: string, code: number): number {
  process.stderr.write(`falco-attack-suite: ${message}\n`);
  return code;
}

process.exitCode = await main(process.argv.slice(2));
