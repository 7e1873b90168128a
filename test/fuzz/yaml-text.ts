/** Nodes as YAML text, in all the ways in which YAML can be written; here and there in a way in which it cannot. */
import type { Choices } from '../support/choices.js';

export type Piece =
  | { readonly kind: 'scalar'; readonly text: string }
  /** Goes into the text as it is. */
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'sequence'; readonly items: readonly Piece[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Piece])[] };

export const scalar = (text: string): Piece => ({ kind: 'scalar', text });
export const raw = (text: string): Piece => ({ kind: 'raw', text });
export const sequence = (items: readonly Piece[]): Piece => ({ kind: 'sequence', items });
export const map = (entries: readonly (readonly [string, Piece])[]): Piece => ({ kind: 'map', entries });

const PLAIN = /^[\w/.(][^:#\n"'{}[\],&*!|>@`]*$/;
const BLOCKS = ['|', '>', '>-', '|+'] as const;
const BAD_BLOCKS = ['|2', '>1', '|9', '>x', '| x'] as const;
const TAGS = ['!!str ', '!!int ', '!!binary ', '!x ', '!!null ', '!!set ', '&a ', '&b '] as const;

/** A node behind `key:` or `-`, which stand `indent` columns in: begins on the same line. */
function behind(piece: Piece, indent: number, choices: Choices): string {
  const decoration = choices.slip(60) ? choices.pick(TAGS) : '';
  const flow = choices.oneIn(4) || (piece.kind === 'sequence' && piece.items.length === 0);
  switch (piece.kind) {
    case 'scalar':
      return ` ${decoration}${scalarText(piece.text, indent, choices)}\n`;
    case 'raw':
      return ` ${decoration}${piece.text}\n`;
    default:
      if (flow) return ` ${decoration}${flowText(piece, choices)}\n`;
      return `${decoration === '' ? '' : ` ${decoration}`}\n${blockText(piece, indent + 2, choices)}`;
  }
}

/** Lines of a sequence or map, `indent` columns in. */
function blockText(piece: Piece, indent: number, choices: Choices): string {
  const margin = ' '.repeat(indent);
  if (piece.kind === 'sequence') {
    return piece.items
      .map(item => {
        const inner = behind(item, indent, choices);
        // The first key of a map stands on the line of its dash.
        return `${margin}-${inner.replace(/^\n *(?=\S)/, ' ')}`;
      })
      .join('');
  }
  if (piece.kind === 'map') {
    return piece.entries
      .map(([key, value]) => `${margin}${keyText(key, choices)}:${behind(value, indent, choices)}`)
      .join('');
  }
  return `${margin}${behind(piece, indent, choices)}`;
}

function keyText(key: string, choices: Choices): string {
  return choices.slip(60) ? JSON.stringify(key) : key;
}

function flowText(piece: Piece, choices: Choices): string {
  switch (piece.kind) {
    case 'scalar':
      return /^[\w./]+$/.test(piece.text) && !choices.oneIn(3) ? piece.text : quoted(piece.text, choices);
    case 'raw':
      return piece.text;
    case 'sequence':
      return `[${piece.items.map(item => flowText(item, choices)).join(', ')}]`;
    case 'map':
      return `{${piece.entries.map(([key, value]) => `${key}: ${flowText(value, choices)}`).join(', ')}}`;
  }
}

function quoted(text: string, choices: Choices): string {
  return choices.oneIn(2) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
}

function scalarText(text: string, indent: number, choices: Choices): string {
  if (text.includes(' ') ? choices.oneIn(4) : choices.slip(40)) return blockScalar(text, indent, choices);
  if (PLAIN.test(text) ? !choices.oneIn(4) : choices.slip(40)) {
    // A plain scalar may go on in the next line.
    return choices.oneIn(8) ? text.replaceAll(' and ', `\n${' '.repeat(indent + 3)}and `) : text;
  }
  return quoted(text, choices);
}

function blockScalar(text: string, indent: number, choices: Choices): string {
  const margin = ' '.repeat(indent + 2);
  const lines = text.replaceAll(choices.pick([' and ', ' or ', ', ']), match => `${match.trimEnd()}\n`);
  return `${choices.pick(choices.slip(30) ? BAD_BLOCKS : BLOCKS)}\n${lines
    .split('\n')
    .map(line => margin + line)
    .join('\n')}`;
}

/** A document. */
export function yamlText(piece: Piece, choices: Choices): string {
  return piece.kind === 'sequence' && choices.oneIn(12)
    ? `${flowText(piece, choices)}\n`
    : blockText(piece, 0, choices);
}
