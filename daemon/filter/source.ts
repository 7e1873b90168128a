/** Binds operands of the syntax tree to what gives their values: fields, and transformers over them. */
import { toText } from '../events/byte-string.js';
import type { Span } from '../diagnostics/diagnostic.js';
import type { FieldBinder } from './context.js';
import { printOperand } from './print.js';
import { quote } from './escape.js';
import { transformerRow } from './transformers/table.js';
import type { Argument } from './transformers/transformer.js';
import type { Field, Operand, Transformer, TransformerArgument, Value } from './tree.js';
import type { Source } from './typed.js';

export type BoundSource =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly message: string; readonly span: Span };

type BoundArgument =
  { readonly ok: true; readonly argument: Argument } | (BoundSource & { readonly ok: false });

/** Binds a field or a transformer. */
export function bindSource(operand: Operand, binder: FieldBinder): BoundSource {
  return operand.kind === 'field' ? bindFieldSource(operand, binder) : bindTransformer(operand, binder);
}

function bindFieldSource(operand: Field, binder: FieldBinder): BoundSource {
  const argument = operand.argument === null ? null : toText(operand.argument);
  const bound = binder.bind(operand.name, argument);
  if (!bound.ok) return { ok: false, message: bound.message, span: operand.span };
  const { field } = bound;
  const { type, list, candidates, extract, cost } = field;
  const text = printOperand(operand);
  return { ok: true, source: { text, key: text, type, list, fields: [field], candidates, extract, cost } };
}

function bindTransformer(operand: Transformer, binder: FieldBinder): BoundSource {
  const { name, span } = operand;
  const fail = (message: string, at = span): BoundSource => ({ ok: false, message, span: at });
  const row = name === 'val' ? null : transformerRow(name);
  if (row === undefined) return fail(`unknown field transfomer '${String(name)}'`);
  if (operand.argument !== null && row?.bracket !== true)
    return fail(`filter error: transformer '${name}' does not support field arguments`);
  const args: Argument[] = [];
  for (const argument of operand.arguments) {
    const bound = bindArgument(argument, binder);
    if (!bound.ok) return bound;
    args.push(bound.argument);
  }
  const sources = args.flatMap(argument => (argument.kind === 'list' ? argument.items : [argument.source]));
  if (row === null)
    return args.length === 1 ? { ok: true, source: sources[0]! } : fail('val() requires exactly 1 argument');
  const fields = sources.flatMap(source => source.fields);
  const closed = fields.find(field => field.row.flags.includes('no_transformer'));
  if (closed !== undefined) return fail(`field '${closed.text}' does not support transformers`);
  const built = row.build(args, operand.argument);
  if (!built.ok) return fail(built.message);
  const keys = args.map(argument =>
    argument.kind === 'list' ? `(${argument.items.map(item => item.key).join()})` : argument.source.key,
  );
  const key = `${name}(${keys.join()})[${JSON.stringify(operand.argument)}]`;
  const cost = 1 + sources.reduce((sum, source) => sum + source.cost, 0);
  return {
    ok: true,
    source: { ...built.outcome, text: printOperand(operand), key, fields, candidates: null, cost },
  };
}

function bindArgument(argument: TransformerArgument, binder: FieldBinder): BoundArgument {
  if (argument.kind !== 'transformer-list') {
    const bound = bindItem(argument, binder);
    return bound.ok ? { ok: true, argument: { kind: 'source', source: bound.source } } : bound;
  }
  const items: Source[] = [];
  for (const item of argument.items) {
    const bound = bindItem(item, binder);
    if (!bound.ok) return bound;
    items.push(bound.source);
  }
  return { ok: true, argument: { kind: 'list', items } };
}

function bindItem(item: Operand | Value, binder: FieldBinder): BoundSource {
  if (item.kind !== 'value') return bindSource(item, binder);
  const { value } = item;
  const extract = (): string => value;
  const text = quote(value);
  const key = JSON.stringify(value);
  return {
    ok: true,
    source: { text, key, type: 'CHARBUF', list: false, fields: [], candidates: null, extract, cost: 0 },
  };
}
