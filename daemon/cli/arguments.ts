/** The command line → values, by the flag table. */
import { FLAGS, GONE_FLAGS, type Flag, type FlagKind } from './flags.js';

type ValueOf<K extends FlagKind> = K extends 'switch'
  ? boolean
  : K extends 'texts' | 'words'
    ? readonly string[]
    : string | null;

/** One value for each flag. Not given: false, an empty list, or null; `optional` without its argument: empty. */
export type Arguments = { readonly [K in keyof typeof FLAGS]: ValueOf<(typeof FLAGS)[K]['kind']> };

export type ArgumentsResult =
  { readonly ok: true; readonly arguments: Arguments } | { readonly ok: false; readonly message: string };

type FlagName = keyof typeof FLAGS;
const NAMES = Object.keys(FLAGS) as FlagName[];

const bad = (message: string): ArgumentsResult => ({ ok: false, message });

/** @param words the command line without the program's name */
export function parseArguments(words: readonly string[]): ArgumentsResult {
  const values = Object.fromEntries(NAMES.map(name => [name, nothingOf(FLAGS[name].kind)]));

  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      if (i + 1 < words.length) return bad(`Unexpected argument '${words[i + 1]!}'`);
      break;
    }
    if (!word.startsWith('-') || word === '-') return bad(`Unexpected argument '${word}'`);
    const isLong = word.startsWith('--');
    const equals = isLong ? word.indexOf('=') : -1;
    const names = isLong ? [word.slice(2, equals < 0 ? undefined : equals)] : [...word.slice(1)];

    // Letters may stand together, and the last one may have its argument attached: -vo key=value, -okey=value.
    for (let j = 0; j < names.length; j++) {
      const written = names[j]!;
      const name = NAMES.find(
        candidate => (isLong ? FLAGS[candidate].long : FLAGS[candidate].short) === written && written !== '',
      );
      if (name === undefined) return bad(unknown(written));
      const flag: Flag = FLAGS[name];
      if (flag.later) return bad(`Option '${written}' is not available in this version`);
      const attached = isLong ? (equals < 0 ? null : word.slice(equals + 1)) : names.slice(j + 1).join('');
      if (flag.kind === 'switch') {
        if (isLong && attached !== null) return bad(`Option '${written}' takes no argument`);
        values[name] = true;
        continue;
      }
      if (flag.kind === 'optional') {
        values[name] = attached ?? '';
        break;
      }
      const separate = attached === null || (!isLong && attached === '');
      const value = separate ? words[++i] : attached;
      if (value === undefined) return bad(`Option '${written}' is missing an argument`);
      if (flag.kind === 'text') {
        values[name] = value;
        break;
      }
      const given = [...(values[name] as readonly string[]), value];
      while (flag.kind === 'words' && words[i + 1]?.startsWith('-') === false) given.push(words[++i]!);
      values[name] = given;
      break;
    }
  }
  return { ok: true, arguments: values as unknown as Arguments };
}

function nothingOf(kind: FlagKind): boolean | string | null | readonly string[] {
  return kind === 'switch' ? false : kind === 'texts' || kind === 'words' ? [] : null;
}

function unknown(written: string): string {
  const gone = GONE_FLAGS.find(flag => flag.names.includes(written));
  return gone === undefined
    ? `Option '${written}' does not exist`
    : `Option '${written}' was removed: ${gone.instead}`;
}
