/** `<`, `<=`, `>`, `>=`: numbers by size, strings by byte. */
import type { Scalar } from '../../fields/field.js';
import { passed, type Operator } from './operator.js';

const row = (name: Operator['name'], compare: (left: Scalar, right: Scalar) => boolean): Operator => ({
  name,
  groups: ['numeric', 'string'],
  set: false,
  cost: 0.2,
  constants: 'typed',
  candidates: 'some',
  compile: ([constant]) => passed(value => compare(value, constant as Scalar)),
  compare,
});

export const ORDER: readonly Operator[] = [
  row('<', (left, right) => left < right),
  row('<=', (left, right) => left <= right),
  row('>', (left, right) => left > right),
  row('>=', (left, right) => left >= right),
];
