/** len: bytes of a string or buffer, elements of a list; 0 for what is not there. */
import type { FieldValue } from '../../fields/field.js';
import type { EventView } from '../../state/event.js';
import { refuse, TEXT_TYPES, wrongType, type TransformerRow } from './transformer.js';

function length(value: FieldValue, buffer: boolean): number {
  if (value === null) return 0;
  if (typeof value === 'object') return value.length;
  const text = value as string;
  const end = buffer ? -1 : text.indexOf('\0');
  return end < 0 ? text.length : end;
}

export const len: TransformerRow = {
  name: 'len',
  bracket: false,
  build: args => {
    const [argument] = args;
    if (args.length !== 1 || argument?.kind !== 'source') return refuse('len() requires exactly 1 argument');
    const { source } = argument;
    const buffer = source.type === 'BYTEBUF';
    if (!source.list && !buffer && !TEXT_TYPES.includes(source.type)) return wrongType('len', source);
    const extract = (evt: EventView): number => length(source.extract(evt), buffer);
    return { ok: true, outcome: { type: 'UINT64', list: false, extract } };
  },
};
