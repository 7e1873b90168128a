/** Fields that the configuration adds to those of a rule's output (`append_output[].extra_fields`). */
import { toByteString } from '../events/byte-string.js';
import type { FieldValue } from '../fields/field.js';
import type { FilterContext } from '../filter/context.js';
import { compileOutput, type OutputFormat, type OutputOptions } from '../filter/output-format.js';
import type { FieldAddition } from './options.js';

type Event = Parameters<OutputFormat['values']>[0];

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
  const extras: { readonly key: string; readonly value: (evt: Event) => FieldValue }[] = [];
  for (const { name, format: text } of additions) {
    const compiled = compileOutput(text ?? `%${name}`, context, options);
    if (!compiled.ok) return { ok: false, message: `extra field '${name}': ${compiled.message}` };
    const { message, values, fields } = compiled.format;
    const key = toByteString(name);
    if (text !== null) extras.push({ key, value: message });
    else if (fields.length === 1 && fields[0] === key) extras.push({ key, value: evt => values(evt)[key]! });
    else return { ok: false, message: `extra field '${name}': nonexistent field ${name}` };
  }
  const values = (evt: Event): Record<string, FieldValue> => {
    const found = format.values(evt);
    for (const { key, value } of extras) found[key] = value(evt);
    return found;
  };
  return { ok: true, format: { ...format, values } };
}
