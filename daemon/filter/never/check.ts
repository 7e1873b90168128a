/** Single checks that no event satisfies. */
import { knownNumber } from '../event-types.js';
import { judgeValue } from '../operators/quantify.js';
import { rangeOf } from '../types.js';
import type { Scalar } from '../../fields/field.js';
import type { Check } from '../typed.js';
import type { Doubt } from './doubt.js';
import { checkText } from './text.js';
import { isBounded, valuesOf } from './value.js';

const EQUALITIES: ReadonlySet<string> = new Set(['=', '==', 'in', 'intersects']);

/** The checks that a number beyond its type's range fails, and what it is compared with there. */
const EDGES: Readonly<Record<string, 'least' | 'greatest'>> = { '<': 'least', '>': 'greatest' };

/** Why a check never holds; null when it may. */
export function checkDoubt(check: Check): Doubt | null {
  const { left, right, operator, span, macros } = check;
  const doubt = (reason: string, kind: Doubt['kind'] = 'check'): Doubt => {
    return { kind, message: `'${checkText(check)}' is never true${reason}`, span, macros };
  };
  if (right.kind !== 'constants' && right.kind !== 'each') return null;
  if (left.text === 'evt.num' && isPlain(check))
    return knownNumber(check) === false ? doubt('', 'idiom') : null;
  if (right.values.length === 0) return doubt(': the list is empty', 'empty');
  if (left.candidates !== null || left.list) return null;
  const edge = EDGES[operator];
  if (edge !== undefined && right.kind === 'constants' && isBounded(left)) {
    const limit = rangeOf(left.type)[edge];
    if (BigInt(right.values[0] as number | bigint) === limit)
      return doubt(`: the ${edge} value of a ${left.type} is ${String(limit)}`);
  }
  const values = valuesOf(left) ?? onlyValues(check);
  if (values === null || values.some(judgeValue(check))) return null;
  return doubt(
    valuesOf(left) === undefined ? ': there is one value only' : `: ${left.text} has no such value`,
  );
}

function isPlain({ left: { fields, text } }: Check): boolean {
  return fields[0]?.text === text;
}

/**
 * The values of which one has to be there for a check to hold; null: others would do as well.
 * The check is one of a source with a single value.
 */
export function onlyValues({ operator, right }: Check): readonly Scalar[] | null {
  if (!EQUALITIES.has(operator) || (right.kind !== 'constants' && right.kind !== 'each')) return null;
  const scalars = right.values.filter((value): value is Scalar => typeof value !== 'object');
  return scalars.length === right.values.length ? scalars : null;
}
