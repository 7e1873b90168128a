/**
 * Exceptions of rules: checked, merged by name, and turned into condition text. Values go into the text before lists
 * are resolved, so that the name of a list stands for its items.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { LIST_OPERATORS, MODIFIERS, NUMBER_OPERATORS, STRING_OPERATORS } from '../filter/tree.js';
import { diagnose } from './codes.js';
import { fieldHint, operatorHint } from './hint.js';
import type { ExceptionItem } from './item.js';
import { joined, mapped, standIn, type MappedText } from './mapped-text.js';
import type { Findings } from './reader.js';
import { inPlace, type Place } from './source-file.js';
import type { YamlNode, YamlScalar } from './yaml.js';

export interface Exception {
  readonly name: string;
  readonly fields: readonly YamlScalar[];
  /** One for each field. */
  readonly comps: readonly MappedText[];
  /** `fields` is one name, and each value stands for it alone. */
  readonly single: boolean;
  readonly values: readonly YamlNode[];
  readonly place: Place;
}

/** The fields of an event source. */
export interface SourceFields {
  readonly source: string;
  /** Whether there is a field, or a transformer over fields, of that text. */
  readonly has: (text: string) => boolean;
}

const SIMPLE: ReadonlySet<string> = new Set([...NUMBER_OPERATORS, ...STRING_OPERATORS, ...LIST_OPERATORS]);
const LISTS: ReadonlySet<string> = new Set(LIST_OPERATORS);
const STRINGS: ReadonlySet<string> = new Set(STRING_OPERATORS);
const WITH_MODIFIER: ReadonlySet<string> = new Set(MODIFIERS);

const SINGLE_COMPS =
  'When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier operator ' +
  '(e.g. startswith oneof)';

function hasModifier(operator: string): boolean {
  const [base, modifier, ...rest] = operator.trim().split(/\s+/);
  return rest.length === 0 && STRINGS.has(base ?? '') && WITH_MODIFIER.has(modifier ?? '');
}

const takesList = (operator: string): boolean => LISTS.has(operator) || hasModifier(operator);
const isList = <T>(value: readonly T[] | T | null): value is readonly T[] => Array.isArray(value);

/** The exceptions of a rule that is defined, or whose exceptions are replaced. */
export function defineExceptions(
  items: readonly ExceptionItem[],
  sourceFields: SourceFields,
  findings: Findings,
): readonly Exception[] {
  const exceptions: Exception[] = [];
  for (const item of items) {
    const exception = check(item, sourceFields, 'Rule exception item', findings.errors);
    if (exception === null) continue;
    if (exceptions.some(({ name }) => name === item.name)) {
      const message = `Multiple definitions of exception '${item.name}' in the same rule`;
      findings.warnings.push(diagnose('LOAD_EXCEPTION_NAME_NOT_UNIQUE', message, item.place));
    }
    exceptions.push(exception);
  }
  return exceptions;
}

/** What a rule's exceptions become when `items` are appended: values go to the exception of the same name. */
export function appendExceptions(
  present: readonly Exception[],
  items: readonly ExceptionItem[],
  sourceFields: SourceFields,
  findings: Findings,
): readonly Exception[] {
  const exceptions = [...present];
  const wrong = (message: string, place: Place): void => {
    findings.errors.push(diagnose('LOAD_ERR_VALIDATE', message, place));
  };
  for (const item of items) {
    const index = exceptions.findIndex(({ name }) => name === item.name);
    const known = exceptions[index];
    if (known === undefined) {
      const exception = check(item, sourceFields, 'Rule exception', findings.errors);
      if (exception === null) continue;
      if (item.hasValues) exceptions.push(exception);
      else wrong('Rule exception must have values property with a list of values', item.place);
    } else if (item.fields !== null) {
      wrong('Can not append exception fields to existing exception, only values', item.place);
    } else if (item.comps !== null) {
      wrong('Can not append exception comps to existing exception, only values', item.place);
    } else if (!item.hasValues) {
      const message = 'Overriding/appending exception with no values';
      findings.warnings.push(diagnose('LOAD_APPEND_NO_VALUES', message, item.place));
    } else {
      exceptions[index] = { ...known, values: [...known.values, ...(item.values?.items ?? [])] };
    }
  }
  return exceptions;
}

function check(
  item: ExceptionItem,
  sourceFields: SourceFields,
  subject: string,
  errors: Diagnostic[],
): Exception | null {
  const { name, fields, comps, values, place } = item;
  const wrong = (message: string, at = place, hint?: string): null => {
    errors.push(diagnose('LOAD_ERR_VALIDATE', message, at, hint));
    return null;
  };
  if (fields === null || (isList(fields) && fields.length === 0)) {
    return wrong(`${subject} must have fields property with a list of fields`);
  }
  const single = !isList(fields);
  const names = single ? [fields] : fields;
  if (single && isList(comps)) return wrong('Fields and comps must both be strings');
  const given = comps === null ? names.map(() => null) : isList(comps) ? comps : [comps];
  if (!single && (given.length !== names.length || (comps !== null && !isList(comps)))) {
    return wrong('Fields and comps lists must have equal length');
  }
  for (const comp of given) {
    if (comp === null) continue;
    const at = inPlace(place, 'value for', 'comps', comp);
    if (single) {
      if (!takesList(comp.text)) return wrong(SINGLE_COMPS, at);
    } else if (!SIMPLE.has(comp.text) && !hasModifier(comp.text)) {
      return wrong(`'${comp.text}' is not a supported comparison operator`, at, operatorHint(comp.text));
    }
  }
  for (const field of names) {
    if (sourceFields.has(field.text)) continue;
    return wrong(
      `'${field.text}' is not a supported filter field`,
      inPlace(place, 'value for', 'fields', field),
      fieldHint(field.text, sourceFields.source),
    );
  }
  const operators = given.map((comp, index) =>
    comp === null ? standIn(single ? 'in' : '=', names[index]!) : mapped(comp),
  );
  return { name, fields: names, comps: operators, single, values: values?.items ?? [], place };
}

/**
 * Condition text of a rule with its exceptions; errors of values are noted. Exceptions without values change nothing.
 */
export function withExceptions(
  condition: MappedText,
  exceptions: readonly Exception[],
  rule: Place,
  errors: Diagnostic[],
): MappedText {
  const parts: MappedText[] = [];
  for (const exception of exceptions) {
    if (exception.values.length === 0) continue;
    const text = exception.single ? singleText(exception, rule, errors) : listText(exception, rule, errors);
    if (text !== null) parts.push(near(' and not ', text), text);
  }
  if (parts.length === 0) return condition;
  return joined([near('(', condition), condition, near(')', condition), ...parts]);
}

/** `(field in (a, b))` */
function singleText(exception: Exception, rule: Place, errors: Diagnostic[]): MappedText | null {
  const [field] = exception.fields as [YamlScalar];
  const values: YamlScalar[] = [];
  for (const value of exception.values) {
    if (value.kind !== 'scalar') return notStrings(exception, value, rule, errors);
    values.push(value);
  }
  const head = [standIn('(', field), mapped(field), standIn(' ', field), exception.comps[0]!];
  return joined([...head, standIn(' ', field), sequence(values, field), standIn(')', field)]);
}

/** `((field1 = a and field2 in (b, c)) or (…))` */
function listText(exception: Exception, rule: Place, errors: Diagnostic[]): MappedText | null {
  const [first] = exception.fields as [YamlScalar];
  const rows: MappedText[] = [];
  for (const row of exception.values) {
    if (row.kind !== 'sequence') return notStrings(exception, row, rule, errors);
    if (row.items.length !== exception.fields.length) {
      const place = inPlace(
        exception.place,
        'exception values',
        exception.name,
        row,
        fileOf(row) ?? rule.file,
      );
      errors.push(diagnose('LOAD_ERR_VALIDATE', 'Fields and values lists must have equal length', place));
      return null;
    }
    const checks: MappedText[] = [];
    for (const [index, value] of row.items.entries()) {
      const field = exception.fields[index]!;
      const comp = exception.comps[index]!;
      const rendered = valueText(value, comp.text, field);
      if (rendered === null) return notStrings(exception, value, rule, errors);
      if (checks.length > 0) checks.push(near(' and ', rendered));
      checks.push(mapped(field), standIn(' ', field), comp, near(' ', rendered), rendered);
    }
    if (rows.length > 0) rows.push(near(' or ', checks[0]!));
    rows.push(near('(', checks[0]!), ...checks, near(')', checks[0]!));
  }
  return joined([standIn('(', first), ...rows, standIn(')', first)]);
}

function valueText(value: YamlNode, operator: string, field: YamlScalar): MappedText | null {
  if (value.kind === 'sequence') {
    const items = value.items.filter(item => item.kind === 'scalar');
    return items.length === value.items.length ? sequence(items, field) : null;
  }
  if (value.kind !== 'scalar') return null;
  if (!takesList(operator)) return quotedScalar(value);
  if (value.text.startsWith('(')) return mapped(value);
  return joined([standIn('(', value), mapped(value), standIn(')', value)]);
}

function sequence(values: readonly YamlScalar[], field: YamlScalar): MappedText {
  const items = values.flatMap((value, index) =>
    index === 0 ? [quotedScalar(value)] : [standIn(', ', value), quotedScalar(value)],
  );
  const place = values[0] ?? field;
  return joined([standIn('(', place), ...items, standIn(')', place)]);
}

function quotedScalar(scalar: YamlScalar): MappedText {
  const text = quoteBlanks(scalar.text);
  return text === scalar.text
    ? mapped(scalar)
    : joined([standIn('"', scalar), mapped(scalar), standIn('"', scalar)]);
}

/** A value with blanks in it, as a string in quotes, unless it is one already. */
export function quoteBlanks(text: string): string {
  return text.includes(' ') && !/^["']/.test(text) ? `"${text}"` : text;
}

function near(text: string, other: MappedText): MappedText {
  return standIn(text, other.pieces[0]!.scalar);
}

function notStrings(exception: Exception, value: YamlNode, rule: Place, errors: Diagnostic[]): null {
  const place = inPlace(exception.place, 'exception value', '', value, fileOf(value) ?? rule.file);
  errors.push(diagnose('LOAD_ERR_VALIDATE', 'Expected values array to contain a list of strings', place));
  return null;
}

function fileOf(node: YamlNode): Place['file'] | null {
  if (node.kind === 'scalar') return node.file;
  const inner = node.kind === 'sequence' ? node.items : node.entries.map(entry => entry.key);
  for (const item of inner) {
    const file = fileOf(item);
    if (file !== null) return file;
  }
  return null;
}
