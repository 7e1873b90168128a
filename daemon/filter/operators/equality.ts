/** `=`, `==`, `!=`, and what sets are made of. */
import type { Scalar } from '../../fields/field.js';
import { inNetwork } from '../address.js';
import type { Constant, Network, Predicate } from '../typed.js';
import type { TypeGroup } from '../types.js';
import { passed, type Operator } from './operator.js';

const ALL: readonly TypeGroup[] = ['numeric', 'boolean', 'string', 'buffer', 'address', 'network'];

const isNetwork = (constant: Constant): constant is Network => typeof constant === 'object';

/** Equal to one constant, or inside one network. */
export function equalTo(constant: Constant): Predicate {
  if (isNetwork(constant)) return value => inNetwork(value as string, constant);
  return value => value === constant;
}

/** Equal to one of several. */
export function oneOf(constants: readonly Constant[]): Predicate {
  const networks = constants.filter(isNetwork);
  if (networks.length > 0) {
    return value => {
      for (let i = 0; i < networks.length; i++) if (inNetwork(value as string, networks[i]!)) return true;
      return false;
    };
  }
  const values = new Set(constants as readonly Scalar[]);
  return value => values.has(value);
}

const row = (name: Operator['name'], negated: boolean): Operator => ({
  name,
  groups: ALL,
  set: false,
  cost: 0.2,
  constants: 'typed',
  candidates: negated ? 'every' : 'some',
  compile: ([constant]) => {
    const equal = equalTo(constant!);
    return passed(negated ? value => !equal(value) : equal);
  },
  ...(negated ? {} : { any: oneOf }),
  compare: negated ? (left, right) => left !== right : (left, right) => left === right,
});

const set = (name: 'in' | 'intersects'): Operator => ({
  name,
  groups: ALL,
  set: true,
  cost: 0.4,
  constants: 'typed',
  candidates: 'some',
  compile: constants => passed(oneOf(constants)),
  compare: (left, right) => left === right,
});

export const EQUALITY: readonly Operator[] = [
  row('=', false),
  row('==', false),
  row('!=', true),
  set('in'),
  set('intersects'),
];
