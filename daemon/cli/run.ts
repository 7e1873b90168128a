/**
 * The daemon itself: outputs and log opened, the engine started, signals and the service manager answered, until the
 * end. Everything here runs on the main thread and waits for nobody.
 */
import { hostname } from 'node:os';
import { sendDatagram } from '../addon/datagram.js';
import { startEngine, type Engine, type EngineStatistics } from '../engine/engine.js';
import { openLog, type Log } from '../log/log.js';
import { Outputs } from '../outputs/outputs.js';
import { resultText } from '../rules/report.js';
import { serviceManager } from '../service/notify.js';
import { removePidFile, writePidFile } from '../service/pid-file.js';
import { onSignals } from '../service/signals.js';
import type { Arguments } from './arguments.js';
import { ProgressBar } from './progress.js';
import { reload } from './reload.js';
import { readRules, runProblem, type RulesFile, type Settings } from './settings.js';
import { logConfiguration, logRules, logSource } from './startup-lines.js';
import { closingText, lossText, verboseText } from './statistics.js';

/** Exit code for a pid file that cannot be written. */
const NO_PID_FILE = 255;

/** Runs until a signal, or an error. @returns the exit code */
export async function run(args: Arguments, settings: Settings): Promise<number> {
  const { config } = settings;
  // The log needs the outputs to write to, and they need it to report: the second knot is tied below.
  let log: Log = () => undefined;
  const outputs = new Outputs({
    config,
    hostname: process.env['FALCO_HOSTNAME'] ?? hostname(),
    send: sendDatagram,
    report: (level, text) => log(level, text),
  });
  log = openLog({
    level: config.log_level,
    iso8601: config.time_format_iso_8601,
    stderr: config.log_stderr ? line => outputs.logToStderr(line) : undefined,
    syslog: config.log_syslog ? (level, text) => outputs.logToSyslog(level, text) : undefined,
  });
  const code = await start(args, settings, outputs, log);
  await finish(outputs, log);
  return code;
}

async function start(args: Arguments, settings: Settings, outputs: Outputs, log: Log): Promise<number> {
  const fail = (message: string): 1 => {
    outputs.logToStderr(`Error: ${message}\n`);
    if (settings.config.log_syslog) outputs.logToSyslog(3, `Error: ${message}`);
    return 1;
  };
  logConfiguration(log, settings);
  const problem = runProblem(args, settings.config);
  if (problem !== undefined) return fail(problem);
  const rules = readRules(settings.config);
  if (!rules.ok) return fail(rules.message);
  if (args.dryRun) {
    const { dryRun } = await import('./dry-run.js');
    return dryRun(settings.config, rules.files, log, fail);
  }
  if (args.pidFile !== null) {
    const unwritten = writePidFile(args.pidFile);
    if (unwritten !== undefined) {
      log('error', unwritten);
      return NO_PID_FILE;
    }
  }
  outputs.open();
  const error = await watch(args, settings, rules.files, outputs, log);
  if (args.pidFile !== null) removePidFile(args.pidFile);
  return error === undefined ? 0 : fail(error);
}

/** From the start of the engine to its end. @returns words for why it ended, undefined when it was asked to */
function watch(
  args: Arguments,
  settings: Settings,
  files: readonly RulesFile[],
  outputs: Outputs,
  log: Log,
): Promise<string | undefined> {
  const { config } = settings;
  const manager = serviceManager(process.env, sendDatagram);
  const started = process.cpuUsage();
  let error: string | undefined;
  let badRules = '';
  let ready = false;
  let stopping = false;
  let complete = false;
  const replay = config.engine.kind === 'replay';
  const seconds = Number(args.seconds ?? 0);
  const onTerminal = process.stderr.isTTY && process.stdout.isTTY;
  const bar =
    replay && onTerminal ? new ProgressBar(text => outputs.logToStderr(text), Date.now()) : undefined;
  let watchdog: NodeJS.Timeout | undefined;
  let end: NodeJS.Timeout | undefined;

  return new Promise(resolve => {
    const engine: Engine = startEngine(
      { config, rules: files, seconds: replay ? seconds : 0 },
      {
        onRules(results) {
          badRules = results
            .filter(result => !result.successful)
            .map(resultText)
            .join('\n');
          logRules(log, results, config);
          if (badRules === '' && !ready) logSource(log, config);
        },
        onReady() {
          ready = true;
          if (!replay) log('info', 'Falco is watching.');
          manager.ready('watching');
          if (manager.watchdogMs !== null) watchdog = setInterval(showLife, manager.watchdogMs);
          if (seconds > 0 && !replay) end = setTimeout(stop, seconds * 1000);
        },
        onAlert(alert) {
          bar?.clear();
          outputs.alert(alert);
        },
        onLog(level, text) {
          bar?.clear();
          log(level, text);
        },
        onProgress: (done, total) => bar?.update(done, total, Date.now()),
        onComplete() {
          complete = true;
        },
        onError(message) {
          error ??= badRules === '' ? message : badRules;
        },
        onEnd() {
          void engine.statistics().then(ended);
        },
      },
    );

    const stop = (): void => {
      if (stopping) return;
      stopping = true;
      manager.stopping();
      void engine.stop();
    };

    const release = onSignals({
      stop() {
        log('info', 'SIGINT received, exiting...');
        stop();
      },
      reload: () => void reload({ args, engine, manager, outputs, log, before: settings }),
      reopen() {
        log('info', 'SIGUSR1 received, reopening outputs...');
        outputs.reopen();
      },
    });

    // A sign of life is one of the detection worker too: without its answer the manager hears nothing.
    const showLife = (): void => void engine.statistics().then(() => manager.alive());

    const ended = (statistics: EngineStatistics): void => {
      release();
      clearInterval(watchdog);
      clearTimeout(end);
      bar?.clear();
      if (statistics.alertsHeld > 0)
        log('notice', `${String(statistics.alertsHeld)} alerts were held back by alerts.throttle`);
      if (statistics.alertsLost > 0)
        log('warning', `${String(statistics.alertsLost)} alerts were lost on the way to the outputs`);
      if (ready) {
        outputs.print(closingText(statistics));
        outputs.logToStderr(lossText(statistics));
      }
      if (ready && args.verbose) {
        const { user, system } = process.cpuUsage(started);
        outputs.logToStderr(verboseText(statistics, (user + system) / 1e6));
      }
      resolve(error ?? (stopping || complete ? undefined : 'the detection worker ended unexpectedly'));
    };
  });
}

/** Gives the outputs their time to deliver what waits, and says what could not be delivered. */
async function finish(outputs: Outputs, log: Log): Promise<void> {
  const left = await outputs.drain();
  for (const { name, lost, kept } of left) {
    if (lost > 0) log('notice', `Output '${name}': still blocked, ${String(lost)} messages are lost`);
    if (kept > 0) log('notice', `Output '${name}': ${String(kept)} messages are kept in the spool`);
  }
  const losers = outputs.statistics().filter(({ dropped, failed }) => dropped + failed > 0);
  for (const { name, delivered, dropped, failed } of losers) {
    log(
      'warning',
      `Output '${name}': ${String(dropped)} messages lost, ${failed > 0 ? `${String(failed)} refused, ` : ''}` +
        `${String(delivered)} delivered since the start`,
    );
  }
  if (left.length + losers.length > 0) await outputs.flush();
  await outputs.close();
}
