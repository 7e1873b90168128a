/** Fields and events made up for tests of the filter room: a field's value is whatever the event says under its name. */
import type { BoundField, FieldFlag, FieldType, FieldValue, Scalar } from '../../../daemon/fields/field.js';
import type { FieldBinder, FilterContext } from '../../../daemon/filter/context.js';
import { compileCondition, type CompiledCondition } from '../../../daemon/filter/filter.js';
import { parseCondition } from '../../../daemon/filter/parse.js';
import { resolveMacros } from '../../../daemon/filter/resolve.js';
import { eventCatalog } from '../../../daemon/filter/source-context.js';
import type { EventView } from '../../../daemon/state/event.js';

export interface FakeField {
  readonly type: FieldType;
  readonly list?: boolean;
  /** The event gives candidates under this name. */
  readonly candidates?: boolean;
  readonly flags?: readonly FieldFlag[];
  readonly cost?: number;
}

export type FakeValues = Readonly<Record<string, FieldValue>>;

/** An event of type `code` with these field values. */
export function fakeEvent(code: number, values: FakeValues, time = 0n): EventView {
  return { record: { type: code, time: () => time }, values } as unknown as EventView;
}

function boundField(text: string, fake: FakeField): BoundField {
  const { type, list = false, flags = [], cost = 1 } = fake;
  const extract = (evt: EventView): FieldValue =>
    (evt as unknown as { values: FakeValues }).values[text] ?? null;
  const candidates = (evt: EventView): readonly Scalar[] => (extract(evt) as readonly Scalar[] | null) ?? [];
  const row = {
    name: text,
    class: 'fake',
    source: 'syscall',
    type,
    list,
    fmt: 'dec',
    arg: null,
    flags,
    listed: true,
  };
  return {
    row: row as BoundField['row'],
    text,
    type,
    list,
    candidates: fake.candidates === true ? candidates : null,
    extract,
    cost,
  };
}

export function fakeBinder(fields: Readonly<Record<string, FakeField>>): FieldBinder {
  const bind: FieldBinder['bind'] = (name, argument) => {
    const fake = fields[name];
    const text = argument === null ? name : `${name}[${argument}]`;
    return fake === undefined
      ? { ok: false, message: `filter_check called with nonexistent field ${text}` }
      : { ok: true, field: boundField(text, fake) };
  };
  return {
    bind,
    prefix: text => {
      const [found] = Object.keys(fields)
        .filter(name => text.startsWith(name))
        .sort((a, b) => b.length - a.length);
      if (found === undefined)
        return { ok: false, message: `filter_check called with nonexistent field ${text}` };
      const argument = /^\[([^\]]+)\]/.exec(text.slice(found.length));
      const bound = bind(found, argument?.[1] ?? null);
      return bound.ok ? { ...bound, length: found.length + (argument?.[0].length ?? 0) } : bound;
    },
  };
}

export function fakeContext(fields: Readonly<Record<string, FakeField>>): FilterContext {
  return { fields: fakeBinder(fields), events: eventCatalog };
}

/** Parses and compiles a condition; a syntax error comes back like an error of meaning. */
export function compileText(
  text: string,
  context: FilterContext,
  macros: Readonly<Record<string, string>> = {},
): CompiledCondition {
  const parsed = parseCondition(text);
  if (!parsed.ok) {
    const { message, position } = parsed;
    return { ok: false, message, span: { start: position, end: position }, macros: [] };
  }
  const resolved = resolveMacros(parsed.tree, name => {
    const body = macros[name];
    const tree = body === undefined ? null : parseCondition(body);
    return tree?.ok === true ? tree.tree : undefined;
  });
  if (!resolved.ok)
    return { ok: false, message: resolved.message, span: resolved.at.span, macros: resolved.within };
  return compileCondition(resolved.tree, context);
}
