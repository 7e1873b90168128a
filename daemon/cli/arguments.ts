/** The command line → values, by the flag table. */
import { didYouMean } from '../diagnostics/suggestion.js';
import { FLAGS, type Flag, type FlagKind } from './flags.js';
import { GONE_FLAGS, type GoneFlag } from './gone-flags.js';

type ValueOf<K extends FlagKind> = K extends 'switch'
  ? boolean
  : K extends 'texts' | 'words'
    ? readonly string[]
    : string | null;

/** One value for each flag. Not given: false, an empty list, or null; `optional` without its argument: empty. */
export type Arguments = { readonly [K in keyof typeof FLAGS]: ValueOf<(typeof FLAGS)[K]['kind']> } & {
  /** What there is to say of options of earlier releases, for the log. */
  readonly warnings: readonly string[];
};

export type ArgumentsResult =
  { readonly ok: true; readonly arguments: Arguments } | { readonly ok: false; readonly message: string };

type FlagName = keyof typeof FLAGS;
type Value = boolean | string | null | readonly string[];
const NAMES = Object.keys(FLAGS) as FlagName[];

/** An option as it was written, and what stood with it. */
interface Written {
  readonly name: string;
  /** `--name` rather than `-n`. */
  readonly isLong: boolean;
  /** What was attached: behind `=`, or the rest of the letters; null: nothing. */
  readonly attached: string | null;
}

/** A user error in the command line; never leaves this file. */
class Refused extends Error {}

/** @param words the command line without the program's name */
export function parseArguments(words: readonly string[]): ArgumentsResult {
  try {
    return { ok: true, arguments: new Parser(words).parse() };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, message: error.message };
    throw error;
  }
}

class Parser {
  readonly #words: readonly string[];
  #at = 0;
  readonly #values: Record<FlagName, Value>;
  readonly #warnings: string[] = [];
  /** -t, -T and -D so far. */
  readonly #selecting = new Set<string>();

  constructor(words: readonly string[]) {
    this.#words = words;
    const nothing = NAMES.map(name => [name, nothingOf(FLAGS[name].kind)] as const);
    this.#values = Object.fromEntries(nothing) as Record<FlagName, Value>;
  }

  parse(): Arguments {
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++]!;
      const last = word === '--';
      if (last && this.#at === this.#words.length) break;
      if (last || !word.startsWith('-') || word === '-') {
        throw new Refused(`Unexpected argument '${last ? this.#words[this.#at]! : word}'`);
      }
      if (word.startsWith('--')) this.#long(word);
      else this.#letters(word);
    }
    return { ...this.#values, warnings: this.#warnings } as Arguments;
  }

  #long(word: string): void {
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    this.#take({ name, isLong: true, attached: equals < 0 ? null : word.slice(equals + 1) });
  }

  /** Letters may stand together, and the last one may have its argument attached: -vo key=value, -okey=value. */
  #letters(word: string): void {
    for (let i = 1; i < word.length; i++) {
      const rest = word.slice(i + 1);
      if (this.#take({ name: word[i]!, isLong: false, attached: rest === '' ? null : rest })) return;
    }
  }

  /** Whether what was attached belonged to the option. */
  #take(written: Written): boolean {
    const { name, isLong, attached } = written;
    const found = NAMES.find(
      candidate => name !== '' && FLAGS[candidate][isLong ? 'long' : 'short'] === name,
    );
    if (found === undefined) return this.#takeGone(written);
    const flag: Flag = FLAGS[found];
    switch (flag.kind) {
      case 'switch':
        this.#withoutArgument(written);
        this.#values[found] = true;
        return false;
      case 'optional':
        this.#values[found] = attached ?? '';
        return true;
      case 'text':
        this.#values[found] = this.#argument(written);
        return true;
      case 'texts':
      case 'words': {
        this.#add(found, this.#argument(written));
        while (flag.kind === 'words' && this.#words[this.#at]?.startsWith('-') === false)
          this.#add(found, this.#words[this.#at++]!);
        return true;
      }
    }
  }

  #takeGone(written: Written): boolean {
    const { name, isLong } = written;
    const gone = GONE_FLAGS.find(({ names }) => names.includes(name) && name.length > 1 === isLong);
    if (gone === undefined) throw new Refused(unknown(name, isLong));
    if (gone.kind === 'never') throw new Refused(`Option '${name}' does not exist; ${gone.instead}`);
    if (gone.kind === 'refuse') throw new Refused(`Option '${name}' was removed: ${gone.instead}`);
    if (gone.argument === '') this.#withoutArgument(written);
    const value = gone.argument === '' ? '' : this.#argument(written);
    const what = gone.kind === 'ignore' ? 'is ignored' : 'is deprecated';
    this.#warnings.push(`Option '${name}' ${what}: ${gone.instead}`);
    if (gone.kind === 'list-events') this.#values.listEvents = true;
    if (gone.kind === 'run') this.#run(gone, name, value);
    return gone.argument !== '';
  }

  #run(gone: GoneFlag & { kind: 'run' }, name: string, value: string): void {
    if (['t', 'T', 'D'].includes(name)) {
      if (name === 't' && !this.#selecting.has('t')) this.#add('overrides', 'rules[].disable.rule=*');
      this.#selecting.add(name);
      if (this.#selecting.has('t') && this.#selecting.size > 1)
        throw new Refused("Option 't' does not go together with 'T' or 'D': use -o 'rules[]…' instead");
    }
    for (const override of gone.overrides(value)) this.#add('overrides', override);
    // Such snapshots came every five seconds; without an interval there would be none.
    const hasInterval = (this.#values.overrides as readonly string[]).some(text =>
      text.startsWith('metrics.interval='),
    );
    if (name === 's' && !hasInterval) this.#add('overrides', 'metrics.interval=5s');
  }

  #add(name: FlagName, value: string): void {
    this.#values[name] = [...(this.#values[name] as readonly string[]), value];
  }

  #withoutArgument({ name, isLong, attached }: Written): void {
    if (isLong && attached !== null) throw new Refused(`Option '${name}' takes no argument`);
  }

  /** What is attached, a `=` in front of it left out, or the next word. */
  #argument({ name, isLong, attached }: Written): string {
    const value =
      attached === null ? this.#words[this.#at++] : isLong ? attached : attached.replace(/^=/, '');
    if (value === undefined) throw new Refused(`Option '${name}' is missing an argument`);
    return value;
  }
}

function nothingOf(kind: FlagKind): Value {
  return kind === 'switch' ? false : kind === 'texts' || kind === 'words' ? [] : null;
}

function unknown(name: string, isLong: boolean): string {
  const hint = isLong ? didYouMean(name, NAMES.map(one => FLAGS[one].long).filter(Boolean)) : undefined;
  return `Option '${name}' does not exist${hint === undefined ? '' : `; ${hint}`}`;
}
