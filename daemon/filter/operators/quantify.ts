/** From the test of one value to the judgement of a field: lists, candidates, modifiers. Hot path. */
import type { FieldValue, Scalar } from '../../fields/field.js';
import type { Modifier } from '../tree.js';
import type { Check, Predicate } from '../typed.js';

const every = (test: Predicate, values: readonly Scalar[]): boolean => {
  for (let i = 0; i < values.length; i++) if (!test(values[i]!)) return false;
  return values.length > 0;
};

const some = (test: Predicate, values: readonly Scalar[]): boolean => {
  for (let i = 0; i < values.length; i++) if (test(values[i]!)) return true;
  return false;
};

/** Whether the right number of a list's elements fits; none fits an empty list. */
const enough = <T>(modifier: Modifier, tests: readonly ((value: T) => boolean)[], value: T): boolean => {
  let fitting = 0;
  for (let i = 0; i < tests.length; i++) {
    if (tests[i]!(value)) {
      if (modifier === 'anyof') return true;
      if (++fitting > 1 && modifier === 'oneof') return false;
    } else if (modifier === 'allof') return false;
  }
  return modifier === 'oneof' ? fitting === 1 : fitting > 0;
};

const isList = (value: FieldValue): value is readonly Scalar[] => typeof value === 'object' && value !== null;

/** Judges a field's one value, or the values of a list. What is not there satisfies nothing. */
export function judgeValue({ left, operator, right }: Check): (value: FieldValue) => boolean {
  switch (right.kind) {
    case 'none':
      return value => value !== null && (!isList(value) || value.length > 0);
    case 'constants': {
      const { test } = right;
      if (!left.list) return value => value !== null && test(value as Scalar);
      const quantifier = operator === 'in' ? every : some;
      return value => value !== null && quantifier(test, value as readonly Scalar[]);
    }
    case 'each': {
      const { modifier, tests } = right;
      return value => value !== null && enough(modifier, tests, value as Scalar);
    }
    case 'source':
      throw new Error('a check against a field needs two values');
  }
}

/**
 * Judges the candidates of a field that stands for several values: one has to satisfy the test, all have to be
 * different for `!=`. A modifier counts the elements of its list for which that holds.
 */
export function judgeCandidates({ operator, right }: Check): (values: readonly Scalar[]) => boolean {
  const quantifier = operator === '!=' ? every : some;
  switch (right.kind) {
    case 'none':
      return values => values.length > 0;
    case 'constants': {
      const { test } = right;
      return values => quantifier(test, values);
    }
    case 'each': {
      const { modifier, tests } = right;
      const over = tests.map(test => (values: readonly Scalar[]) => quantifier(test, values));
      return values => values.length > 0 && enough(modifier, over, values);
    }
    case 'source':
      throw new Error('a field with candidates cannot be compared with another');
  }
}

/** A test of two lists from one of two scalars. */
export function compareLists(
  operator: 'in' | 'intersects',
  compare: (left: Scalar, right: Scalar) => boolean,
): (left: readonly Scalar[], right: readonly Scalar[]) => boolean {
  const quantifier = operator === 'in' ? every : some;
  return (left, right) => quantifier(value => some(other => compare(value, other), right), left);
}
