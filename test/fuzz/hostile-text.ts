/** Rules files made to break their reader: too deep, too long, too many, growing out of all measure. */
import type { Choices } from '../support/choices.js';

const RULE = '- rule: r\n  desc: d\n  output: o\n  priority: INFO\n  condition: ';
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

/** Most are small, so that many fit into a run; a few are as large as it gets. */
function size(choices: Choices, most: number): number {
  const scale = choices.oneIn(12) ? 1 : choices.pick([0.0001, 0.001, 0.001, 0.01, 0.01, 0.05]);
  return 1 + Math.floor(most * scale * ((1 + choices.below(100)) / 100));
}

type Make = (choices: Choices) => string;

const rules = (count: number, condition: (index: number) => string, more = ''): string =>
  lines(
    count,
    i =>
      `- {rule: r${String(i)}, desc: d, output: o, priority: INFO, condition: "${condition(i)} and proc.pid=${String(i)}"${more}}\n`,
  );

/* prettier-ignore */
const FILES: readonly Make[] = [
  c => c.pick(['[', '{a: ', '- ', '? ', '- a: ', '[[{']).repeat(size(c, 100_000)),
  c => lines(size(c, 2000), i => `${' '.repeat(i)}${c.pick(['-', 'a:', '- a:'])}\n`),
  c => { const n = size(c, 50_000); return `${RULE}${'('.repeat(n)}evt.type=open${')'.repeat(n - c.below(2))}\n`; },
  c => `${RULE}${c.pick(['not ', 'not(', 'tolower(', 'concat(a,']).repeat(size(c, 50_000))}evt.type=open\n`,
  c => `${RULE}${c.pick(['x', '"', "'", '\\', 'a=b and ', 'a or ', '%', '(a', 'é', '\u{1f600}']).repeat(size(c, 5e6))}\n`,
  c => `${RULE}evt.type=open and proc.name="${c.pick(['x', '\\\\', '* ', '\\x41']).repeat(size(c, 1e7))}"\n`,
  c => `${RULE}evt.type=open and proc.name ${c.pick(['glob', 'regex', 'pmatch', 'contains', 'bcontains'])} ${c.pick(['"', "'", '('])}${c.pick(['*', '(a', 'a*', '[', '.*', 'a?', '{2}']).repeat(size(c, 1e5))}${c.pick(['"', "'", ')'])}\n`,
  c => `${RULE}${c.pick(['>', '|', '>-'])}\n${lines(size(c, 300_000), () => '    evt.type=open and\n')}    evt.type=open\n`,
  c => `${RULE}evt.type=open and proc.name in (${lines(size(c, 100_000), i => `a${String(i)}, `)}b)\n`,
  c => `${RULE}evt.type=open and (${lines(size(c, 3000), i => `proc.name = a${String(i)} or `)}proc.pid = 1)\n`,
  c => `- list: l\n  items: [${lines(size(c, 300_000), i => `a${String(i)}, `)}]\n${RULE}evt.type=open and proc.name in (l)\n`,
  c => `- list: l0\n  items: [x]\n${lines(size(c, 1000), i => `- list: l${String(i + 1)}\n  items: [${`l${String(i)}, `.repeat(1 + c.below(9))}]\n`)}${RULE}proc.name in (l${String(c.below(1000))})\n`,
  c => { const n = size(c, 2000); return `- macro: m0\n  condition: evt.type=open\n${lines(n, i => `- macro: m${String(i + 1)}\n  condition: m${String(i)} ${c.pick(['and', 'or'])} not m${String(c.oneIn(30) ? c.below(n) : i)}\n`)}${RULE}m${String(n)}\n`; },
  c => { const n = size(c, 300); return `- &a0 [x]\n${lines(n, i => `- &a${String(i + 1)} [${`*a${String(i)},`.repeat(9)}]\n`)}- list: l\n  items: *a${String(c.below(n + 2))}\n`; },
  c => { const n = size(c, 60); return `- list: l\n  items: &i [a, b]\n${lines(n, i => `- rule: r${String(i)}\n  desc: d\n  output: o\n  priority: INFO\n  condition: &c${String(i)} ${i === 0 ? 'evt.type=open' : `evt.type=open and proc.pid=${String(i)}`}\n  tags: *i\n  exceptions: ${i === 0 ? '&e [{name: x, fields: [proc.name], values: [*i]}]' : '*e'}\n`)}`; },
  c => lines(size(c, 20_000), i => `- list: l${String(i)}\n  items: []\n`),
  c => lines(size(c, 3000), i => `- macro: m${String(i)}\n  condition: evt.type=open and proc.pid=${String(i)}\n`),
  c => lines(size(c, 2000), i => `- {rule: r${String(i)}, desc: d, output: "%proc.name", priority: INFO, condition: ${c.pick(['foo.bar = 1', 'evt.type=open', 'm', 'proc.name in (l)'])}}\n`),
  c => `${RULE}evt.type=open\n  exceptions:\n${lines(size(c, 300), i => `    - name: e${String(i)}\n      fields: [proc.name, fd.name]\n      values:\n${lines(1 + c.below(20), j => `        - [a${String(j)}, b]\n`)}`)}`,
  c => `${RULE}evt.type=open\n  tags: [${'t, '.repeat(size(c, 100_000))}]\n`,
  c => `- rule: r\n  desc: d\n  condition: evt.type=open\n  priority: INFO\n  output: a${c.pick([' %proc.name', '%', ' %evt.arg[0]', '%evt.args%%', ' x']).repeat(size(c, 1e5))}\n`,
  c => `- rule: ${c.pick(['x', '\t', '"', '\\', '\u2029', 'ö']).repeat(size(c, 1e7))}\n`,
  c => `#${c.pick([' ', '\t', 'x', '\n#', '\r', '\n']).repeat(size(c, 1e7))}`,
  c => `- rule: r\n  ${lines(size(c, 50_000), i => `k${String(i)}: v\n  `)}\n`,
  c => `${RULE}evt.type=open\n${`- rule: r\n  condition: and proc.pid=1\n  override: {condition: append}\n`.repeat(size(c, 2000))}`,
  c => `- macro: m\n  condition: evt.type=open\n${`- macro: m\n  condition: or proc.pid=1\n  append: true\n`.repeat(size(c, 2000))}${RULE}m\n`,
  c => `%YAML ${c.pick(['1.1', '1.2', '9', 'x'])}\n%TAG ! tag:x,2000:\n---\n${lines(size(c, 2000), () => '---\n- list: a\n  items: [b]\n...\n')}`,
  c => `- list: l\n  items: [${lines(size(c, 100_000), i => `a${String(i)}, `)}]\n${rules(size(c, 1000), () => `${c.pick(['evt.type=open', 'proc.pid>1'])} and proc.name ${c.pick(['in', 'pmatch'])} (l)`)}`,
  c => { const n = size(c, 30); return `- macro: m0\n  condition: ${c.pick(['evt.type=open', 'proc.name=a', 'evt.dir=<', 'proc.name in (l)', 'not evt.type=open'])}\n${lines(n, i => `- macro: m${String(i + 1)}\n  condition: m${String(i)} ${c.pick(['and', 'or'])} fd.num=${String(i)} ${c.pick(['and', 'or'])} not m${String(i)}\n`)}${rules(size(c, 1000), () => `${c.pick(['', 'not '])}m${String(n)}`)}`; },
  c => { const n = size(c, 1400); return `- macro: m0\n  condition: evt.type=open\n${lines(n, i => `- macro: m${String(i + 1)}\n  condition: m${String(i)} ${c.pick(['and', 'or'])} fd.num=${String(i)}\n`)}${rules(size(c, 1000), () => `m${String(n)}`)}`; },
  c => `- x: &v [${lines(size(c, 20_000), i => `[a${String(i)}, b], `)}]\n${rules(size(c, 500), () => 'evt.type=open', ', exceptions: [{name: e, fields: [proc.name, fd.name], values: *v}]')}`,
  c => rules(size(c, 2000), i => lines(1 + c.below(9), j => `evt.type!=${c.pick(['open', 'close', 'read'])} and proc.name=a${String(i)}_${String(j)} or `) + 'fd.num=1'),
  c => rules(size(c, 2000), i => `proc.name ${c.pick(["regex '(a|b)*[a-z]{1,50}x", 'glob *a*', "contains '"])}${String(i)}'`.replace(/(glob .*)'$/, '$1')),
  c => '\0'.repeat(size(c, 1e6)),
  c => `${'\t'.repeat(size(c, 1000))}- list: a\n\titems: [b]\n`,
];

export function hostileText(choices: Choices): string {
  return choices.pick(FILES)(choices);
}
