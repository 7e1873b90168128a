/** Judges the audit events of a file of JSON lines, as if they came now. */
import { auditEvents } from '../sources/audit/audit-event.js';
import { linesOf, type LineLimit } from '../sources/audit/lines.js';
import { AuditJudge } from './audit-judge.js';
import { auditStatistics } from './audit-statistics.js';
import { printable } from './event-text.js';
import type { Run, RunContext } from './run.js';

/** How long one turn may take before messages from the main thread get their chance. */
const TURN_MS = 20;
/** Bytes of a line that are taken for one. */
const LONGEST_LINE = 256 * 1024 * 1024;
/** What is shown of a line that cannot be read. */
const SHOWN = 100;
const NS_PER_S = 1_000_000_000n;

export function replayAudit(context: RunContext): Run {
  const { config, seconds, send } = context;
  const path = config.engine.replay.capture_file;
  const audit = new AuditJudge(context, context.emitAll);
  const length = BigInt(seconds) * NS_PER_S;
  let end: bigint | null = null;
  let halted = false;
  let malformed = 0;
  send({ kind: 'ready' });

  const limit: LineLimit = {
    mostBytes: LONGEST_LINE,
    tooLong() {
      malformed++;
      context.log('warning', `k8s_audit: a line of more than ${String(LONGEST_LINE)} bytes is passed over`);
    },
  };

  /** @returns why reading stopped early */
  async function read(): Promise<string | undefined> {
    let turnEnd = performance.now() + TURN_MS;
    for await (const { number, bytes } of linesOf(path, limit)) {
      const read = auditEvents(bytes);
      if (!read.ok) {
        malformed++;
        const shown = printable(bytes.toString('utf8').slice(0, SHOWN));
        return `Could not read k8s audit event line #${String(number)}, "${shown}": ${read.message}, stopping`;
      }
      for (const event of read.events) {
        end ??= event.time + length;
        if (seconds > 0 && event.time > end) return undefined;
        audit.onEvent(event);
      }
      if (halted) return undefined;
      if (performance.now() < turnEnd) continue;
      context.pulse.beat();
      context.pulse.prove();
      await new Promise(setImmediate);
      turnEnd = performance.now() + TURN_MS;
    }
    return undefined;
  }

  async function run(): Promise<void> {
    const problem = await read().catch(
      (error: unknown) => `Could not read ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
    audit.judge.explanation?.finish();
    if (problem === undefined) send({ kind: 'complete' });
    else send({ kind: 'error', message: problem });
    context.ended();
  }

  void run();
  return {
    statistics: () => auditStatistics(audit, malformed),
    reload: (_config, book) => audit.judge.detector.swap(book),
    stop() {
      halted = true;
    },
  };
}
