import type { ByteString } from '../events/byte-string.js';
import type { FieldValue } from '../fields/field.js';

/** Severities in Falco's order; the index is the syslog level. */
export const PRIORITIES = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const;
export type Priority = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

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
