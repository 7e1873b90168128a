/** --explain: watches as the daemon does, but only to tell of one rule which of its checks stops it. Raises no alert. */
import { sourceOf, startEngine } from '../engine/engine.js';
import { openLog } from '../log/log.js';
import { resultText } from '../rules/report.js';
import { onSignals } from '../service/signals.js';
import type { Arguments } from './arguments.js';
import { printError, printOut } from './print.js';
import { readRules, runProblem, type Settings } from './settings.js';

/** Until a signal, the end of -M or of the capture. @returns the exit code */
export async function explain(rule: string, args: Arguments, settings: Settings): Promise<number> {
  const { config } = settings;
  const problem = runProblem(args, settings);
  if (problem !== undefined) return refuse(problem);
  const rules = readRules(config);
  if (!rules.ok) return refuse(rules.message);
  const log = openLog({
    level: config.log_level,
    iso8601: config.time_format_iso_8601,
    stderr: line => void process.stderr.write(line),
  });
  const replay = config.engine.kind === 'replay';
  const seconds = Number(args.seconds ?? 0);
  const failure = await new Promise<string | undefined>(resolve => {
    let error: string | undefined;
    let badRules = '';
    let timer: NodeJS.Timeout | undefined;
    const engine = startEngine(
      {
        ...{ config, rules: rules.files, explain: rule, seconds: replay ? seconds : 0 },
        source: replay ? sourceOf(config) : 'syscall',
      },
      {
        onRules(results) {
          const bad = results.filter(result => !result.successful);
          badRules = bad.map(resultText).join('\n');
        },
        onReady() {
          const summary = replay ? '' : ' Interrupt for the summary.';
          log('info', `Explaining rule '${rule}'; alerts are not raised.${summary}`);
          if (seconds > 0 && !replay) timer = setTimeout(stop, seconds * 1000);
        },
        onAlert: () => undefined,
        onExplained: printOut,
        onLog: log,
        onError(message) {
          error ??= badRules === '' ? message : badRules;
        },
        onEnd() {
          clearTimeout(timer);
          release();
          resolve(error);
        },
      },
    );
    const stop = (): void => void engine.stop();
    const release = onSignals({ stop, reload: () => undefined, reopen: () => undefined });
  });
  return failure === undefined ? 0 : refuse(failure);
}

function refuse(message: string): 1 {
  printError(message);
  return 1;
}
