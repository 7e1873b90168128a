/** join(separator, list) and concat(a, b, …). */
import type { ByteString } from '../../events/byte-string.js';
import type { FieldValue } from '../../fields/field.js';
import type { EventView } from '../../state/event.js';
import { render, type Rendering } from '../render.js';
import type { Source } from '../typed.js';
import { refuse, wrongType, type Argument, type Built, type TransformerRow } from './transformer.js';

const text = (extract: (evt: EventView) => FieldValue): Built => ({
  ok: true,
  outcome: { type: 'CHARBUF', list: false, extract },
});

const rendering = ({ type }: Source): Rendering => ({ type, fmt: 'dec' });

/** Texts of several sources; null when one has no value. */
function collect(sources: readonly Source[], evt: EventView): ByteString[] | null {
  const texts: ByteString[] = [];
  for (const source of sources) {
    const piece = render(source.extract(evt), rendering(source));
    if (piece === null) return null;
    texts.push(piece);
  }
  return texts;
}

function joinItems(separator: Source, items: readonly Source[]): Built {
  const nested = items.find(item => item.list);
  if (nested !== undefined) return wrongType('join', nested);
  return text(evt => {
    const between = separator.extract(evt);
    const texts = collect(items, evt);
    return between === null || texts === null ? null : texts.join(between as string);
  });
}

function joinList(separator: Source, list: Source): Built {
  if (!list.list) return wrongType('join', list);
  return text(evt => {
    const between = separator.extract(evt);
    const values = list.extract(evt);
    if (between === null || values === null || typeof values !== 'object') return null;
    return values.map(value => render(value, rendering(list))).join(between as string);
  });
}

export const join: TransformerRow = {
  name: 'join',
  bracket: false,
  build: args => {
    const [first, second] = args;
    if (args.length !== 2 || first === undefined || second === undefined)
      return refuse('join() requires exactly 2 arguments: separator and list');
    if (first.kind === 'list') return refuse('join() requires a string as its separator');
    const separator = first.source;
    if (separator.type !== 'CHARBUF' || separator.list) return wrongType('join', separator);
    return second.kind === 'list' ? joinItems(separator, second.items) : joinList(separator, second.source);
  },
};

const isSource = (argument: Argument): argument is Argument & { kind: 'source' } =>
  argument.kind === 'source';

export const concat: TransformerRow = {
  name: 'concat',
  bracket: false,
  build: args => {
    if (args.length < 2) return refuse('concat() requires at least 2 arguments');
    if (!args.every(isSource)) return refuse('concat() does not take lists');
    const sources = args.map(argument => argument.source);
    const wrong = sources.find(source => source.type !== 'CHARBUF' || source.list);
    if (wrong !== undefined) return wrongType('concat', wrong);
    return text(evt => collect(sources, evt)?.join('') ?? null);
  },
};
