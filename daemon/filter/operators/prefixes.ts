/** More cells than this would cost more memory than the time that they save is worth. */
const MOST_CELLS = 65_536;

/** In a cell: no prefix goes on like this; one ends here. All else is the number of the next node. */
const NONE = 0;
const FOUND = -1;
const ROOT = 1;

type Test = (value: string) => boolean;

/** Whether a value starts with one of several prefixes. */
export function startsWithAny(prefixes: readonly string[]): Test {
  if (prefixes.includes('')) return () => true;
  return byWalk(prefixes) ?? byLength(prefixes);
}

/**
 * One walk along the first characters, which ends where no prefix goes on, however many there are. Null for prefixes that
 * are too many, or of other characters than bytes.
 */
function byWalk(prefixes: readonly string[]): Test | null {
  // Each character that prefixes are made of has a number, all others 0: rows of a few cells, not of 256.
  const numbers = new Map<number, number>();
  for (const prefix of prefixes)
    for (let i = 0; i < prefix.length; i++) {
      const char = prefix.charCodeAt(i);
      if (!numbers.has(char)) numbers.set(char, numbers.size + 1);
    }
  const width = numbers.size + 1;
  const nodes = ROOT + 1 + prefixes.reduce((sum, prefix) => sum + prefix.length, 0);
  if (width > 256 || nodes * width > MOST_CELLS || [...numbers.keys()].some(char => char > 255)) return null;
  const column = new Uint8Array(256);
  for (const [char, number] of numbers) column[char] = number;
  const next = new Int16Array(nodes * width);
  let last = ROOT;
  for (const prefix of prefixes) {
    let node = ROOT;
    for (let i = 0; i < prefix.length && node !== FOUND; i++) {
      const cell = node * width + column[prefix.charCodeAt(i)]!;
      if (i === prefix.length - 1) next[cell] = FOUND;
      else if (next[cell] === NONE) next[cell] = ++last;
      node = next[cell]!;
    }
  }
  return value => {
    let node = ROOT;
    for (let i = 0; i < value.length; i++) {
      const char = value.charCodeAt(i);
      node = char > 255 ? NONE : next[node * width + column[char]!]!;
      if (node <= NONE) return node === FOUND;
    }
    return false;
  };
}

/** Looks each length of prefix up once. */
function byLength(prefixes: readonly string[]): Test {
  const lengths = [...new Set(prefixes.map(prefix => prefix.length))];
  const sets = lengths.map(length => new Set(prefixes.filter(prefix => prefix.length === length)));
  return value => {
    for (let i = 0; i < lengths.length; i++) {
      const length = lengths[i]!;
      if (value.length >= length && sets[i]!.has(value.slice(0, length))) return true;
    }
    return false;
  };
}
