/** Fields that the configuration adds to those of a rule's output (`append_output[].extra_fields`). */
import { toByteString } from '../events/byte-string.js';
import type { FieldValue } from '../fields/field.js';
import type { FilterContext } from '../filter/context.js';
import {
  compileOutput,
  type FilledOutput,
  type OutputFormat,
  type OutputOptions,
} from '../filter/output-format.js';
import type { FieldAddition } from './options.js';

type Event = Parameters<OutputFormat['values']>[0];

interface Extra {
  readonly key: string;
  readonly own: OutputFormat;
  readonly value: (evt: Event) => FieldValue;
  /** The same from what `own` gave in two steps. */
  readonly ofFilled: (filled: FilledOutput) => FieldValue;
}

export type ExtendedFormat =
  { readonly ok: true; readonly format: OutputFormat } | { readonly ok: false; readonly message: string };

/**
 * The format with more values. A field keeps its type, a format gives text; of two additions under one name, and of an
 * addition and a field of the output, the later counts. `fields` stay those of the output.
 */
export function withExtraFields(
  format: OutputFormat,
  additions: readonly FieldAddition[],
  context: FilterContext,
  options: OutputOptions,
): ExtendedFormat {
  if (additions.length === 0) return { ok: true, format };
  const extras: Extra[] = [];
  for (const { name, format: text } of additions) {
    const compiled = compileOutput(text ?? `%${name}`, context, options);
    if (!compiled.ok) return { ok: false, message: `extra field '${name}': ${compiled.message}` };
    const { format: own } = compiled;
    const { message, values, fields } = own;
    const key = toByteString(name);
    if (text !== null) extras.push({ key, own, value: message, ofFilled: filled => filled.message });
    else if (fields.length === 1 && fields[0] === key)
      extras.push({ key, own, value: evt => values(evt)[key]!, ofFilled: filled => filled.values[key]! });
    else return { ok: false, message: `extra field '${name}': nonexistent field ${name}` };
  }
  const values = (evt: Event): Record<string, FieldValue> => {
    const found = format.values(evt);
    for (const { key, value } of extras) found[key] = value(evt);
    return found;
  };
  const isLate: OutputFormat['isLate'] = late =>
    format.isLate(late) || extras.some(({ own }) => own.isLate(late));
  const begin: OutputFormat['begin'] = (evt, late) => {
    const begun = format.begin(evt, late);
    const more = extras.map(({ own }) => own.begin(evt, late));
    return later => {
      const { message, values: found } = begun(later);
      extras.forEach(({ key, ofFilled }, i) => (found[key] = ofFilled(more[i]!(later))));
      return { message, values: found };
    };
  };
  return { ok: true, format: { ...format, values, isLate, begin } };
}
