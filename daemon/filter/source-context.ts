/** The context of an event source, from the field registry and the event table. */
import { eventRow, eventRows, eventsByName } from '../events/event-table.js';
import type { FieldOptions } from '../fields/extractor.js';
import { bindField, resolveField } from '../fields/registry.js';
import type { EventCatalog, FilterContext } from './context.js';

const rows = eventRows().filter(row => row.source !== 'none');

const sets = new Map<string, ReadonlySet<number> | undefined>();

const codesOf = (name: string): ReadonlySet<number> => new Set(eventsByName(name).map(row => row.code));

const PLUGIN_EVENTS = codesOf('pluginevent');

/** The catalog of Falco's event table. */
export const eventCatalog: EventCatalog = {
  all: new Set(rows.map(row => row.code)),
  always: codesOf('asyncevent'),
  named: name => {
    if (!sets.has(name)) {
      const codes = codesOf(name);
      sets.set(name, codes.size > 0 ? codes : undefined);
    }
    return sets.get(name);
  },
  nameOf: code => {
    const row = eventRow(code);
    return row.nameVaries ? null : row.name;
  },
  isExit: code => eventRow(code).exit,
};

/** Events of other sources than system calls are all of one type. */
const pluginCatalog: EventCatalog = {
  ...eventCatalog,
  all: new Set([...PLUGIN_EVENTS, ...eventCatalog.always]),
};

/** The events that rules of a source are judged on. */
export function catalogOf(source: string): EventCatalog {
  return source === 'syscall' ? eventCatalog : pluginCatalog;
}

/** Fields that are remembered once they are bound: rules ask for the same few over and over. */
const MOST_BOUND = 2000;

/** What conditions and outputs of `source` are bound to. */
export function sourceContext(source: string, options: FieldOptions = {}): FilterContext {
  const bound = new Map<string, ReturnType<typeof bindField>>();
  const bind = (name: string, argument: string | null): ReturnType<typeof bindField> => {
    const key = argument === null ? name : `${name} ${argument}`;
    let field = bound.get(key);
    if (field === undefined) {
      field = bindField(name, argument, source, options);
      if (bound.size < MOST_BOUND) bound.set(key, field);
    }
    return field;
  };
  return {
    fields: { bind, prefix: text => resolveField(text, source, options, bind) },
    events: catalogOf(source),
  };
}
