import type { EventRow } from '../events/event-table.js';
import type { EventView } from '../state/event.js';
import { resolvePath } from '../state/resolve-path.js';
import { withoutValue, type Extractors } from './extractor.js';

/** Indices of the paths that have a directory descriptor: the first and the second. */
interface AbsolutePaths {
  readonly first: number;
  readonly second: number;
}

const cache = new Map<EventRow, AbsolutePaths>();

function absolutePaths(row: EventRow): AbsolutePaths {
  let paths = cache.get(row);
  if (paths === undefined) {
    const relative = row.params.filter(
      param => param.type === 'FSRELPATH' || (row.name === 'open_by_handle_at' && param.type === 'FSPATH'),
    );
    paths = { first: relative[0]?.index ?? -1, second: relative[1]?.index ?? -1 };
    cache.set(row, paths);
  }
  return paths;
}

function absolutePath(evt: EventView, which: 'first' | 'second'): string | null {
  const index = absolutePaths(evt.row)[which];
  return index < 0 || !evt.record.present(index) ? null : resolvePath(evt, index);
}

/** The arguments of an event. */
export const evtArgFields: Extractors = {
  'evt.args': withoutValue,
  'evt.info': withoutValue,
  'evt.arg': withoutValue,
  'evt.rawarg': withoutValue,
  'evt.abspath': {
    cost: 5,
    bind: argument => {
      const key = argument.kind === 'key' ? argument.key : 'src';
      if (key !== 'src' && key !== 'dst')
        return { message: `filter_check called with nonexistent field evt.abspath.${key}` };
      const which = key === 'src' ? 'first' : 'second';
      return { extract: evt => absolutePath(evt, which) };
    },
  },
};
