import { endpointText, ipText, tupleText } from './address.js';
import type { ByteString } from './byte-string.js';
import type { EventRow, ParamRow, ParamTypeName, PrintFormat } from './event-table.js';
import { enumNames, flagNames, type FlagRow } from './flag-table.js';
import { joinSigned, joinUnsigned, type Integer } from './integer.js';
import { generalText, integerText, localTimeText, printable } from './number-text.js';
import type { RecordReader } from './record.js';
import { syscallByCode } from './syscall-table.js';
import { ERRNO_NAMES } from './tables/errno.js';
import { PARAM_TYPES } from './tables/param-types.js';
import { SIGNAL_NAMES } from './tables/signals.js';

/** What rendering needs to know of the host at the moment of the event. */
export interface RenderContext {
  /** Byte buffers are written in base64, not with dots for what does not print. */
  readonly base64: boolean;
  /** `<f>/etc/passwd`: kind and name of a descriptor of the thread; null when it is unknown. */
  descriptor(fd: number): ByteString | null;
  /** Kind of a descriptor as one letter; null when it is unknown. */
  descriptorKind(fd: number): ByteString | null;
  /** Name of a thread; null when it is unknown. */
  comm(tid: number): ByteString | null;
  /** Names of accounts; null when there is none. */
  userName(uid: number): ByteString | null;
  groupName(gid: number): ByteString | null;
  /** The absolute path that parameter `index` names. */
  path(index: number): ByteString;
}

/** The two forms of an argument: as it is in the record, and what it means; empty when there is no more to say. */
export interface RenderedParam {
  raw: ByteString;
  resolved: ByteString;
}

const AT_FDCWD = -100;
const NONE = 0xffffffff;
const NO_TEXT = new Set(['bytes', 'socktuple', 'fdlist', 'strings', 'pairs', 'dynamic']);

/** Both forms of one argument (reference/falco/events.md, 5.2). */
export function renderParam(
  record: RecordReader,
  row: EventRow,
  index: number,
  context: RenderContext,
): RenderedParam {
  const param = row.params[index];
  if (param === undefined) return { raw: '', resolved: '' };
  if (!record.present(index)) return { raw: absentText(param.type), resolved: '' };
  const start = record.start(index);
  const end = start + record.length(index);
  if (param.pathOrdinal >= 0) return pathForms(record.string(index), index, context);
  if (param.type === 'DYN') return dynamicForms(record.buffer, start, end, param, context);
  return valueForms(record.buffer, start, end, param.type, param.format, param.names, context);
}

/** evt.arg.X: what the argument means, else the argument itself. */
export function argText(
  record: RecordReader,
  row: EventRow,
  index: number,
  context: RenderContext,
): ByteString {
  const { raw, resolved } = renderParam(record, row, index, context);
  return resolved === '' ? raw : resolved;
}

/** evt.args: `name=raw(resolved)` of each argument. The generic event has none. */
export function argsText(record: RecordReader, row: EventRow, context: RenderContext): ByteString {
  if (row.generic) return '';
  let text = '';
  const count = Math.min(row.params.length, record.nparams);
  for (let i = 0; i < count; i++) {
    const { raw, resolved } = renderParam(record, row, i, context);
    const one = `${row.params[i]!.name}=${raw}${resolved === '' ? '' : `(${resolved})`}`;
    text = i === 0 ? one : `${text} ${one}`;
  }
  return text;
}

function absentText(type: ParamTypeName): ByteString {
  return NO_TEXT.has(PARAM_TYPES[type].kind) ? 'NULL' : '<NA>';
}

function pathForms(raw: ByteString, index: number, context: RenderContext): RenderedParam {
  const relative = raw !== '' && raw.charCodeAt(0) !== 0x2f && raw !== '<NA>';
  return { raw, resolved: relative ? context.path(index) : '' };
}

/** The first byte chooses the type of what follows. */
function dynamicForms(
  buffer: Buffer,
  start: number,
  end: number,
  param: ParamRow,
  context: RenderContext,
): RenderedParam {
  const choice = param.dynamic?.[buffer[start]!];
  if (choice === undefined) return { raw: '', resolved: '' };
  return valueForms(buffer, start + 1, end, choice[0], choice[1], null, context);
}

function bytesText(buffer: Buffer, start: number, end: number, base64: boolean): ByteString {
  return base64 ? buffer.toString('base64', start, end) : printable(buffer.toString('latin1', start, end));
}

function valueForms(
  buffer: Buffer,
  start: number,
  end: number,
  type: ParamTypeName,
  format: PrintFormat,
  names: readonly FlagRow[] | null,
  context: RenderContext,
): RenderedParam {
  switch (PARAM_TYPES[type].kind) {
    case 'string':
      return { raw: stringAt(buffer, start, end), resolved: '' };
    case 'bytes':
      return { raw: bytesText(buffer, start, end, context.base64), resolved: '' };
    case 'strings':
      return { raw: strings(buffer, start, end).join('.'), resolved: '' };
    case 'pairs':
      return { raw: pairs(strings(buffer, start, end)), resolved: '' };
    case 'sockaddr':
      return { raw: sockaddrText(buffer, start, end), resolved: '' };
    case 'socktuple':
      return { raw: socktupleText(buffer, start, end), resolved: '' };
    case 'fdlist':
      return { raw: fdlistText(buffer, start, end, context), resolved: '' };
    case 'address':
      return { raw: ipText(buffer.toString('latin1', start, end)), resolved: '' };
    case 'flags': {
      const value = Number(integerAt(buffer, start, end, false));
      const raw = type === 'MODE' ? integerText(value, 'oct', end - start) : String(value);
      return { raw, resolved: names === null ? '' : flagNames(names, value) };
    }
    case 'enum': {
      const value = Number(integerAt(buffer, start, end, false));
      return { raw: String(value), resolved: names === null ? '' : enumNames(names, value) };
    }
    default:
      return integerForms(
        integerAt(buffer, start, end, PARAM_TYPES[type].kind === 'int'),
        end - start,
        type,
        format,
        context,
      );
  }
}

function integerForms(
  value: Integer,
  bytes: number,
  type: ParamTypeName,
  format: PrintFormat,
  context: RenderContext,
): RenderedParam {
  switch (type) {
    case 'ERRNO':
      return { raw: String(value), resolved: value < 0 ? errnoName(value) : '' };
    case 'FD':
    case 'FD32':
      return { raw: String(value), resolved: descriptorText(Number(value), context) };
    case 'PID':
    case 'PID32':
      return { raw: String(value), resolved: context.comm(Number(value)) ?? '' };
    case 'UID':
      return accountForms(Number(value), uid => context.userName(uid));
    case 'GID':
      return accountForms(Number(value), gid => context.groupName(gid));
    case 'SIGTYPE':
      return { raw: String(value), resolved: SIGNAL_NAMES[Number(value)] ?? '' };
    case 'SYSCALLID':
      return { raw: String(value), resolved: syscallByCode(Number(value))?.name ?? 'unknown' };
    case 'SIGSET':
      return { raw: signalNames(Number(value)), resolved: '' };
    case 'RELTIME':
      return BigInt.asUintN(64, BigInt(value)) === 0xffffffffffffffffn
        ? { raw: 'none', resolved: '' }
        : { raw: String(value), resolved: `${generalText(Number(value) / 1e9)}s` };
    case 'ABSTIME':
      return { raw: localTimeText(value), resolved: '' };
    default:
      return { raw: integerText(value, format, bytes), resolved: '' };
  }
}

function errnoName(value: Integer): ByteString {
  return ERRNO_NAMES[-Number(value)] ?? '';
}

function descriptorText(fd: number, context: RenderContext): ByteString {
  if (fd >= 0) return context.descriptor(fd) ?? '';
  return fd === AT_FDCWD ? 'AT_FDCWD' : errnoName(fd);
}

function accountForms(id: number, nameOf: (id: number) => ByteString | null): RenderedParam {
  if (id === NONE) return { raw: '-1', resolved: '<NONE>' };
  return { raw: String(id), resolved: nameOf(id) ?? '<NA>' };
}

function signalNames(set: number): ByteString {
  const names: ByteString[] = [];
  for (let bit = 0; bit < 32; bit++) {
    const name = SIGNAL_NAMES[bit + 1];
    if ((set & (1 << bit)) !== 0 && name !== undefined) names.push(name);
  }
  return names.join(' ');
}

/** Address family, then the address; reference/falco/events.md, 5.2. */
function sockaddrText(buffer: Buffer, start: number, end: number): ByteString {
  const family = buffer[start]!;
  if (family === 2 && end - start >= 7) {
    return endpointText(buffer.toString('latin1', start + 1, start + 5), buffer.readUInt16LE(start + 5));
  }
  if (family === 10 && end - start >= 19) {
    return endpointText(buffer.toString('latin1', start + 1, start + 17), buffer.readUInt16LE(start + 17));
  }
  return family === 1 ? stringAt(buffer, start + 1, end) : `family ${family}`;
}

function socktupleText(buffer: Buffer, start: number, end: number): ByteString {
  const family = buffer[start]!;
  const size = family === 2 ? 4 : family === 10 ? 16 : 0;
  if (size > 0 && end - start >= 5 + 2 * size) {
    const target = start + 3 + size;
    return tupleText(
      buffer.toString('latin1', start + 1, start + 1 + size),
      buffer.readUInt16LE(start + 1 + size),
      buffer.toString('latin1', target, target + size),
      buffer.readUInt16LE(target + size),
    );
  }
  if (family === 1 && end - start >= 17) {
    const source = buffer.readBigUInt64LE(start + 1).toString(16);
    const target = buffer.readBigUInt64LE(start + 9).toString(16);
    return `${source}->${target} ${stringAt(buffer, start + 17, end)}`;
  }
  return `family ${family}`;
}

const FDLIST_ENTRY = 10;

/** `fd:kind` and the flags in hexadecimal, for each. */
function fdlistText(buffer: Buffer, start: number, end: number, context: RenderContext): ByteString {
  if (end - start < 2) return '';
  const count = Math.min(buffer.readUInt16LE(start), Math.floor((end - start - 2) / FDLIST_ENTRY));
  const entries: ByteString[] = [];
  for (let i = 0; i < count; i++) {
    const at = start + 2 + i * FDLIST_ENTRY;
    const fd = buffer.readBigInt64LE(at);
    const kind = fd >= 0n ? context.descriptorKind(Number(fd)) : null;
    entries.push(`${BigInt.asUintN(64, fd)}:${kind ?? '?'}${buffer.readUInt16LE(at + 8).toString(16)}`);
  }
  return entries.join(' ');
}

function stringAt(buffer: Buffer, start: number, end: number): ByteString {
  const nul = buffer.indexOf(0, start);
  return buffer.toString('latin1', start, nul >= start && nul < end ? nul : end);
}

function strings(buffer: Buffer, start: number, end: number): ByteString[] {
  const parts = buffer.toString('latin1', start, end).split('\0');
  if (parts[parts.length - 1] === '') parts.pop();
  return parts;
}

/** Names and values take turns. */
function pairs(parts: readonly ByteString[]): ByteString {
  const texts: ByteString[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) texts.push(`${parts[i]}:${parts[i + 1]}`);
  return texts.join(',');
}

function integerAt(buffer: Buffer, start: number, end: number, signed: boolean): Integer {
  switch (end - start) {
    case 1:
      return signed ? buffer.readInt8(start) : buffer[start]!;
    case 2:
      return signed ? buffer.readInt16LE(start) : buffer.readUInt16LE(start);
    case 4:
      return signed ? buffer.readInt32LE(start) : buffer.readUInt32LE(start);
    case 8: {
      const high = buffer.readUInt32LE(start + 4);
      const low = buffer.readUInt32LE(start);
      return signed ? joinSigned(high, low) : joinUnsigned(high, low);
    }
    default:
      return 0;
  }
}
