/** --list: the fields that conditions and outputs can name. */
import {
  listFields,
  listingJson,
  listingMarkdown,
  listingNames,
  listingNamesJson,
  listingText,
  type ListedClass,
} from '../fields/listing.js';
import type { Arguments } from './arguments.js';
import type { ListFormat } from './list-format.js';

export type Listing =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** @param sources the event sources that there are */
export function fieldListing(
  { list, namesOnly, verbose }: Pick<Arguments, 'list' | 'namesOnly' | 'verbose'>,
  format: ListFormat,
  sources: readonly string[],
): Listing {
  const only = list === '' ? null : list;
  if (only !== null && !sources.includes(only))
    return { ok: false, message: 'Value for --list must be a valid source type' };
  const classes = listFields(sources, only);
  return {
    ok: true,
    text: namesOnly ? names(classes, format) : listing(classes, format, verbose),
  };
}

function names(classes: readonly ListedClass[], format: ListFormat): string {
  return format === 'json' ? listingNamesJson(classes) : listingNames(classes);
}

function listing(classes: readonly ListedClass[], format: ListFormat, verbose: boolean): string {
  switch (format) {
    case 'text':
      return listingText(classes, verbose);
    case 'markdown':
      return listingMarkdown(classes);
    case 'json':
      return listingJson(classes);
  }
}
