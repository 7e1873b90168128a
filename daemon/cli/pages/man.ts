/** The man page falco(8), in the man macros of roff. */
import { FLAGS } from '../flags.js';
import { GONE_FLAGS } from '../gone-flags.js';
import { goneName, optionArgument, optionNames } from './option-text.js';
import { argument, entries, escaped, lines } from './roff.js';
import { DESCRIPTION, ENVIRONMENT, EXIT_CODES, FILES, SIGNALS, SUMMARY } from './texts.js';

/** @param version of falco @param date of the page, as 2024-12-31 @returns the page, with a newline at its end */
export function manPage(version: string, date: string): string {
  return [
    `.TH FALCO 8 "${date}" "falco ${version}" "System administration"`,
    '.SH NAME',
    `falco \\- ${escaped(SUMMARY)}`,
    '.SH SYNOPSIS',
    '.B falco',
    '.RI [ option ...]',
    '.SH DESCRIPTION',
    ...DESCRIPTION.flatMap((text, i) => [...(i > 0 ? ['.PP'] : []), ...lines(text)]),
    '.SH OPTIONS',
    ...Object.values(FLAGS).flatMap(flag => {
      const names = optionNames(flag).map(name => `\\fB${escaped(name)}\\fR`);
      return ['.TP', `${names.join(', ')}${argument(optionArgument(flag))}`, ...lines(flag.meaning)];
    }),
    '.SS Options of earlier releases',
    ...GONE_FLAGS.flatMap(({ names, argument: word, instead, kind }) => {
      const written = names.map(name => `\\fB${escaped(goneName(name))}\\fR`).join(', ');
      const state = {
        run: 'Works',
        'list-events': 'Works',
        ignore: 'Ignored',
        refuse: 'Refused',
        never: 'Never was an option',
      }[kind];
      return [
        '.TP',
        `${written}${word === '' ? '' : argument(` ${word}`)}`,
        ...lines(`${state}: ${instead}.`),
      ];
    }),
    '.SH SIGNALS',
    ...entries(SIGNALS),
    '.SH EXIT STATUS',
    ...entries(EXIT_CODES),
    '.SH ENVIRONMENT',
    ...entries(ENVIRONMENT),
    '.SH FILES',
    ...entries(FILES),
    '',
  ].join('\n');
}
