/**
 * never: what can never be true in a condition. Beyond Falco, which says nothing of such checks; nothing here changes
 * what a condition means. All of it is sound: what is reported never holds, for no event; much that never holds is not
 * found.
 *
 * In: syntax nodes with their sources (value.ts), the typed tree (condition.ts). Out: doubts, with a place.
 */
import type { Span } from '../../diagnostics/diagnostic.js';

/** Something that can never be true. */
export interface Doubt {
  /**
   * `check`: a check by itself, or one of its constants. `range`: a number that the field's type does not hold, so that
   * another one is compared. `together`: checks that exclude each other. `empty`: a check against a list with nothing
   * in it, which may be a list that is still to be filled in. `idiom`: `evt.num = 0`, which is how rules say "never".
   */
  readonly kind: 'check' | 'range' | 'together' | 'empty' | 'idiom';
  readonly message: string;
  readonly hint?: string;
  /** In the text of the condition, or of the last of `macros`. */
  readonly span: Span;
  /** Macros from the outermost to the one whose text `span` points into. */
  readonly macros: readonly string[];
}

/**
 * How much is still looked at, in single comparisons: a rules file may be hostile, and what is not looked at is merely
 * not found.
 */
export interface Effort {
  left: number;
}

/** Takes `cost` away; false when there is not as much left. */
export function spend(effort: Effort, cost: number): boolean {
  effort.left -= cost;
  return effort.left >= 0;
}
