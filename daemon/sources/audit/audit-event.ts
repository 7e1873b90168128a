/**
 * Kubernetes audit events: from the bytes that an API server sends, or that stand in a file, to single events. In:
 * JSON. Out: documents with their times, in order. Imported by the engine; imports events alone.
 */
import { isArray, isObject, type JsonObject, type JsonValue } from '../../events/json-value.js';
import { isUtf8 } from 'node:buffer';
import { wrongShape } from './shape.js';

/** One audit event: the document as it came, and when its stage was reached, in nanoseconds since the epoch. */
export interface AuditEvent {
  readonly document: JsonObject;
  readonly time: bigint;
}

export type AuditEvents =
  | { readonly ok: true; readonly events: readonly AuditEvent[] }
  | { readonly ok: false; readonly message: string };

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/i;
const BYTE_ORDER_MARK = 0xfeff;
const NS_PER_MS = 1_000_000n;
/** The time of a record has 64 bits: it ends in July 2554. */
const TIME_END = 1n << 64n;
const SHAPES = { deep: 'it is nested too deeply', dense: 'it has too many objects and lists' } as const;
const NOT_RECOGNIZED = 'Data not recognized as a k8s audit event';
/** As in `Unexpected token 'x', ..."y":x,"z""... is not valid JSON`. */
const QUOTED = /, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s;
/** What a terminal would take for commands. */
const CONTROL = /\p{Cc}/gu;

/**
 * The events in some JSON text: an Event, an EventList, or an array of these, also of arrays. All are good, or none is
 * taken (reference/falco/k8saudit.md 8.1).
 */
export function auditEvents(bytes: Uint8Array): AuditEvents {
  if (!isUtf8(bytes)) return refused('Could not parse data: the text is not valid UTF-8');
  const shape = wrongShape(bytes);
  if (shape !== null) return refused(`Could not parse data: ${SHAPES[shape]}`);
  let value: JsonValue;
  try {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    value = JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text) as JsonValue;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // What the parser quotes may be a secret: bodies hold objects of the cluster.
    return refused(`Could not parse data: ${error.message.replace(QUOTED, '').replace(CONTROL, ' ')}`);
  }
  return eventsOf(value);
}

function refused(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}

/** Without recursion: arrays may be nested as deeply as a body is long. */
function eventsOf(value: JsonValue): AuditEvents {
  const events: AuditEvent[] = [];
  const open: { readonly items: readonly JsonValue[]; readonly single: boolean; next: number }[] = [
    { items: [value], single: false, next: 0 },
  ];
  while (open.length > 0) {
    const level = open.at(-1)!;
    if (level.next === level.items.length) {
      open.pop();
      continue;
    }
    const item = level.items[level.next++]!;
    if (isArray(item) && !level.single) {
      open.push({ items: item, single: false, next: 0 });
      continue;
    }
    if (!isObject(item)) return refused(NOT_RECOGNIZED);
    if (item['kind'] === 'EventList' && !level.single) {
      const { items } = item;
      if (!isArray(items)) return refused(`${NOT_RECOGNIZED}: an EventList without items`);
      open.push({ items, single: true, next: 0 });
      continue;
    }
    if (item['kind'] !== 'Event' && !level.single) return refused(NOT_RECOGNIZED);
    const time = auditTime(item['stageTimestamp']);
    if (time === null) return refused(`${NOT_RECOGNIZED}: a stageTimestamp is missing or is no time`);
    events.push({ document: item, time });
  }
  return { ok: true, events };
}

/** Nanoseconds since the epoch of a time as RFC 3339 has it; null for what is none, or fits no record. */
export function auditTime(value: JsonValue | undefined): bigint | null {
  if (typeof value !== 'string') return null;
  const match = TIME.exec(value);
  if (match === null) return null;
  const clock = match[1]!.toUpperCase();
  const ms = Date.parse(`${clock}${match[3]!.toUpperCase()}`);
  if (Number.isNaN(ms) || ms < 0 || !isOnCalendar(clock)) return null;
  const time = BigInt(ms) * NS_PER_MS + BigInt((match[2] ?? '').padEnd(9, '0'));
  return time < TIME_END ? time : null;
}

/** Parsing takes 30 February for a day of March, and 24:00 for the next day. */
function isOnCalendar(clock: string): boolean {
  const ms = Date.parse(`${clock}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(clock);
}
