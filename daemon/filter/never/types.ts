/**
 * Event types for which a check may hold. evt.type of asynchronous events is whatever their plugin calls them, so that
 * they count as one type for each name that there is, and one for all others.
 */
import { eventNames } from '../../events/event-table.js';
import type { EventCatalog } from '../context.js';
import { checkCodes, type Codes } from '../event-types.js';
import { judgeValue } from '../operators/quantify.js';
import type { Check } from '../typed.js';

/** Codes of events are below. */
const FIRST_NAME = 100_000;
const NAMES = eventNames();
/** The type of asynchronous events whose name is that of no event. */
const OTHER_NAME = FIRST_NAME + NAMES.length;
const ASYNCHRONOUS: readonly number[] = Array.from(
  { length: NAMES.length + 1 },
  (_, index) => FIRST_NAME + index,
);
const EXACT: ReadonlySet<string> = new Set(['=', '==', '!=', 'in']);

/** The types of checks that were asked for, by the key of the check: rules share many. */
export type KnownTypes = Map<string, Codes>;

/** null: all. */
export function possibleTypes(
  check: Check,
  wanted: boolean,
  catalog: EventCatalog,
  known: KnownTypes,
): Codes {
  const key = `${String(wanted)} ${check.key}`;
  let types = known.get(key);
  if (types === undefined) known.set(key, (types = find(check, wanted, catalog)));
  return types;
}

function find(check: Check, wanted: boolean, catalog: EventCatalog): Codes {
  const { text, fields } = check.left;
  switch (text) {
    case 'evt.type': {
      const codes = checkCodes(check, wanted, catalog);
      return codes && new Set([...without(codes, catalog.always), ...names(check, wanted)]);
    }
    case 'syscall.type': {
      const codes = checkCodes(check, wanted, catalog);
      // Events that are no system calls have none.
      return codes && new Set([...without(codes, catalog.always), ...(wanted ? [] : ASYNCHRONOUS)]);
    }
    default: {
      const codes = wanted && fields[0]?.text === text ? fields[0].codes : undefined;
      if (codes === undefined) return null;
      const some = [...catalog.always].some(code => codes.has(code));
      return new Set([...without(codes, catalog.always), ...(some ? ASYNCHRONOUS : [])]);
    }
  }
}

function without(codes: ReadonlySet<number>, left: ReadonlySet<number>): readonly number[] {
  return [...codes].filter(code => !left.has(code));
}

/** Types of asynchronous events for which a check on evt.type has the wanted answer. */
function names(check: Check, wanted: boolean): readonly number[] {
  if (check.operator === 'exists') return wanted ? ASYNCHRONOUS : [];
  if (!EXACT.has(check.operator)) return ASYNCHRONOUS;
  const judge = judgeValue(check);
  const found = NAMES.flatMap((name, index) => (judge(name) === wanted ? [FIRST_NAME + index] : []));
  // It differs from every constant.
  return (check.operator === '!=') === wanted ? [...found, OTHER_NAME] : found;
}
