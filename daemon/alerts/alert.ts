import type { ByteString } from '../events/byte-string.js';
import type { FieldValue } from '../fields/field.js';
import type { Priority } from '../rules/priority.js';

export { PRIORITY_NAMES, type Priority } from '../rules/priority.js';

/** What leaves the detection worker: plain data, fit for a message. */
export interface Alert {
  readonly rule: ByteString;
  readonly priority: Priority;
  readonly source: string;
  readonly tags: readonly ByteString[];
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  /** The rule's output with its fields filled in; no time, no priority, no newline. */
  readonly message: ByteString;
  /** Field text as written in the output → value, for JSON. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}
