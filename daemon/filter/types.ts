/** What kinds of values there are, as far as operators and constants are concerned. */
import type { FieldType } from '../fields/field.js';

/** Types that operators treat alike; the word is the one in messages. */
export type TypeGroup = 'numeric' | 'boolean' | 'string' | 'buffer' | 'address' | 'network' | 'dynamic';

interface TypeRow {
  readonly group: TypeGroup;
  /** Of integers: width in bits and sign, in which constants wrap around. */
  readonly bits?: number;
  readonly signed?: boolean;
}

const signed = (bits: number): TypeRow => ({ group: 'numeric', bits, signed: true });
const unsigned = (bits: number): TypeRow => ({ group: 'numeric', bits, signed: false });
const plain = (group: TypeGroup): TypeRow => ({ group });

// prettier-ignore
const TYPES: Readonly<Record<FieldType, TypeRow>> = {
  INT8: signed(8),           UINT8: unsigned(8),         FLAGS8: unsigned(8),    ENUMFLAGS8: unsigned(8),
  INT16: signed(16),         UINT16: unsigned(16),       FLAGS16: unsigned(16),  ENUMFLAGS16: unsigned(16),
  INT32: signed(32),         UINT32: unsigned(32),       FLAGS32: unsigned(32),  ENUMFLAGS32: unsigned(32),
  INT64: signed(64),         UINT64: unsigned(64),       RELTIME: unsigned(64),  ABSTIME: unsigned(64),
  ERRNO: signed(64),         FD: signed(64),             PID: signed(64),        DOUBLE: signed(64),
  PORT: unsigned(16),        SYSCALLID: unsigned(16),    SIGTYPE: unsigned(8),   MODE: unsigned(32),
  UID: unsigned(32),         GID: unsigned(32),
  BOOL: plain('boolean'),
  CHARBUF: plain('string'),  FSPATH: plain('string'),    FSRELPATH: plain('string'),
  BYTEBUF: plain('buffer'),
  IPADDR: plain('address'),  IPV4ADDR: plain('address'), IPV6ADDR: plain('address'),
  IPNET: plain('network'),   IPV4NET: plain('network'),  IPV6NET: plain('network'),
  DYN: plain('dynamic'),
};

export function groupOf(type: FieldType): TypeGroup {
  return TYPES[type].group;
}

/** Wraps an integer into the width of a numeric type. */
export function wrap(type: FieldType, value: bigint): bigint {
  const { bits, signed: negative } = TYPES[type];
  if (bits === undefined) throw new Error(`${type} is not an integer type`);
  return negative === true ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

/** The least and the greatest value of a numeric type. */
export function rangeOf(type: FieldType): { readonly least: bigint; readonly greatest: bigint } {
  const { bits, signed: negative } = TYPES[type];
  if (bits === undefined) throw new Error(`${type} is not an integer type`);
  const half = 1n << BigInt(bits - 1);
  return negative === true ? { least: -half, greatest: half - 1n } : { least: 0n, greatest: 2n * half - 1n };
}

/** How messages call the fields of a type: `numeric filters`. */
export function groupText(type: FieldType, list: boolean): string {
  if (list) return 'list filters';
  switch (groupOf(type)) {
    case 'address':
    case 'network':
      return 'ip address and network filters';
    case 'boolean':
    case 'dynamic':
      return `type '${type}'`;
    default:
      return `${groupOf(type)} filters`;
  }
}
