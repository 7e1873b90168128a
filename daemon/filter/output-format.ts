/**
 * Output formats: text with `%fields` in it, compiled once for a rule, filled in for each alert.
 * (reference/falco/rules.md 3.4)
 */
import { toByteString, type ByteString } from '../events/byte-string.js';
import { canonical } from '../events/integer.js';
import type { FieldValue } from '../fields/field.js';
import type { EventView } from '../state/event.js';
import type { FilterContext } from './context.js';
import { nextToken, type OutputToken } from './output-token.js';
import { MISSING, plain, render, type Rendering } from './render.js';
import { bindSource } from './source.js';
import { isLateSource, type IsLate } from './partial.js';
import { printOperand } from './print.js';
import type { Operand } from './tree.js';
import type { Source } from './typed.js';

export interface OutputFormat {
  /** The text for an event; what is not there reads `<NA>`. */
  readonly message: (evt: EventView) => ByteString;
  /** Values by field as written, for JSON: numbers where they print as decimals, null for what is not there. */
  readonly values: (evt: EventView) => Record<string, FieldValue>;
  /** Keys of `values`, in order of appearance, each once. */
  readonly fields: readonly string[];
  /** Whether any of it is known only later. */
  readonly isLate: (isLate: IsLate) => boolean;
  /** Reads what is known now; the result reads the rest, from a view that has the late fields. */
  readonly begin: (evt: EventView, isLate: IsLate) => (later: EventView) => FilledOutput;
}

/** An output for one event. */
export interface FilledOutput {
  readonly message: ByteString;
  readonly values: Record<string, FieldValue>;
}

export interface OutputOptions {
  /** `values` has the results of transformers too, not only the fields that they read. */
  readonly transformed?: boolean;
  /** Byte buffers are written in base64 (`buffer_format_base64`). */
  readonly base64?: boolean;
}

export type CompiledOutput =
  | { readonly ok: true; readonly format: OutputFormat }
  | {
      readonly ok: false;
      readonly message: string;
      /** Of the offending `%`, in characters. */
      readonly offset: number;
    };

/** A source as outputs read it. */
interface Column {
  readonly source: Source | null;
  readonly extract: (evt: EventView) => FieldValue;
  readonly rendering: Rendering;
}

/** What stands between literal texts. `width` pads with blanks or cuts off; 0 does neither. */
interface Slot extends Column {
  readonly width: number;
}

type Piece = ByteString | Slot;

/** Fields of time are nanoseconds since the epoch in JSON, whatever their text. */
const TIMES: ReadonlySet<string> = new Set([
  'evt.time',
  'evt.time.s',
  'evt.time.iso8601',
  'evt.datetime',
  'evt.datetime.s',
]);

const TIME: Column = {
  source: null,
  extract: evt => canonical(evt.record.time()),
  rendering: { type: 'UINT64', fmt: 'dec' },
};

/** Compiles an output text. Nothing has to be there for an event: `%` cannot be escaped, though. */
export function compileOutput(
  format: string,
  context: FilterContext,
  options: OutputOptions = {},
): CompiledOutput {
  const base64 = options.base64 === true;
  const pieces: Piece[] = [];
  const columns = new Map<string, Column>();
  const seen = new Set<Operand>();
  let literal = '';
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf('%', at);
    literal += format.slice(at, percent < 0 ? format.length : percent);
    if (percent < 0) break;
    const token = nextToken(format, percent, context.fields);
    if (!token.ok) return { ok: false, message: token.message, offset: percent };
    if (literal !== '') pieces.push(toByteString(literal));
    literal = '';
    pieces.push({ ...column(token.source, base64), width: token.width });
    if (!seen.has(token.operand)) addColumns(token, columns, context, options);
    seen.add(token.operand);
    at = token.end;
  }
  if (literal !== '') pieces.push(toByteString(literal));
  return { ok: true, format: outputFormat(pieces, columns) };
}

/** How a source is read for output. */
function column(source: Source, base64: boolean): Column {
  const { fields, type, extract, text } = source;
  const [field] = fields;
  const direct = field !== undefined && field.text === text;
  return {
    source,
    extract,
    rendering: { type, fmt: direct ? field.row.fmt : 'dec', base64 },
  };
}

/** The keys that a token brings: its fields, and where that is wanted the results of its transformers. */
function addColumns(
  token: OutputToken,
  columns: Map<string, Column>,
  context: FilterContext,
  options: OutputOptions,
): void {
  const visit = (operand: Operand, inChain: boolean): void => {
    if (operand.kind === 'field' || (options.transformed === true && !inChain)) {
      const bound = bindSource(operand, context.fields);
      if (!bound.ok) throw new Error(`an operand of a good token is bad: ${bound.message}`);
      const [field] = bound.source.fields;
      const isTime = operand.kind === 'field' && field !== undefined && TIMES.has(field.row.name);
      const read = column(bound.source, options.base64 === true);
      const key = toByteString(operand.kind === 'field' ? (field?.text ?? '') : printOperand(operand));
      columns.set(key, isTime ? TIME : read);
    }
    if (operand.kind === 'field') return;
    const inner = operand.arguments.flatMap(argument =>
      argument.kind === 'transformer-list' ? argument.items : [argument],
    );
    // Of transformers around each other only the outermost result counts; beside each other, that of the first.
    const chain = operand.arguments.length === 1;
    inner.forEach((item, index) => {
      if (item.kind !== 'value') visit(item, chain || (index > 0 && inner[index - 1]!.kind !== 'value'));
    });
  };
  visit(token.operand, false);
}

function fit(text: ByteString, width: number): ByteString {
  return width === 0 ? text : text.slice(0, width).padEnd(width, ' ');
}

const filled = ({ extract, rendering, width }: Slot, evt: EventView): ByteString =>
  fit(render(extract(evt), rendering) ?? MISSING, width);

const comesLate = ({ source }: Column, isLate: IsLate): boolean =>
  source !== null && isLateSource(source, isLate);

function outputFormat(pieces: readonly Piece[], columns: ReadonlyMap<string, Column>): OutputFormat {
  const message = (evt: EventView, from: readonly Piece[]): ByteString => {
    let text = '';
    evt.printing = true;
    for (const piece of from) text += typeof piece === 'string' ? piece : filled(piece, evt);
    evt.printing = false;
    return text;
  };
  const values = (evt: EventView, from: Iterable<readonly [string, Column]>): Record<string, FieldValue> => {
    const found: Record<string, FieldValue> = {};
    evt.printing = true;
    for (const [key, { extract, rendering }] of from) found[key] = plain(extract(evt), rendering);
    evt.printing = false;
    return found;
  };
  return {
    message: evt => message(evt, pieces),
    values: evt => values(evt, columns),
    fields: [...columns.keys()],
    isLate: isLate =>
      pieces.some(piece => typeof piece !== 'string' && comesLate(piece, isLate)) ||
      [...columns.values()].some(column => comesLate(column, isLate)),
    begin: (evt, isLate) => {
      evt.printing = true;
      const begun = pieces.map(piece =>
        typeof piece === 'string' || comesLate(piece, isLate) ? piece : filled(piece, evt),
      );
      evt.printing = false;
      const late = [...columns].filter(([, column]) => comesLate(column, isLate));
      // With every key, so that those of the late ones are in their places.
      const known = values(evt, columns);
      return later => ({ message: message(later, begun), values: { ...known, ...values(later, late) } });
    },
  };
}
