/** The man page falco-attack-suite(8), of the table of options. */
import { argument, entries, escaped, lines } from '../../daemon/cli/pages/roff.js';
import { DESCRIPTION, EXIT_CODES, OPTIONS } from './arguments.js';

const MORE =
  'An alert counts when it is of the right rule and shows the right process, file and container. By default the suite starts a daemon of its own, with the installed configuration and rules, and with alerts that come to the suite alone; a falco that runs beside it sees the attacks as well.';

/** @param version of falco @param date of the page, as 2024-12-31 @returns the page, with a newline at its end */
export function suiteManPage(version: string, date: string): string {
  return [
    `.TH FALCO\\-ATTACK\\-SUITE 8 "${date}" "falco ${version}" "System administration"`,
    '.SH NAME',
    'falco\\-attack\\-suite \\- performs attacks, and looks whether falco sees them',
    '.SH SYNOPSIS',
    '.B falco\\-attack\\-suite',
    '.RI [ option ...]',
    '.RI [ attack ...]',
    '.SH DESCRIPTION',
    ...lines(DESCRIPTION),
    '.PP',
    ...lines(MORE),
    '.SH OPTIONS',
    ...OPTIONS.flatMap(([typed, meaning]) => [
      '.TP',
      `\\fB${argument(typed)}\\fR`,
      ...lines(sentence(meaning)),
    ]),
    '.SH EXIT STATUS',
    ...entries(EXIT_CODES.map(([code, when]) => [code, sentence(when)])),
    '.SH SEE ALSO',
    `.BR ${escaped('falco')} (8)`,
    '',
  ].join('\n');
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
