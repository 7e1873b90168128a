/** How the fields of Kubernetes audit events are read: from the parsed event, and only when something asks. */
import type { ByteString } from '../events/byte-string.js';
import { isArray, isObject, type JsonObject, type JsonValue } from '../events/json-value.js';
import type { EventView } from '../state/event.js';
import type { BindingError, Extractor, FieldArgument } from './extractor.js';
import type { FieldValue } from './field.js';
import { follow, parsePointer } from './json-pointer.js';
import { addTexts, textOf, textsOf } from './json-text.js';

/** What comes of an event; null: it has no such value. */
export type AuditRead = (event: JsonObject) => FieldValue;
/** Several values of one part of an event: of a container, a rule, a volume. */
export type PartRead = (part: JsonObject, event: JsonObject) => readonly (JsonValue | undefined)[];

const NO_PARTS: readonly JsonValue[] = [];

/** Reads what an audit event has. What has no id is none (reference/falco/k8saudit.md 8.2). */
export function ofAudit(read: AuditRead): (evt: EventView) => FieldValue {
  return ({ document }) =>
    document === null || document['auditID'] === undefined || document['auditID'] === null
      ? null
      : read(document);
}

/** The value at a JSON pointer. */
export function atPointer(text: string): Extractor {
  const pointer = parsePointer(text);
  return { cost: 2, extract: ofAudit(event => textOf(follow(event, pointer))) };
}

/** The elements of the list at a JSON pointer; of a single value, that. */
export function listAt(text: string): Extractor {
  const pointer = parsePointer(text);
  return { cost: 3, extract: ofAudit(event => textsOf(elements(follow(event, pointer)))) };
}

/** Like `listAt`; an index picks one element. */
export function pickedAt(text: string): Extractor {
  const pointer = parsePointer(text);
  return {
    cost: 3,
    bind: argument => {
      const pick = pickOf(argument);
      if (typeof pick !== 'function') return pick;
      return { extract: ofAudit(event => textsOf(pick(elements(follow(event, pointer))))) };
    },
  };
}

/** The values of the parts in the list at a JSON pointer, one list for all; an index picks those of one part. */
export function partsAt(text: string, read: PartRead): Extractor {
  const pointer = parsePointer(text);
  return {
    cost: 4,
    bind: argument => {
      const pick = pickOf(argument);
      if (typeof pick !== 'function') return pick;
      return { extract: ofAudit(event => partTexts(pick(elements(follow(event, pointer))), event, read)) };
    },
  };
}

function partTexts(
  parts: readonly JsonValue[],
  event: JsonObject,
  read: PartRead,
): readonly ByteString[] | null {
  const texts: ByteString[] = [];
  for (const part of parts) if (isObject(part)) addTexts(texts, read(part, event));
  return texts.length === 0 ? null : texts;
}

/** A value as a list; nothing is an empty one. */
export function elements(value: JsonValue | undefined): readonly JsonValue[] {
  if (isArray(value)) return value;
  return value === undefined || value === null ? NO_PARTS : [value];
}

const INDEX = /^(?:0|[1-9]\d*)$/;

function pickOf(
  argument: FieldArgument,
): ((parts: readonly JsonValue[]) => readonly JsonValue[]) | BindingError {
  if (argument.kind !== 'index') return parts => parts;
  const { index, text } = argument;
  if (!INDEX.test(text)) return { message: `filter error: '${text}' is no index: those count from 0` };
  return parts => parts.slice(index, index + 1);
}
