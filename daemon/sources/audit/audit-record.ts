import { writeRecord } from '../../events/record-writer.js';

/** Code of the events of plugins, and the number of the plugin k8saudit among them. */
const PLUGIN_EVENT = 322;
const PLUGIN_ID = 1;

/**
 * The record of an audit event: that of a plugin's event, so that everything behind the sources takes it as it takes
 * others. Its data are left out, for the document itself goes along; one record serves all events. Hot path.
 */
export class AuditRecord {
  readonly bytes = writeRecord({ type: PLUGIN_EVENT, time: 0n, tid: -1, params: [PLUGIN_ID, null] });

  /** @param time nanoseconds since the epoch */
  setTime(time: bigint): void {
    this.bytes.writeBigUInt64LE(time, 0);
  }
}
