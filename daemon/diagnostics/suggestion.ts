/** Which of the words that exist somebody may have meant. */

/** Longer words are not looked at: names are never as long. */
const MOST_CHARACTERS = 80;
/** So many words are looked at: a hostile file may have any number of names, and of mistakes. */
const MOST_WORDS = 2_000;

/**
 * The word nearest to `written`: equal but for case, or at most a third of its letters (and no more than three) away,
 * counting letters added, left out, changed, and neighbours swapped. undefined when none is; the first of equals.
 */
export function nearest(written: string, words: Iterable<string>): string | undefined {
  // Of one letter everything short is one letter away.
  if (written.length > MOST_CHARACTERS || written.length < 2) return undefined;
  let limit = Math.min(3, Math.max(1, Math.floor(written.length / 3))) + 1;
  let best: string | undefined;
  const lower = written.toLowerCase();
  let looked = 0;
  for (const word of words) {
    if (++looked > MOST_WORDS) break;
    if (word === written || Math.abs(word.length - written.length) >= limit) continue;
    const away = distance(lower, word.toLowerCase(), limit);
    if (away >= limit) continue;
    limit = away;
    best = word;
    if (away === 0) break;
  }
  return best;
}

/** `did you mean 'x'?`, or undefined. */
export function didYouMean(written: string, words: Iterable<string>): string | undefined {
  const word = nearest(written, words);
  return word === undefined ? undefined : `did you mean '${word}'?`;
}

/** Edits from one text to the other, at most `limit`. */
function distance(from: string, to: string, limit: number): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    let least = row;
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let value = Math.min(next[column - 1]! + 1, last[column]! + 1, last[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1])
        value = Math.min(value, before[column - 2]! + 1);
      next.push(value);
      least = Math.min(least, value);
    }
    if (least >= limit) return limit;
    before = last;
    last = next;
  }
  return Math.min(last[to.length]!, limit);
}
