/** Results of loading as people and programs read them: the text of `falco -V`, and its JSON. */
import type { Diagnostic, Location } from '../diagnostics/diagnostic.js';
import { CODES, type Code } from './codes.js';
import type { FileResult } from './load.js';
import { caretLine, harmless } from './source-file.js';

/** The whole story of a file, with snippets and carets (rules.md 3.9). No newline at the end. */
export function resultText(result: FileResult): string {
  const parts = [heading(result), ...schemaWarnings(result).map(schemaBlock)];
  if (result.errors.length > 0) parts.push(block(result.errors, 'Errors'));
  if (result.warnings.length > 0) parts.push(block(result.warnings, 'Warnings'));
  if (result.notes.length > 0) parts.push(block(result.notes, 'Notes'));
  return parts.join('\n');
}

/** What the JSON schema says against a file: one thing, or nothing. */
export function schemaWarnings({ schema }: FileResult): readonly string[] {
  return schema.startsWith('failed') ? [schema] : [];
}

export function schemaBlock(warning: string): string {
  return ['1 Schema warnings:', '------', warning, '------'].join('\n');
}

function heading({ name, successful, warnings }: FileResult): string {
  if (!successful) return `${name}: Invalid`;
  return warnings.length > 0 ? `${name}: Ok, with warnings` : `${name}: Ok`;
}

function block(diagnostics: readonly Diagnostic[], title: string): string {
  return [`${String(diagnostics.length)} ${title}:`, ...diagnostics.map(diagnosticText)].join('\n');
}

/** One error or warning: the way to its place, the line with a caret, and what is wrong. */
export function diagnosticText(diagnostic: Diagnostic): string {
  const { code, message, locations, text, hint } = diagnostic;
  const way = locations.map(
    (location, index) => `${index === 0 ? 'In ' : '    '}${step(location)}: ${position(location)}`,
  );
  const lines = [...way, '------', text, caretLine(text, locations.at(-1)?.span.start.column ?? 0), '------'];
  lines.push(`${code} (${CODES[code as Code].short}): ${message}`);
  if (hint !== undefined) lines.push(`    ${hint}`);
  return harmless(lines.join('\n'));
}

function step({ itemType, itemName }: Location): string {
  return itemName === '' ? itemType : `${itemType} '${itemName}'`;
}

function position({ source, span }: Location): string {
  return `(${source}:${String(span.start.line)}:${String(span.start.column)})`;
}

/** One result as an object for JSON; the keys come in alphabetical order, as upstream prints them. */
export function resultJson(result: FileResult): Readonly<Record<string, unknown>> {
  return {
    errors: result.errors.map(diagnosticJson),
    name: result.name,
    ...(result.notes.length > 0 ? { notes: result.notes.map(diagnosticJson) } : {}),
    schema_valid: result.schema === 'ok',
    schema_warnings: schemaWarnings(result),
    successful: result.successful,
    warnings: result.warnings.map(diagnosticJson),
  };
}

function diagnosticJson(diagnostic: Diagnostic): unknown {
  const { code, message, locations, text, severity, hint, deprecatedField } = diagnostic;
  const row = CODES[code as Code];
  return {
    code,
    codedesc: severity === 'error' ? row.short : row.long,
    context: {
      locations: locations.map(({ itemName, itemType, source, span: { start } }) => ({
        item_name: itemName,
        item_type: itemType,
        position: { column: start.column, line: start.line, name: source, offset: start.offset },
      })),
      snippet: `${text}\n${caretLine(text, locations.at(-1)?.span.start.column ?? 0)}`,
    },
    ...(deprecatedField === undefined ? {} : { deprecated_field: deprecatedField }),
    ...(hint === undefined ? {} : { hint }),
    message,
  };
}
