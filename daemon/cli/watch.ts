/**
 * From the start of the engine to its end: its alerts handed to the outputs, signals, file changes and the service
 * manager answered, health and metrics served.
 */
import { sendDatagram } from '../addon/datagram.js';
import type { Config } from '../config/config.js';
import type { AuditAnswer, Engine, EngineStatistics } from '../engine/engine.js';
import { collectGarbage } from '../engine/garbage.js';
import { startEngines } from '../engine/engines.js';
import type { Log } from '../log/log.js';
import type { Outputs } from '../outputs/outputs.js';
import { resultText } from '../rules/report.js';
import { serviceManager } from '../service/notify.js';
import { onSignals } from '../service/signals.js';
import type { Arguments } from './arguments.js';
import { versions } from './installation.js';
import { Metrics } from './metrics.js';
import { ProgressBar } from './progress.js';
import { startReloading, type Reloading } from './reload.js';
import type { RulesFile, Settings } from './settings.js';
import { logRules, logSource } from './startup-lines.js';
import { closingText, lossText, verboseText } from './statistics.js';
import { versionParts } from './version.js';
import { AuditIntake } from '../web/audit-intake.js';
import { intakeLimits, Web, type AuditParts } from './web.js';

/** The engine starts soon after the web server. */
const NOT_STARTED: AuditAnswer = {
  ...{ ok: false, later: true },
  message: 'audit events are not judged yet; try again later',
};

/** How long bodies with audit events that have come are waited for at the end. */
const JUDGE_MS = 1_000;

export interface Parts {
  readonly args: Arguments;
  readonly settings: Settings;
  readonly rules: readonly RulesFile[];
  readonly hostname: string;
  readonly outputs: Outputs;
  readonly log: Log;
  /** The log goes on as this configuration says. */
  openLogAs(config: Config): void;
}

/** @returns words for why it ended, undefined when it was asked to */
export async function watch(parts: Parts): Promise<string | undefined> {
  const { settings, log } = parts;
  const { config } = settings;
  let engine: Engine | null = null;
  let metrics: Metrics | null = null;
  const audit = auditParts(settings, async (body, added) => engine?.judge(body, added) ?? NOT_STARTED, log);
  const web = new Web(
    {
      trouble: () => engine?.trouble() ?? (engine === null ? 'not started yet' : null),
      versions: () => JSON.stringify(versionParts()),
      metrics: async () => (await metrics?.text()) ?? null,
    },
    log,
    audit,
  );
  // A capture is read and that is that: nobody asks for its health.
  if (config.engine.kind !== 'replay') {
    const problem = (await web.start(config)) ?? (await web.startAudit(config));
    if (problem !== undefined) {
      await web.close();
      return `an error occurred while starting webserver: ${problem}`;
    }
  }
  const error = await new Promise<string | undefined>(resolve => {
    const started = startWatching(parts, web, audit, resolve);
    ({ engine, metrics } = started);
  });
  await web.close();
  return error;
}

/** What audit events that come over HTTP are taken with; null: none come. */
function auditParts(
  { config, audit, sources }: Settings,
  judge: ConstructorParameters<typeof AuditIntake>[1],
  log: Log,
): AuditParts | null {
  if (audit === null || !sources.includes('k8s_audit')) return null;
  const intake = new AuditIntake(intakeLimits(config), judge, text => log('warning', text));
  return { settings: audit, intake };
}

function startWatching(
  { args, settings, rules, hostname, outputs, log, openLogAs }: Parts,
  web: Web,
  audit: AuditParts | null,
  resolve: (error: string | undefined) => void,
): { readonly engine: Engine; readonly metrics: Metrics } {
  const { config } = settings;
  const manager = serviceManager(process.env, sendDatagram);
  const startedCpu = process.cpuUsage();
  let error: string | undefined;
  let badRules = '';
  let logged = config;
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

  const engine = startEngines(
    settings.sources,
    {
      ...{ config, rules, seconds: replay ? seconds : 0 },
      ...(settings.audit === null ? {} : { audit: settings.audit }),
    },
    {
      onRules(results) {
        badRules = results
          .filter(result => !result.successful)
          .map(resultText)
          .join('\n');
        logRules(log, results, logged);
        if (badRules === '' && !ready) logSource(log, settings);
      },
      onReady() {
        ready = true;
        if (!replay) {
          log('info', 'Falco is watching.');
          setImmediate(collectGarbage);
        }
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
  const metrics = new Metrics(
    {
      ...{ engine, version: versions().falco, hostname, log },
      alert: alert => outputs.alert(alert),
      outputs: () => outputs.statistics(),
      intake: () => audit?.intake.sample() ?? null,
    },
    settings,
    rules,
  );
  const reloading: Reloading = startReloading({
    ...{ args, engine, manager, log, before: settings, rules },
    diagnostics: () => badRules,
    alert: alert => outputs.alert(alert),
    async apply(next, files) {
      logged = next.config;
      outputs.apply(next.config);
      openLogAs(next.config);
      metrics.reloaded(next, files);
      if (!replay) await web.apply(next.config);
    },
    done(ok) {
      if (ok) metrics.reloads++;
      else metrics.reloadFailures++;
    },
  });

  function stop(): void {
    if (stopping) return;
    stopping = true;
    reloading.close();
    manager.stopping();
    // What has come is judged still, and answered.
    void (audit?.intake.stop(JUDGE_MS) ?? Promise.resolve()).then(() => engine.stop());
  }

  const release = onSignals({
    stop() {
      log('info', 'SIGINT received, exiting...');
      stop();
    },
    reload: () => reloading.request(),
    reopen() {
      log('info', 'SIGUSR1 received, reopening outputs...');
      outputs.reopen();
    },
  });

  // A sign of life is one of the detection worker too: without its answer the manager hears nothing.
  const showLife = (): void => void engine.statistics().then(() => manager.alive());

  async function ended(statistics: EngineStatistics): Promise<void> {
    release();
    reloading.close();
    clearInterval(watchdog);
    clearTimeout(end);
    bar?.clear();
    await metrics.close();
    if (statistics.alertsHeld > 0)
      log('notice', `${String(statistics.alertsHeld)} alerts were held back by alerts.throttle`);
    if (statistics.alertsLost > 0)
      log('warning', `${String(statistics.alertsLost)} alerts were lost on the way to the outputs`);
    if (ready) {
      outputs.print(closingText(statistics));
      outputs.logToStderr(lossText(statistics));
    }
    if (ready && args.verbose) {
      const { user, system } = process.cpuUsage(startedCpu);
      outputs.logToStderr(verboseText(statistics, (user + system) / 1e6));
    }
    resolve(error ?? (stopping || complete ? undefined : 'the detection worker ended unexpectedly'));
  }
  return { engine, metrics };
}
