/** What an API server tells of in one test: documents become events as those that it sends do. */
import type { JsonObject } from '../events/json-value.js';
import { auditEvents } from '../sources/audit/audit-event.js';
import { AuditRecord } from '../sources/audit/audit-record.js';
import { Inspector } from '../state/inspector.js';

export class AuditTrail {
  readonly inspector = new Inspector({ live: false });
  readonly #record = new AuditRecord();

  constructor() {
    this.inspector.view.source = 'k8s_audit';
  }

  /**
   * Hands over the record of an event while the view has its document.
   * @returns why the document is none; null when it is one
   */
  judge(document: JsonObject, onRecord: (record: Buffer) => void): string | null {
    const read = auditEvents(Buffer.from(JSON.stringify(document)));
    if (!read.ok) return read.message;
    for (const event of read.events) {
      this.inspector.view.document = event.document;
      this.#record.setTime(event.time);
      onRecord(this.#record.bytes);
    }
    this.inspector.view.document = null;
    return null;
  }
}
