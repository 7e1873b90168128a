/** Checks that exclude each other: of one value, in one conjunction. */
import { judgeValue } from '../operators/quantify.js';
import type { Scalar } from '../../fields/field.js';
import type { Check } from '../typed.js';
import { onlyValues } from './check.js';
import { checkText } from './text.js';
import { spend, type Doubt, type Effort } from './doubt.js';
import { isNumber, valuesOf } from './value.js';

/** More checks of one source are not compared with each other. */
const MOST_OF_ONE = 30;

/** A check in a conjunction: it has to hold, or it may not. */
export interface Literal {
  readonly check: Check;
  readonly wanted: boolean;
}

/**
 * The first literal that cannot hold beside those before it; null when all may hold together.
 * @param literals of one conjunction, in order
 */
export function contradiction(literals: readonly Literal[], effort: Effort): Doubt | null {
  const bySource = new Map<string, Literal[]>();
  for (const literal of literals) {
    const { left, right } = literal.check;
    // Of several candidates each check may mean another.
    if (left.candidates !== null || left.list || right.kind === 'source') continue;
    const known = bySource.get(left.key);
    if (known === undefined) {
      bySource.set(left.key, [literal]);
      continue;
    }
    if (known.length >= MOST_OF_ONE) continue;
    known.push(literal);
    if (!possible(known, effort)) return doubt(literal, known, effort);
  }
  return null;
}

/** Whether some value, or none, satisfies all literals of one source. */
function possible(literals: readonly Literal[], effort: Effort): boolean {
  const positive = literals.filter(({ wanted }) => wanted);
  // A field without a value fails every check, which is all that is wanted.
  if (positive.length === 0) return true;
  if (literals.some(({ check, wanted }) => !wanted && check.operator === 'exists')) return false;
  const values = fewestValues(positive);
  if (values === null) return isNumber(positive[0]!.check.left) ? inOrder(positive) : true;
  if (!spend(effort, values.length * literals.length)) return true;
  const judges = literals.map(({ check, wanted }) => ({ judge: judgeValue(check), wanted }));
  return values.some(value => judges.every(({ judge, wanted }) => judge(value) === wanted));
}

/** The values of which one has to be there for checks of one source to hold; null: any may be. */
export function fewestValues(literals: readonly Literal[]): readonly Scalar[] | null {
  let fewest: readonly Scalar[] | null = null;
  for (const { check } of literals) {
    const values = onlyValues(check) ?? valuesOf(check.left) ?? null;
    if (values !== null && (fewest === null || values.length < fewest.length)) fewest = values;
  }
  return fewest;
}

/** Whether the lower bounds are below the upper ones. */
function inOrder(literals: readonly Literal[]): boolean {
  let least: bigint | null = null;
  let greatest: bigint | null = null;
  for (const { check } of literals) {
    if (check.right.kind !== 'constants') continue;
    const [value] = check.right.values;
    if (typeof value !== 'number' && typeof value !== 'bigint') continue;
    const bound = BigInt(value);
    // Values need not be whole (DOUBLE), so that nothing is made of `<` being stricter.
    if (check.operator.startsWith('>')) least = least === null || bound > least ? bound : least;
    if (check.operator.startsWith('<')) greatest = greatest === null || bound < greatest ? bound : greatest;
  }
  return least === null || greatest === null || least <= greatest;
}

function doubt(last: Literal, all: readonly Literal[], effort: Effort): Doubt {
  const other = all.find(literal => literal !== last && !possible([literal, last], effort));
  const { span, macros, left } = last.check;
  const beside = other === undefined ? `the other checks of ${left.text}` : `'${text(other)}'`;
  return { kind: 'together', message: `'${text(last)}' is never true together with ${beside}`, span, macros };
}

function text({ check, wanted }: Literal): string {
  return wanted ? checkText(check) : `not ${checkText(check)}`;
}
