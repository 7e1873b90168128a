import { toText } from '../events/byte-string.js';
import type { EventView } from '../state/event.js';
import type { Binding, Extractor, Extractors } from './extractor.js';
import { evtTimeFields } from './evt-time.js';
import { follow, parsePointer } from './json-pointer.js';
import { jsonText, textOf } from './json-text.js';

const value: Extractor = {
  cost: 3,
  bind: (argument): Binding => {
    const pointer = argument.kind === 'key' ? parsePointer(toText(argument.key)) : [];
    return { extract: evt => (evt.document === null ? null : textOf(follow(evt.document, pointer))) };
  },
};

/** The document without blanks: alerts are lines, and line breaks would not get through. */
const obj: Extractor = {
  cost: 10,
  extract: evt => (evt.document === null ? null : jsonText(evt.document)),
};

const rawtime: Extractor = {
  cost: 2,
  extract: (evt: EventView) => (evt.document === null ? null : evt.record.time().toString()),
};

/** Any value of the JSON document that an event is. jevt.* are the names of releases up to 0.31. */
export const jsonFields: Extractors = {
  'json.value': value,
  'json.obj': obj,
  'json.rawtime': rawtime,
  'jevt.value': value,
  'jevt.obj': obj,
  'jevt.rawtime': rawtime,
  'jevt.time': evtTimeFields['evt.time']!,
  'jevt.time.iso8601': evtTimeFields['evt.time.iso8601']!,
};
