/** What a check saw, as words for people. */
import { toText } from '../events/byte-string.js';
import type { Scalar } from '../fields/field.js';
import type { EventView } from '../state/event.js';
import { render } from './render.js';
import type { Check, Source } from './typed.js';
import { groupOf } from './types.js';

const MOST_ITEMS = 8;
const MOST_CHARACTERS = 120;

/** `saw 'cat'`; with the other side where that is read from the event as well. */
export function seenValue({ left, right }: Check, evt: EventView): string {
  const seen = `saw ${sourceText(left, evt)}`;
  return right.kind === 'source' ? `${seen} against ${sourceText(right.source, evt)}` : seen;
}

function sourceText(source: Source, evt: EventView): string {
  const value = source.candidates === null ? source.extract(evt) : source.candidates(evt);
  if (value === null) return 'no value';
  if (typeof value !== 'object') return scalarText(value, source);
  if (value.length === 0) return 'no values';
  const items = value.slice(0, MOST_ITEMS).map(item => scalarText(item, source));
  return `(${items.join(', ')}${value.length > MOST_ITEMS ? ', …' : ''})`;
}

function scalarText(value: Scalar, { type, fields, text }: Source): string {
  const [field] = fields;
  const fmt = field !== undefined && field.text === text ? field.row.fmt : 'dec';
  const shown = toText(render(value, { type, fmt }) ?? '');
  const cut = shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}…` : shown;
  return typeof value === 'string' && groupOf(type) !== 'address' ? `'${cut}'` : cut;
}
