import type { CompiledRule } from '../rules/load.js';

/** What the log says of the rules at level debug (reference/falco/cli.md 2.4). */
export function enabledRulesLines(rules: readonly Pick<CompiledRule, 'name'>[]): readonly string[] {
  return [
    'Enabled rules:',
    ...rules.map(({ name }) => `   ${name}`),
    `(${String(rules.length)}) enabled rules in total`,
  ];
}
