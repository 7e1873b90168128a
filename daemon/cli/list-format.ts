/** The form of lists: what --format and --markdown ask for. */
import type { Arguments } from './arguments.js';

const FORMATS = ['text', 'markdown', 'json'] as const;
export type ListFormat = (typeof FORMATS)[number];

export type ListFormatResult =
  | {
      readonly ok: true;
      readonly format: ListFormat;
      /** For stderr; undefined when there is nothing to say. */
      readonly warning: string | undefined;
    }
  | { readonly ok: false; readonly message: string };

export function listFormat({ format, markdown }: Pick<Arguments, 'format' | 'markdown'>): ListFormatResult {
  if (markdown && format !== null)
    return { ok: false, message: 'Cannot specify both --markdown and --format options together' };
  if (markdown)
    return {
      ok: true,
      format: 'markdown',
      warning: 'WARNING: --markdown is deprecated, use --format markdown instead.',
    };
  const found = FORMATS.find(name => name === (format ?? 'text').toLowerCase());
  return found === undefined
    ? { ok: false, message: `Invalid format '${format ?? ''}'. Valid values are: ${FORMATS.join(', ')}` }
    : { ok: true, format: found, warning: undefined };
}
