/** The events for people to read: what --list-events prints (reference/falco/cli.md 2.9). */
import {
  eventRows,
  GENERIC_ENTER,
  GENERIC_EXIT,
  eventRow,
  type EventRow,
  type EventSource,
  type ParamRow,
} from './event-table.js';
import { syscallRows } from './syscall-table.js';

export interface ListedEvent {
  readonly name: string;
  readonly exit: boolean;
  /** Sent without being asked for. */
  readonly available: boolean;
  readonly params: readonly ParamRow[];
}

export interface EventSection {
  readonly title: string;
  readonly events: readonly ListedEvent[];
}

const SECTIONS: readonly (readonly [title: string, source: EventSource])[] = [
  ['Syscall events', 'syscall'],
  ['Tracepoint events', 'tracepoint'],
  ['Plugin events', 'plugin'],
  ['Metaevents', 'meta'],
];

/** Events as they are sent today, those of one source in a section; calls without an event of their own come last. */
export function listEvents(): readonly EventSection[] {
  const rows = eventRows().filter(row => !row.generic && isCurrent(row));
  const ignored = new Set(
    syscallRows()
      .filter(row => row.sets.has('ignored_by_default'))
      .flatMap(row => [row.enter, row.exit]),
  );
  return SECTIONS.map(([title, source]) => {
    const own = rows
      .filter(row => row.source === source)
      .map(row => listed(row, row.name, !ignored.has(row.code)));
    return { title, events: source === 'syscall' ? [...own, ...genericEvents()] : own };
  });
}

function isCurrent({ flags }: EventRow): boolean {
  return !flags.has('old_version') && !flags.has('unused');
}

function genericEvents(): readonly ListedEvent[] {
  const names = syscallRows()
    .filter(row => row.exit === GENERIC_EXIT)
    .map(row => row.eventName);
  return [...new Set(names)].flatMap(name =>
    [GENERIC_ENTER, GENERIC_EXIT].map(code => listed(eventRow(code), name, true)),
  );
}

function listed({ exit, params }: EventRow, name: string, available: boolean): ListedEvent {
  return { name, exit, available, params };
}

/** Names of the bits or values of a parameter, or the types it can have; empty when there are none. */
function choices({ names, dynamic }: ParamRow): readonly string[] {
  if (names !== null) return names.map(([name]) => name);
  return dynamic === null ? [] : dynamic.map(([type]) => type);
}

function paramText(param: ParamRow): string {
  const given = choices(param);
  return `${param.type} **${param.name}**${given.length === 0 ? '' : `: ${given.join(', ')}`}`;
}

const direction = (event: ListedEvent): string => (event.exit ? '<' : '>');
const paramsText = (event: ListedEvent): string => event.params.map(paramText).join(', ');
const heading = (schema: string): string =>
  `The events below are valid for Falco *Schema Version*: ${schema}\n`;

/** As plain text. @param schema version of the event table */
export function eventsText(sections: readonly EventSection[], schema: string): string {
  const parts = sections.map(({ title, events }) => {
    const lines = events.map(event => `${direction(event)} ${event.name}(${paramsText(event)})\n`);
    return `\n## ${title}\n\n${lines.join('')}`;
  });
  return heading(schema) + parts.join('');
}

/** As Markdown. */
export function eventsMarkdown(sections: readonly EventSection[], schema: string): string {
  const parts = sections.map(({ title, events }) => {
    const rows = events.map(event => {
      const available = event.available ? 'Yes' : 'No';
      return `${available} | \`${direction(event)}\` | \`${event.name}\` | ${paramsText(event)}\n`;
    });
    return `\n## ${title}\n\nDefault | Dir | Name | Params \n:-------|:----|:-----|:-----\n${rows.join('')}`;
  });
  return heading(schema) + parts.join('');
}

/** As JSON. */
export function eventsJson(sections: readonly EventSection[], schema: string): string {
  const entries = sections.map(({ title, events }) => [title, events.map(eventJson)] as const);
  return `${JSON.stringify({ schema_version: schema, ...Object.fromEntries(entries) })}\n`;
}

function eventJson(event: ListedEvent): unknown {
  return {
    available: event.available,
    dir: direction(event),
    name: event.name,
    params: event.params.map(param => {
      const given = choices(param);
      return { ...(given.length === 0 ? {} : { flags: given }), name: param.name, type: param.type };
    }),
  };
}
