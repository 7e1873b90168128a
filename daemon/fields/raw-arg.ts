import { eventRow, type ParamRow, type ParamTypeName, type PrintFormat } from '../events/event-table.js';
import { joinSigned, joinUnsigned } from '../events/integer.js';
import type { RecordReader } from '../events/record.js';
import { PARAM_TYPES } from '../events/tables/param-types.js';
import type { Binding } from './extractor.js';
import type { FieldFormat, FieldType, Scalar } from './field.js';

/** The types of parameters that fields do not have, by what holds their values. */
const OTHER_TYPES: Partial<Record<ParamTypeName, FieldType>> = {
  NONE: 'BYTEBUF',
  SOCKADDR: 'BYTEBUF',
  SOCKTUPLE: 'BYTEBUF',
  FDLIST: 'BYTEBUF',
  CHARBUFARRAY: 'BYTEBUF',
  CHARBUF_PAIR_ARRAY: 'BYTEBUF',
  SIGSET: 'UINT32',
  L4PROTO: 'UINT8',
  SOCKFAMILY: 'UINT8',
  FD32: 'FD',
  PID32: 'PID',
};

function fieldType(type: ParamTypeName): FieldType {
  return OTHER_TYPES[type] ?? (type as FieldType);
}

function fieldFormat(format: PrintFormat): FieldFormat {
  return format === 'na' ? 'dec' : format;
}

/** Integer in the last bytes of a parameter, from `from` on; 0 for widths that no integer has. */
function integer(record: RecordReader, index: number, from: number, signed: boolean): Scalar {
  if (from === 0) return signed ? record.int(index) : record.uint(index);
  switch (record.length(index) - from) {
    case 1:
      return record.byteAt(index, from);
    case 2:
      return record.uint16At(index, from);
    case 4:
      return signed ? record.uint32At(index, from) | 0 : record.uint32At(index, from);
    case 8: {
      const high = record.uint32At(index, from + 4);
      const low = record.uint32At(index, from);
      return signed ? joinSigned(high, low) : joinUnsigned(high, low);
    }
    default:
      return 0;
  }
}

function value(record: RecordReader, index: number, from: number, type: ParamTypeName): Scalar | null {
  switch (PARAM_TYPES[type].kind) {
    case 'int':
      return integer(record, index, from, true);
    case 'uint':
    case 'flags':
    case 'enum':
      return type === 'BOOL' ? record.uint(index) !== 0 : integer(record, index, from, false);
    case 'string':
      return record.stringAt(index, from);
    default:
      return record.bytesAt(index, from, record.length(index));
  }
}

/** What a text that is missing from the record reads as: a value, unlike a missing number. */
const ABSENT = '<NA>';

interface Typed {
  readonly type: ParamTypeName;
  readonly format: PrintFormat;
}

/** The type of a parameter whose first byte chooses it: that of the first choice. */
function typeOf(param: ParamRow): Typed {
  const first = param.dynamic?.[0];
  return first === undefined ? param : { type: first[0], format: first[1] };
}

function isText(type: ParamTypeName): boolean {
  return PARAM_TYPES[type].size === 0;
}

/** The type that most events have the parameter in, current events before old ones; the first of equals. */
function usualType(indices: Int16Array): Typed {
  const votes = new Map<string, { readonly typed: Typed; count: number }>();
  indices.forEach((index, code) => {
    if (index < 0) return;
    const row = eventRow(code);
    const typed = typeOf(row.params[index]!);
    const key = `${typed.type} ${typed.format}`;
    const vote = votes.get(key) ?? { typed, count: 0 };
    vote.count += row.flags.has('old_version') ? 1 : 1000;
    votes.set(key, vote);
  });
  return [...votes.values()].reduce((best, vote) => (vote.count > best.count ? vote : best)).typed;
}

/**
 * evt.rawarg.NAME: the parameter at the index that is given for each event code, as its type has it. The type of
 * the field is the usual one; where an event has text instead of a number, or the other way round, there is no
 * value.
 */
export function rawBinding(indices: Int16Array): Binding {
  const chosen = usualType(indices);
  const text = isText(chosen.type);
  return {
    type: fieldType(chosen.type),
    fmt: fieldFormat(chosen.format),
    extract: evt => {
      const index = indices[evt.row.code]!;
      if (index < 0) return null;
      const param = evt.row.params[index]!;
      if (!evt.record.present(index))
        return PARAM_TYPES[param.type].kind === 'string' && text ? ABSENT : null;
      if (param.type !== 'DYN') {
        return isText(param.type) === text ? value(evt.record, index, 0, param.type) : null;
      }
      const choice = param.dynamic?.[evt.record.byteAt(index, 0)];
      if (choice === undefined || isText(choice[0]) !== text) return null;
      return value(evt.record, index, 1, choice[0]);
    },
  };
}
