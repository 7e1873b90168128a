import { AuditRecord } from '../sources/audit/audit-record.js';
import type { AuditEvent } from '../sources/audit/audit-event.js';
import { Inspector } from '../state/inspector.js';
import type { EmitAlert } from './detector.js';
import { makeJudge, type Judge, type RunContext } from './run.js';

export const AUDIT_SOURCE = 'k8s_audit';

/** Judges audit events by the rules of their source. No event of theirs has a process: the tables stay empty. */
export class AuditJudge {
  readonly inspector = new Inspector({ live: false });
  readonly judge: Judge;
  readonly #record = new AuditRecord();

  constructor(context: RunContext, emit: EmitAlert) {
    this.inspector.view.source = AUDIT_SOURCE;
    this.judge = makeJudge(context, this.inspector, emit);
  }

  /** Hot path; benchmark: test/bench/k8s-audit.ts. */
  readonly onEvent = ({ document, time }: AuditEvent): void => {
    const { view } = this.inspector;
    view.document = document;
    this.#record.setTime(time);
    this.judge.onRecord(this.#record.bytes, 0, 0);
    // A batch of events must not stay in memory until the next one comes.
    view.document = null;
  };
}
