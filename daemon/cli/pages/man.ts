/** The man page falco(8), in the man macros of roff. */
import { FLAGS } from '../flags.js';
import { GONE_FLAGS } from '../gone-flags.js';
import { wrap } from '../help.js';
import { goneName, optionArgument, optionNames } from './option-text.js';
import { DESCRIPTION, ENVIRONMENT, EXIT_CODES, FILES, SIGNALS, SUMMARY, type Entry } from './texts.js';

const WIDTH = 78;

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

function entries(list: readonly Entry[]): readonly string[] {
  return list.flatMap(([term, text]) => ['.TP', `.B ${escaped(term)}`, ...lines(text)]);
}

/** `[=SOURCE]`: what is in capitals is to be replaced. */
function argument(text: string): string {
  return escaped(text).replace(/[A-Z]+/g, '\\fI$&\\fR');
}

/** Lines of text: none must begin like a request. */
function lines(text: string): readonly string[] {
  return wrap(escaped(text), WIDTH).map(line => (/^[.']/.test(line) ? `\\&${line}` : line));
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq').replaceAll('…', '...');
}
