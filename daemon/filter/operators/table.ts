/** All operators by name. */
import type { ComparisonOperator } from '../tree.js';
import { EQUALITY } from './equality.js';
import type { Operator } from './operator.js';
import { ORDER } from './order.js';
import { PATTERN } from './pattern.js';
import { TEXT } from './text.js';

const OPERATORS: ReadonlyMap<ComparisonOperator, Operator> = new Map(
  [...EQUALITY, ...ORDER, ...TEXT, ...PATTERN].map(operator => [operator.name, operator]),
);

export function operatorRow(name: ComparisonOperator): Operator {
  return OPERATORS.get(name)!;
}
