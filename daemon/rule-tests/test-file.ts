/**
 * rule-tests: rules files tried on events that are written down.
 *
 * In: a test file (docs/rule-tests.md), the rules files that it names. Out: which alerts came, which were expected, and
 * where a rule stopped that should have matched. The events are real records, judged by the real state engine, ruleset
 * and detector. Imported by cli; may import engine and what is below.
 *
 * What a test file says.
 */
import type { ByteString } from '../events/byte-string.js';
import type { EventRow } from '../events/event-table.js';
import type { JsonObject } from '../events/json-value.js';
import type { ParamValue } from '../events/record-writer.js';
import type { FieldValue } from '../fields/field.js';
import type { Priority } from '../rules/priority.js';
import type { FdType } from '../state/fd.js';
import type { SourceFile } from '../rules/source-file.js';

/** Offsets in the test file. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface TestFile {
  readonly file: SourceFile;
  /** As written: relative to the folder of the test file. */
  readonly rules: readonly { readonly path: string; readonly at: Range }[];
  readonly tests: readonly RuleTest[];
}

export interface RuleTest {
  readonly name: string;
  readonly at: Range;
  /** Empty when they come from a capture. */
  readonly events: readonly TestEvent[];
  /** As written: relative to the folder of the test file. */
  readonly capture: { readonly path: string; readonly at: Range } | null;
  /** Rules that are switched on for this test. */
  readonly enable: readonly { readonly rule: string; readonly at: Range }[];
  /** In the order in which they have to come. */
  readonly alerts: readonly ExpectedAlert[];
}

export type TestEvent = CallEvent | AuditTestEvent;

/** What a Kubernetes API server tells. */
export interface AuditTestEvent {
  readonly kind: 'audit';
  readonly document: JsonObject;
}

/** What a process does. */
export interface CallEvent {
  readonly kind: 'call';
  /** evt.type. */
  readonly type: string;
  readonly row: EventRow;
  /** Equal objects are one process. */
  readonly process: ProcessFacts;
  /** Of every parameter of the row. */
  readonly params: readonly ParamValue[];
  /** Fields whose value is given instead of read, by their canonical text. */
  readonly fields: ReadonlyMap<string, FieldValue>;
}

export interface FileFacts {
  readonly type: FdType;
  readonly name: ByteString;
}

/** What is known of a process; what is absent is its parent's, as after a fork. */
export interface ProcessFacts {
  readonly name: ByteString;
  readonly parent: ProcessFacts | null;
  readonly exepath: ByteString;
  /** argv[0]. */
  readonly exe: ByteString;
  readonly args: readonly ByteString[];
  readonly env?: readonly ByteString[];
  readonly cwd?: ByteString;
  readonly uid?: number;
  readonly gid?: number;
  readonly loginuid?: number;
  /** Name of the user; of well-known ones it is known. */
  readonly user?: ByteString;
  readonly tty?: number;
  /** 12 to 64 hexadecimal digits; empty for the host. */
  readonly container?: ByteString;
  readonly files: ReadonlyMap<number, FileFacts>;
}

export interface ExpectedAlert {
  readonly rule: string;
  readonly at: Range;
  /** Texts that the output has to contain. */
  readonly output: readonly string[];
  readonly priority: Priority | null;
}
