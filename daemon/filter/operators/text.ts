/** Operators on parts of strings and buffers. */
import { asciiLower } from '../ascii.js';
import type { TypeGroup } from '../types.js';
import { onText, type Operator } from './operator.js';

type Test = (value: string, part: string) => boolean;

const row = (
  name: Operator['name'],
  groups: readonly TypeGroup[],
  constants: Operator['constants'],
  test: Test,
): Operator => ({
  name,
  groups,
  set: false,
  cost: 1,
  constants,
  candidates: 'some',
  compile: ([part]) => onText(value => test(value, part as string)),
  compare: test as Operator['compare'],
});

const contains: Test = (value, part) => value.includes(part);
const startswith: Test = (value, part) => value.startsWith(part);
const endswith: Test = (value, part) => value.endsWith(part);

const icontains: Operator = {
  ...row('icontains', ['string'], 'typed', (value, part) => asciiLower(value).includes(asciiLower(part))),
  cost: 2,
  compile: ([part]) => {
    const lower = asciiLower(part as string);
    return onText(value => asciiLower(value).includes(lower));
  },
};

export const TEXT: readonly Operator[] = [
  row('contains', ['string', 'buffer'], 'typed', contains),
  row('startswith', ['string', 'buffer'], 'typed', startswith),
  row('endswith', ['string', 'buffer'], 'typed', endswith),
  icontains,
  row('bcontains', ['buffer'], 'hex', contains),
  row('bstartswith', ['buffer'], 'hex', startswith),
];
