/**
 * How much one compilation may take on. Lists and macros let a small file ask for more work than any machine can do:
 * what counts is not what is written but what it stands for.
 */

/**
 * Tokens of conditions with lists in place; a node of those with macros in place counts for half of one. Some fifteen
 * times what the largest file that is known takes, and a second's work or so.
 */
const MOST = 150_000;

export const TOO_MUCH = 'lists and macros make the conditions of all rules together too large';

export class WorkLimit {
  #left = MOST;

  get exceeded(): boolean {
    return this.#left < 0;
  }

  /** Whether there was that much left. */
  spend(units: number): boolean {
    this.#left -= units;
    return this.#left >= 0;
  }
}

/** About as many tokens as the text has: words, and signs between them. */
export function countTokens(text: string): number {
  let count = 0;
  let inWord = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const blank = code <= 0x20;
    // ( ) , = end a word and are something themselves.
    const sign = code === 0x28 || code === 0x29 || code === 0x2c || code === 0x3d;
    if (sign || (!blank && !inWord)) count++;
    inWord = !sign && !blank;
  }
  return count;
}
