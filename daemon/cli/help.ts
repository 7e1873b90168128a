/** The text of --help, from the flag table. */
import { FLAGS, type Flag } from './flags.js';

const WIDTH = 100;
const INDENT = 28;

export function helpText(): string {
  return [
    'Falco - watches what programs ask of the kernel, and raises alerts by rules',
    '',
    'Usage:',
    '  falco [OPTION...]',
    '',
    ...Object.values(FLAGS).flatMap(row),
    '',
  ].join('\n');
}

function row(flag: Flag): readonly string[] {
  const short = flag.short === '' ? '   ' : `-${flag.short}${flag.long === '' ? '' : ','}`;
  const long = flag.long === '' ? '' : ` --${flag.long}`;
  const argument =
    flag.argument === '' ? '' : flag.kind === 'optional' ? `[=${flag.argument}]` : ` ${flag.argument}`;
  const head = `  ${short}${long}${argument}`;
  const [first = '', ...more] = wrap(flag.meaning, WIDTH - INDENT);
  const lines = head.length < INDENT ? [head.padEnd(INDENT) + first] : [head, ' '.repeat(INDENT) + first];
  return [...lines, ...more.map(line => ' '.repeat(INDENT) + line)];
}

/** Lines of at most `width` characters, broken between words. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
