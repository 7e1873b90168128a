/** Judges audit events as they come: bodies that the main thread has received, and files of JSON lines. */
import { kindOf } from '../config/rules-files.js';
import { jsonText } from '../fields/json-text.js';
import { followLines } from '../sources/audit/follow.js';
import { auditEvents, type AuditEvent } from '../sources/audit/audit-event.js';
import { filesOf, linesOf, type LineLimit } from '../sources/audit/lines.js';
import { AuditJudge } from './audit-judge.js';
import type { AuditSettings } from './audit-settings.js';
import { auditStatistics } from './audit-statistics.js';
import { monotonicMs } from './monotonic.js';
import type { AuditAnswer, AuditBody } from './messages.js';
import type { Run, RunContext } from './run.js';

const BEAT_MS = 1_000;
/** How long lines are read before messages from the main thread get their chance. */
const TURN_MS = 20;

/**
 * What has waited longer is not judged: its caller may be gone, or about to go, and send it again. Kubernetes API servers
 * wait 30 seconds.
 */
const MOST_WAIT_MS = 10_000;

const TOO_LATE: AuditAnswer = {
  ...{ ok: false, later: true },
  message: 'audit events come faster than they are judged; try again later',
};
const GOOD: AuditAnswer = { ok: true };

/** Null: it could not start, and said so. */
export async function watchAudit(context: RunContext): Promise<Run | null> {
  const { pulse, send, log, tickThrottle } = context;
  const settings = context.audit;
  if (settings === null) {
    send({ kind: 'error', message: 'there is nowhere that audit events could come from' });
    return null;
  }
  const audit = new AuditJudge(context, context.emitAll);
  let malformed = 0;
  let stopping = false;
  let nextBeat = 0;
  const beat = (): void => {
    nextBeat = performance.now() + BEAT_MS;
    pulse.beat();
    pulse.prove();
    tickThrottle(Date.now());
    audit.judge.explanation?.tick(Date.now());
  };
  beat();
  const timer = setInterval(beat, BEAT_MS);

  function judge(bytes: Uint8Array, added: AuditBody['added'] = null): AuditAnswer {
    // While body follows upon body no timer comes to its turn.
    if (performance.now() >= nextBeat) beat();
    const read = auditEvents(bytes);
    if (!read.ok) {
      malformed++;
      return read;
    }
    const { mostEventBytes } = settings!;
    const events =
      mostEventBytes > 0 && bytes.length > mostEventBytes ? read.events.filter(fits) : read.events;
    for (let i = 0; i < events.length; i++) audit.onEvent(withMembers(events[i]!, added));
    return GOOD;
  }

  /** While answer follows upon answer no timer comes to its turn, either. */
  function tooLate(): AuditAnswer {
    if (performance.now() >= nextBeat) beat();
    return TOO_LATE;
  }

  /** What is left out is said each time, and counted. */
  function fits({ document }: AuditEvent): boolean {
    const size = jsonText(document).length;
    if (size <= settings!.mostEventBytes) return true;
    malformed++;
    log('warning', `k8s_audit: event larger than maxEventSize: size=${String(size)}`);
    return false;
  }

  const judgeLine = lineJudge(judge, log);
  /** Longest line of a file; longer ones are counted, and the first is said. */
  const limit = (name: string): LineLimit => {
    let told = false;
    const { mostBodyBytes: mostBytes } = settings;
    return {
      mostBytes,
      tooLong() {
        malformed++;
        if (told) return;
        told = true;
        log('warning', `k8s_audit: ${name}: lines of more than ${String(mostBytes)} bytes are passed over`);
      },
    };
  };
  const files = new AbortController();

  async function readFiles(path: string): Promise<void> {
    let turnEnd = performance.now() + TURN_MS;
    for (const name of filesOf(path)) {
      for await (const { bytes } of linesOf(name, limit(name))) {
        judgeLine(name, bytes);
        if (stopping) return;
        if (performance.now() < turnEnd) continue;
        await new Promise(setImmediate);
        turnEnd = performance.now() + TURN_MS;
      }
    }
  }

  function finish(): void {
    clearInterval(timer);
    audit.judge.explanation?.finish();
    context.ended();
  }

  /** Until what comes from now on is not missed. */
  async function start({ plugin, endpoint }: AuditSettings): Promise<void> {
    if (plugin?.kind === 'follow') {
      const kind = kindOf(plugin.path);
      if (kind === 'missing')
        log('warning', `k8s_audit: ${plugin.path} is not there; once it is, it is read from its start`);
      else if (kind === 'folder')
        log('error', `k8s_audit: ${plugin.path} is no file: nothing can be read from it`);
      const judged = (bytes: Buffer): void => judgeLine(plugin.path, bytes);
      await followLines(plugin.path, limit(plugin.path), judged, files.signal);
    }
    if (plugin?.kind !== 'read') return;
    void readFiles(plugin.path)
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        send({ kind: 'error', message: `plugin k8saudit: cannot read ${plugin.path}: ${message}` });
        return true;
      })
      .then(failed => {
        // One who was asked to stop has ended already; and other events may come still, unless something is wrong.
        if (stopping || (endpoint !== null && failed !== true)) return;
        stopping = true;
        if (failed !== true) send({ kind: 'complete' });
        finish();
      });
  }

  await start(settings);
  send({ kind: 'ready' });
  return {
    statistics: () => auditStatistics(audit, malformed),
    reload: (_config, book) => audit.judge.detector.swap(book),
    judge: ({ bytes, came, added }) =>
      monotonicMs() - came > MOST_WAIT_MS ? tooLate() : judge(bytes, added),
    stop() {
      stopping = true;
      files.abort();
      finish();
    },
  };
}

/** An event with members that it did not come with. */
function withMembers(event: AuditEvent, added: AuditBody['added']): AuditEvent {
  return added === null ? event : { ...event, document: { ...event.document, ...added } };
}

/** Judges single lines of files; the first of each file that is no event is said. */
function lineJudge(
  judge: (bytes: Uint8Array) => AuditAnswer,
  log: RunContext['log'],
): (name: string, bytes: Buffer) => void {
  const told = new Set<string>();
  return (name, bytes) => {
    const answer = judge(bytes);
    if (answer.ok || told.has(name)) return;
    told.add(name);
    log(
      'warning',
      `k8s_audit: ${name}: a line is passed over, and later ones are without a word: ${answer.message}`,
    );
  };
}
