/** What the pages of rules need of a delivered rules file, which is well-formed: its rules, as written. */
import { parse } from 'yaml';
import { foldName } from './rule-slug.js';

export interface RuleException {
  readonly name: string;
  /** One, or one for each place of a row of values. */
  readonly fields: string | readonly string[];
  readonly comps: string | readonly string[];
  readonly values?: readonly unknown[];
}

export interface RuleText {
  readonly rule: string;
  readonly desc: string;
  readonly condition: string;
  readonly output: string;
  readonly priority: string;
  readonly tags: readonly string[];
  readonly exceptions: readonly RuleException[];
  /** Name of its page, without the ending. */
  readonly slug: string;
}

/** The rules of a file, in its order. */
export function rulesOf(text: string): readonly RuleText[] {
  const items = parse(text) as readonly Partial<RuleText>[];
  return items.filter(isRule).map(rule => ({ ...rule, slug: foldName(rule.rule) }));
}

function isRule(item: Partial<RuleText>): item is RuleText {
  return item.rule !== undefined;
}
