import type { ByteString } from '../events/byte-string.js';
import type { Integer } from '../events/integer.js';
import type { EventView } from '../state/event.js';

/** Types of field values: the names that field listings print. */
// prettier-ignore
export type FieldType =
  | 'INT8' | 'INT16' | 'INT32' | 'INT64' | 'UINT8' | 'UINT16' | 'UINT32' | 'UINT64'
  | 'CHARBUF' | 'BYTEBUF' | 'FSPATH' | 'FSRELPATH'
  | 'ERRNO' | 'FD' | 'PID' | 'PORT' | 'SIGTYPE' | 'SYSCALLID' | 'MODE' | 'FLAGS8' | 'FLAGS16' | 'FLAGS32'
  | 'ENUMFLAGS8' | 'ENUMFLAGS16' | 'ENUMFLAGS32' | 'UID' | 'GID'
  | 'BOOL' | 'DOUBLE' | 'RELTIME' | 'ABSTIME'
  | 'IPV4ADDR' | 'IPV6ADDR' | 'IPADDR' | 'IPV4NET' | 'IPV6NET' | 'IPNET'
  | 'DYN';

// prettier-ignore
export type FieldFlag =
  | 'filter_only' | 'print_only' | 'table_only' | 'deprecated' | 'no_rhs' | 'no_transformer' | 'no_ptr_stability'
  | 'format_suggested' | 'hidden_class' | 'no_value';

/** How a number prints: decimal, hexadecimal, octal, an identifier (decimal), nanoseconds padded to nine digits, or < >. */
export type FieldFormat = 'dec' | 'hex' | 'oct' | 'id' | 'padded10' | 'dir';

/** Which arguments a field takes and how they are written: `[2]`, `[NAME]`, `.name`. */
export interface FieldArgumentRule {
  readonly required: boolean;
  /** Listings call it required, although the field does without. */
  readonly listedRequired?: true;
  readonly index: boolean;
  readonly key: boolean;
  /** The argument may stand in brackets. */
  readonly brackets: boolean;
  /** A key may follow a dot. */
  readonly dot: boolean;
}

/** One row of the field table. */
export interface FieldRow {
  readonly name: string;
  readonly class: string;
  readonly source: string;
  readonly type: FieldType;
  readonly list: boolean;
  readonly fmt: FieldFormat;
  /** null: the field takes no argument. */
  readonly arg: FieldArgumentRule | null;
  readonly flags: readonly FieldFlag[];
  readonly listed: boolean;
}

/**
 * What a field can be: text and buffers as byte strings, integers in canonical form, IP addresses as 4 or 16 raw
 * bytes in a byte string; lists as arrays. null: the event has no such value.
 */
export type Scalar = ByteString | Integer | boolean;
export type FieldValue = Scalar | readonly Scalar[] | null;

/** A field with its argument, ready to be read from events. */
export interface BoundField {
  readonly row: FieldRow;
  /** As written: `proc.aname[2]`, `evt.arg.flags`. */
  readonly text: string;
  /** Type of the value for this argument (differs from the row's for evt.rawarg). */
  readonly type: FieldType;
  readonly list: boolean;
  /**
   * In a comparison several candidates stand for the value (fd.ip: both ends; proc.aname without index: every
   * ancestor): `candidates` gives them all, and the check holds when one of them satisfies it.
   */
  readonly candidates: null | ((evt: EventView) => readonly Scalar[]);
  /** The value of the current event. Hot path: allocates nothing beyond the strings it returns. */
  readonly extract: (evt: EventView) => FieldValue;
  /** All values that it can ever have, where these are few. */
  readonly values?: readonly Scalar[];
  /** Codes of the events that can give it a value, where it has none in all others. */
  readonly codes?: ReadonlySet<number>;
  /** Rough cost of one extraction, 1 (a number already there) to 10 (walks ancestors, builds strings). */
  readonly cost: number;
}
