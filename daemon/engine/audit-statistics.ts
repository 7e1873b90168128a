import type { AuditJudge } from './audit-judge.js';
import type { Run } from './run.js';

/** What became of audit events; those that could not be read count as malformed. */
export function auditStatistics(
  { judge: { detector } }: AuditJudge,
  malformed: number,
): ReturnType<Run['statistics']> {
  return {
    events: detector.events,
    alerts: detector.alerts,
    malformed,
    byRule: detector.counts(),
    losses: { occurrences: 0, actionsTaken: 0 },
    driver: null,
    state: { auditEvents: detector.events, auditMalformed: malformed },
  };
}
