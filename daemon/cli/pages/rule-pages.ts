/** docs/rules: a page for each delivered rule, and one that lists them; made from the rules files themselves. */
import { table } from '../../config/markdown.js';
import { exampleOf } from './rule-example.js';
import { rulesOf, type RuleException, type RuleText } from './rule-file.js';
import { TECHNIQUES } from './techniques.js';

export interface DeliveredFile {
  /** In etc. */
  readonly name: string;
  readonly text: string;
  /** Whether falco.yaml lists it as delivered. */
  readonly on: boolean;
}

const FOLDER = 'docs/rules';

/** Path in the project → text. */
export function rulePages(files: readonly DeliveredFile[]): Readonly<Record<string, string>> {
  const pages: Record<string, string> = { [`${FOLDER}/README.md`]: index(files) };
  for (const file of files)
    for (const rule of rulesOf(file.text)) pages[`${FOLDER}/${rule.slug}.md`] = page(rule, file);
  return pages;
}

function index(files: readonly DeliveredFile[]): string {
  return joined([
    '# The rules that come with falco',
    'Made from the rules files (`make docs`). Each page says what the rule is about, why it matters, and how to tell it of what is all right on your hosts.',
    'Of the rules that match an event the first raises the alert (`rule_matching: first`), in the order of these tables; those of falco-extra_rules.yaml come last. Programs are trusted by the path of their file, never by their name alone.',
    ...files.flatMap(file => [
      `## etc/${file.name}`,
      state(file),
      table(
        ['rule', 'priority', 'where'],
        rulesOf(file.text).map(rule => [
          `[${rule.rule}](${rule.slug}.md)`,
          spell(rule.priority),
          where(rule),
        ]),
      ),
    ]),
  ]);
}

function state({ name, on }: DeliveredFile): string {
  return on
    ? 'On by default.'
    : `Off by default: most hosts do some of this every day. To switch it on, list \`/etc/falco/${name}\` under \`rules_files\` in falco.yaml, after falco_rules.yaml, whose lists and macros it uses; \`falco -o 'rules_files[]=/etc/falco/${name}'\` does so for once.`;
}

function page(rule: RuleText, file: DeliveredFile): string {
  const techniques = rule.tags.filter(tag => tag in TECHNIQUES);
  return joined([
    `# ${rule.rule}`,
    `${spell(rule.priority)}; ${where(rule)}; ${maturity(rule)}. In etc/${file.name}, ${file.on ? 'on' : 'off'} by default.`,
    '## What it tells of, and why',
    rule.desc.trim(),
    table(
      ['technique', 'name', 'tactics'],
      techniques.map((id, i) => [link(id), TECHNIQUES[id]!, i === 0 ? tactics(rule) : '']),
    ),
    '## Condition',
    fenced(folded(rule.condition)),
    '## Output',
    fenced(folded(rule.output)),
    '## How to tune it',
    'What is all right on your hosts goes into an exception of the rule, in falco_rules.local.yaml or a file under rules.d. The rule has these; an alert is left out when all fields of a row fit.',
    table(['exception', 'fields', 'comparisons', 'comes with'], rule.exceptions.map(exceptionRow)),
    'For example:',
    fenced(exampleOf(rule), 'yaml'),
    'To do without the rule:',
    fenced(`- rule: ${rule.rule}\n  enabled: false\n  override:\n    enabled: replace`, 'yaml'),
    '`falco --explain` with the name of the rule tells, of events as they happen, which check decided.',
  ]);
}

function exceptionRow({ name, fields, comps, values }: RuleException): readonly string[] {
  const count = (values ?? []).length;
  const code = (texts: string | readonly string[]): string =>
    [texts]
      .flat()
      .map(text => `\`${text}\``)
      .join(', ');
  return [
    name,
    code(fields),
    code(comps),
    count === 0 ? 'nothing' : count === 1 ? 'one row' : `${String(count)} rows`,
  ];
}

const joined = (parts: readonly string[]): string => `${parts.join('\n\n')}\n`;
const fenced = (text: string, kind = ''): string => `\`\`\`${kind}\n${text.trim()}\n\`\`\``;
/** Words in lines that fit a page. */
const folded = (text: string): string =>
  text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/(.{1,110})(?: |$)/g, '$1\n');
const spell = (priority: string): string => priority[0]!.toUpperCase() + priority.slice(1).toLowerCase();
const link = (id: string): string => `[${id}](https://attack.mitre.org/techniques/${id.replace('.', '/')}/)`;

function where({ tags }: RuleText): string {
  const places = ['host', 'container'].filter(tag => tags.includes(tag));
  return places.length === 2 ? 'host and containers' : places[0] === 'host' ? 'host' : 'containers';
}

function maturity({ tags }: RuleText): string {
  return tags.find(tag => tag.startsWith('maturity_'))?.replace('maturity_', '') ?? 'no maturity';
}

function tactics({ tags }: RuleText): string {
  return tags
    .flatMap(tag => (tag.startsWith('mitre_') ? [tag.slice(6).replaceAll('_', ' ')] : []))
    .join(', ');
}
