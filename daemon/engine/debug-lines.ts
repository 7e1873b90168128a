import type { CompiledRule } from '../rules/load.js';
import type { SelectionSteps } from './selection.js';

/** What the log says of the rules at level debug (reference/falco/cli.md 2.4). */
export function enabledRulesLines(rules: readonly Pick<CompiledRule, 'name'>[]): readonly string[] {
  return [
    'Enabled rules:',
    ...rules.map(({ name }) => `   ${name}`),
    `(${String(rules.length)}) enabled rules in total`,
  ];
}

/** The same of the system calls that are watched, for whoever tunes `base_syscalls`. Steps without a call are left out. */
export function selectionLines({ ofRules, ofState, ignored, chosen }: SelectionSteps): readonly string[] {
  const line = (sign: string, names: readonly string[], what: string): string[] =>
    names.length === 0 ? [] : [`${sign}(${String(names.length)}) ${what}: ${names.join(', ')}`];
  return [
    ...line('', ofRules, 'syscalls in rules'),
    ...line('+', ofState, "syscalls (Falco's state engine set of syscalls)"),
    ...line('-', ignored, 'ignored syscalls (-> activate via `-A` flag)'),
    ...line('', chosen, 'syscalls selected in total (final set)'),
  ];
}
