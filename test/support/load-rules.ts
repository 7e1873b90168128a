/** Rules files written down in tests: what loading them says, and what the rules become. */
import { loadRules, type RuleOptions, type RulesLoad } from '../../daemon/rules/load.js';

/** The keys that every rule needs besides its name and condition. */
export const BASICS = 'desc: d, output: o, priority: INFO';

/** A rule of one line. */
export function rule(name: string, condition: string, more = ''): string {
  return `- {rule: ${name}, ${BASICS}, condition: ${JSON.stringify(condition)}${more === '' ? '' : `, ${more}`}}\n`;
}

export function loadTexts(texts: readonly string[], options: RuleOptions = {}): RulesLoad {
  return loadRules(
    texts.map((text, index) => ({ name: `${String(index)}.yaml`, content: Buffer.from(text) })),
    options,
  );
}

/** Errors, then warnings, of the last file: code, message and where its caret stands (`line:column` from 0). */
export function said(...texts: readonly string[]): readonly string[] {
  const last = loadTexts(texts).results.at(-1)!;
  return [...last.errors, ...last.warnings].map(({ code, message, locations }) => {
    const { line, column } = locations.at(-1)!.span.start;
    return `${code.replace('LOAD_', '')} ${String(line)}:${String(column)} ${message}`;
  });
}

/** Compiled conditions of all rules, in order. */
export function conditions(...texts: readonly string[]): readonly string[] {
  const { results, all } = loadTexts(texts);
  const error = results.at(-1)?.errors[0];
  if (error !== undefined) throw new Error(`${error.code}: ${error.message}`);
  return all.map(({ compiledCondition }) => compiledCondition);
}
