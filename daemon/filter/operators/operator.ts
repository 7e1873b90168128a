/**
 * Operators, one table row each: for which groups of types, how constants are read, how one value is tested. What
 * candidates, lists and modifiers make of it is the same for all and lives in `quantify.ts`.
 */
import type { Scalar } from '../../fields/field.js';
import type { ComparisonOperator } from '../tree.js';
import type { Constant, Predicate } from '../typed.js';
import type { TypeGroup } from '../types.js';

export type CompiledTest =
  | { readonly ok: true; readonly test: Predicate }
  | {
      readonly ok: false;
      readonly message: string;
      /** Where in the constant the offending piece begins. */
      readonly offset: number;
    };

export interface Operator {
  readonly name: ComparisonOperator;
  readonly groups: readonly TypeGroup[];
  /** It takes a list of constants, and works on fields that are lists. */
  readonly set: boolean;
  /** Of one test, in the scale of field costs. */
  readonly cost: number;
  /** Constants are values of the field's type, or hexadecimal text. */
  readonly constants: 'typed' | 'hex';
  /** Of several candidates for a value one has to satisfy it, or (`!=`) all. */
  readonly candidates: 'some' | 'every';
  /** A test against one constant, or against a set of them. */
  readonly compile: (constants: readonly Constant[], group: TypeGroup) => CompiledTest;
  /** A test against many constants at once, the same as one after the other; where there is none that is what is done. */
  readonly any?: (constants: readonly Constant[]) => Predicate;
  /** A test of two values of one type; null where the right-hand side cannot be a field. */
  readonly compare: ((left: Scalar, right: Scalar) => boolean) | null;
}

export const passed = (test: Predicate): CompiledTest => ({ ok: true, test });

/** A test of strings as a test of scalars: binding has seen to the types. */
export const onText = (test: (value: string) => boolean): CompiledTest => passed(test as Predicate);
