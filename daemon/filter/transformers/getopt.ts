/**
 * getopt(arguments, options): the options of a command line, as getopt(3) finds them: each option's letter followed by
 * its value. `getopt(…)[x]` is the value of one option.
 */
import type { ByteString } from '../../events/byte-string.js';
import type { EventView } from '../../state/event.js';
import { refuse, wrongType, type TransformerRow } from './transformer.js';

interface Found {
  readonly option: string;
  /** Null: the option takes none. */
  readonly value: ByteString | null;
}

/** Which letters are options, and which of them take a value. */
function letters(spec: ByteString): ReadonlyMap<string, boolean> {
  const map = new Map<string, boolean>();
  for (let i = 0; i < spec.length; i++) if (spec[i] !== ':') map.set(spec[i]!, spec[i + 1] === ':');
  return map;
}

/** Options in order. `?` stands for one that is not known; the first word that is no option ends them. */
function options(words: readonly ByteString[], known: ReadonlyMap<string, boolean>): Found[] {
  const found: Found[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--' || word[0] !== '-' || word === '-') break;
    if (word.startsWith('--')) continue;
    for (let i = 1; i < word.length; i++) {
      const option = word[i]!;
      const takesValue = known.get(option);
      if (takesValue !== true) {
        found.push({ option: takesValue === undefined ? '?' : option, value: null });
        continue;
      }
      const rest = word.slice(i + 1);
      found.push({ option, value: rest === '' ? (words[++at] ?? '') : rest });
      break;
    }
  }
  return found;
}

function lastValue(found: readonly Found[], option: ByteString): ByteString | null {
  const last = found.findLast(candidate => candidate.option === option);
  return last === undefined ? null : (last.value ?? last.option);
}

export const getopt: TransformerRow = {
  name: 'getopt',
  bracket: true,
  build: (args, bracket) => {
    const [first, second] = args;
    if (args.length !== 2 || first?.kind !== 'source' || second?.kind !== 'source')
      return refuse('getopt() requires exactly 2 arguments: argument list and option string');
    const words = first.source;
    const spec = second.source;
    if (words.type !== 'CHARBUF' || !words.list) return wrongType('getopt', words);
    if (spec.type !== 'CHARBUF' || spec.list) return wrongType('getopt', spec);
    const find = (evt: EventView): Found[] | null => {
      const values = words.extract(evt);
      const known = spec.extract(evt);
      return values === null || known === null
        ? null
        : options(values as readonly string[], letters(known as string));
    };
    if (bracket !== null) {
      const extract = (evt: EventView): ByteString | null => {
        const found = find(evt);
        return found === null ? null : lastValue(found, bracket);
      };
      return { ok: true, outcome: { type: 'CHARBUF', list: false, extract } };
    }
    const extract = (evt: EventView): ByteString[] | null =>
      find(evt)?.flatMap(({ option, value }) => (value === null ? [option] : [option, value])) ?? null;
    return { ok: true, outcome: { type: 'CHARBUF', list: true, extract } };
  },
};
