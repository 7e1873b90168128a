import { EVENT_COUNT, eventRows, paramIndex, type EventRow } from '../events/event-table.js';
import { argsText, argText } from '../events/render.js';
import type { EventView } from '../state/event.js';
import { resolvePath } from '../state/resolve-path.js';
import type { Binding, BindingError, Extractors, FieldArgument, FieldOptions } from './extractor.js';
import type { FieldValue } from './field.js';
import { rawBinding } from './raw-arg.js';
import { renderContext } from './render-context.js';

/** Index of the parameter with this name for each event code, -1 where there is none; null: no event has it. */
export function indexByCode(name: string): Int16Array | null {
  const indices = new Int16Array(EVENT_COUNT).fill(-1);
  let found = false;
  for (const row of eventRows()) {
    indices[row.code] = paramIndex(row, name);
    found ||= indices[row.code]! >= 0;
  }
  return found ? indices : null;
}

function text(evt: EventView, index: number, base64: boolean): FieldValue {
  if (index < 0 || index >= evt.row.params.length || index >= evt.record.nparams) return null;
  return argText(evt.record, evt.row, index, renderContext(evt, base64));
}

function noSuchArgument(field: string, name: string): BindingError {
  return { message: `filter_check called with nonexistent field ${field}.${name}` };
}

function bindText(argument: FieldArgument, { base64 = false }: FieldOptions): Binding | BindingError {
  if (argument.kind === 'index') {
    const index = argument.index;
    return { extract: evt => text(evt, index, base64) };
  }
  const name = argument.kind === 'key' ? argument.key : '';
  const indices = indexByCode(name);
  if (indices === null) return noSuchArgument('evt.arg', name);
  return { extract: evt => text(evt, indices[evt.row.code]!, base64), codes: codesWith(indices) };
}

function codesWith(indices: Int16Array): ReadonlySet<number> {
  return new Set(eventRows().flatMap(({ code }) => (indices[code]! >= 0 ? [code] : [])));
}

function bindRaw(argument: FieldArgument): Binding | BindingError {
  const name = argument.kind === 'key' ? argument.key : '';
  const indices = indexByCode(name);
  if (indices === null) return noSuchArgument('evt.rawarg', name);
  return { ...rawBinding(indices), codes: codesWith(indices) };
}

function bindAll(_: FieldArgument, { base64 = false }: FieldOptions): Binding {
  return { extract: evt => argsText(evt.record, evt.row, renderContext(evt, base64)) };
}

/** Indices of the paths of an event that start from a directory descriptor: the first and the second, or -1. */
interface AbsolutePaths {
  readonly first: number;
  readonly second: number;
}

/** Calls for which the reference has no absolute path, although they take a directory descriptor. */
const WITHOUT_ABSOLUTE_PATH: ReadonlySet<string> = new Set(['newfstatat', 'mknodat']);

const absolutePathsByRow = new Map<EventRow, AbsolutePaths>();

function absolutePaths(row: EventRow): AbsolutePaths {
  let paths = absolutePathsByRow.get(row);
  if (paths === undefined) {
    const whole = row.name === 'open_by_handle_at';
    const relative = WITHOUT_ABSOLUTE_PATH.has(row.name)
      ? []
      : row.params.filter(param => param.type === 'FSRELPATH' || (whole && param.type === 'FSPATH'));
    paths = { first: relative[0]?.index ?? -1, second: relative[1]?.index ?? -1 };
    absolutePathsByRow.set(row, paths);
  }
  return paths;
}

function absolutePath(evt: EventView, which: 'first' | 'second'): string | null {
  const index = absolutePaths(evt.row)[which];
  return index < 0 || !evt.record.present(index) ? null : resolvePath(evt, index);
}

/** The arguments of an event. */
export const evtArgFields: Extractors = {
  'evt.args': { cost: 10, bind: bindAll },
  'evt.info': { cost: 10, bind: bindAll },
  'evt.arg': { cost: 6, bind: bindText },
  'evt.rawarg': { cost: 3, bind: bindRaw },
  'evt.abspath': {
    cost: 5,
    bind: argument => {
      const key = argument.kind === 'key' ? argument.key : 'src';
      if (key !== 'src' && key !== 'dst') return noSuchArgument('evt.abspath', key);
      const which = key === 'src' ? 'first' : 'second';
      return { extract: evt => absolutePath(evt, which) };
    },
  },
};
