/** The fields for people to read: what --list prints (reference/falco/cli.md, 2.9). */
import type { FieldArgumentRule, FieldRow } from './field.js';
import { CLASS_DESCRIPTIONS, FIELD_DESCRIPTIONS } from './tables/descriptions.js';
import { fieldTable } from './tables/fields.js';

export interface ListedField {
  readonly name: string;
  /** `CHARBUF`, `LIST(CHARBUF)`. */
  readonly type: string;
  readonly description: string;
  readonly row: FieldRow;
}

export interface ListedClass {
  readonly name: string;
  readonly scope: string;
  readonly description: string;
  readonly sources: readonly string[];
  readonly fields: readonly ListedField[];
}

const LEFT = 30;
const WIDTH = 120;
const RULE = '-'.repeat(31);

/**
 * The classes with the fields that listings show.
 *
 * @param sources the event sources that there are
 * @param only list the fields of this source alone; null: of all
 */
export function listFields(sources: readonly string[], only: string | null = null): readonly ListedClass[] {
  const names = [...new Set(fieldTable.map(row => row.class))];
  return names
    .map(name => listedClass(name, sources))
    .filter(({ fields, sources: theirs }) => {
      return fields.length > 0 && (only === null ? theirs.length > 0 : theirs.includes(only));
    });
}

function listedClass(name: string, sources: readonly string[]): ListedClass {
  const description = CLASS_DESCRIPTIONS[name]!;
  const rows = fieldTable.filter(row => row.class === name);
  return {
    name: description.name,
    scope: description.scope,
    description: description.text,
    sources: sources.filter(source => rows[0]!.source === 'any' || rows[0]!.source === source),
    fields: rows.filter(row => row.listed && name !== 'util').map(listedField),
  };
}

function listedField(row: FieldRow): ListedField {
  const type = row.list ? `LIST(${row.type})` : row.type;
  return { name: row.name, type, description: FIELD_DESCRIPTIONS[row.name]!, row };
}

function isRequired({ required, listedRequired }: FieldArgumentRule): boolean {
  return required || listedRequired === true;
}

/** What is special about a field, in the order that it is listed in. */
function tags(row: FieldRow): readonly string[] {
  const all: [string, boolean][] = [
    ['ARG_ALLOWED', row.arg !== null && !isRequired(row.arg)],
    ['ARG_INDEX', row.arg?.index === true],
    ['ARG_KEY', row.arg !== null && (row.arg.key || row.arg.dot)],
    ['ARG_REQUIRED', row.arg !== null && isRequired(row.arg)],
    ['EPF_IS_LIST', row.list],
    ['EPF_NO_RHS', row.flags.includes('no_rhs')],
    ['EPF_NO_TRANSFORMER', row.flags.includes('no_transformer')],
    ['FILTER_ONLY', row.flags.includes('filter_only')],
  ];
  return all.filter(([, applies]) => applies).map(([tag]) => tag);
}

/** Words in the right-hand block, each followed by a blank; lines after the first are indented. */
export function wrapped(text: string, left = LEFT, width = WIDTH): string {
  let column = left;
  let block = '';
  for (const word of text.split(/\s+/)) {
    if (column > left && column + word.length + 1 > width) {
      block += `\n${' '.repeat(left)}`;
      column = left;
    }
    block += `${word} `;
    column += word.length + 1;
  }
  return block;
}

function entry(left: string, text: string): string {
  const start = left.length >= LEFT ? `${left}\n${' '.repeat(LEFT)}` : left.padEnd(LEFT);
  return `${start}${wrapped(text)}\n`;
}

function fieldEntry(field: ListedField, verbose: boolean): string {
  const special = tags(field.row);
  const prefix = special.length === 0 ? '' : `(${special.join(',')}) `;
  const type = verbose ? `(Type: ${field.type}) ` : '';
  return entry(field.name, `${type}${prefix}${field.description}`);
}

/** As plain text. */
export function listingText(classes: readonly ListedClass[], verbose = false): string {
  return classes
    .map(({ name, scope, description, sources, fields }) => {
      const title = scope === '' ? name : `${name} (${scope})`;
      const head = `${RULE}\n${entry('Field Class:', title)}${entry('Description:', description)}`;
      const body = fields.map(field => fieldEntry(field, verbose)).join('');
      return `${head}${entry('Event Sources:', sources.join(' '))}\n${body}\n`;
    })
    .join('');
}

/** As Markdown. */
export function listingMarkdown(classes: readonly ListedClass[]): string {
  return classes
    .map(({ name, description, sources, fields }) => {
      const head = `## Field Class: ${name}\n\n${description}\n\nEvent Sources: ${sources.join(' ')} \n\n`;
      const rows = fields.map(field => `\`${field.name}\` | ${field.type} | ${field.description}\n`);
      return `${head}Name | Type | Description\n:----|:-----|:-----------\n${rows.join('')}\n`;
    })
    .join('');
}

/** As JSON. */
export function listingJson(classes: readonly ListedClass[]): string {
  const fieldclasses = classes.map(({ name, description, sources, fields }) => ({
    desc: description,
    event_sources: sources,
    fields: fields.map(field => ({
      argument: argumentJson(field.row),
      desc: field.description,
      is_list: field.row.list,
      name: field.name,
      type: field.row.type,
    })),
    name,
  }));
  return `${JSON.stringify({ fieldclasses })}\n`;
}

function argumentJson({ arg }: FieldRow): unknown {
  if (arg === null) return null;
  const type = [...(arg.index ? ['INDEX'] : []), ...(arg.key || arg.dot ? ['KEY'] : [])];
  return { required: isRequired(arg), type };
}

/** The names alone, one a line. */
export function listingNames(classes: readonly ListedClass[]): string {
  return namesOf(classes)
    .map(name => `${name}\n`)
    .join('');
}

/** The names alone, as JSON. */
export function listingNamesJson(classes: readonly ListedClass[]): string {
  return `${JSON.stringify({ fieldnames: namesOf(classes) })}\n`;
}

function namesOf(classes: readonly ListedClass[]): readonly string[] {
  return classes.flatMap(({ fields }) => fields.map(({ name }) => name));
}
