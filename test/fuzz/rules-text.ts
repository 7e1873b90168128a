/** Rules files with several items in them that refer to each other: good ones, and ones with a few things wrong. */
import type { Choices } from '../support/choices.js';
import { conditionText, outputText, type Names } from './condition-text.js';
import { map, raw, scalar, sequence, yamlText, type Piece } from './yaml-text.js';

/** Few names, so that items meet. */
const LISTS = ['l0', 'l1', 'l2', 'list-3', 'shell_binaries'] as const;
const MACROS = ['m0', 'm1', 'm2', 'spawned_process'] as const;
const RULES = ['r0', 'r1', 'Rule two', 'r3'] as const;
const ODD_NAMES = [
  '',
  ' ',
  'a b',
  'a,b',
  '"',
  '(x)',
  '=',
  '1',
  'null',
  'true',
  'proc.name',
  '__proto__',
  'constructor',
  'ö',
  '\u2028',
  'in',
  'and',
] as const;
const PRIORITIES = ['INFO', 'info', 'Warning', 'CRITICAL', 'emergency', 'Informational', 'DEBUG'] as const;
const BOOLEANS = ['true', 'false', 'yes', 'Off'] as const;
const VERSIONS = ['26', '0.62.0', '0.26.0', '1', '0.1.0'] as const;
const BAD_VERSIONS = ['0.99.0', '1.0.0', '10000000000', '-1', 'v1', '0.1.0-rc1', '1e3', '0.26', ''] as const;
const RULE_KEYS = [
  ...[
    'condition',
    'output',
    'desc',
    'priority',
    'tags',
    'exceptions',
    'enabled',
    'capture',
    'capture_duration',
  ],
  ...['warn_evttypes', 'skip-if-unknown-filter', 'source', 'rule', 'nothing'],
] as const;

/* prettier-ignore */
const STRAY = ['', ' ', '(', ')', '"', "'", '\\', ',', '=', ' and ', ' not ', ' in ', '()', '\n', '\t', '<NA>', 'é', '\u2028', '[', ']', '.', '-', '0', 'val(', ' oneof '] as const;

/** Values that no key expects. */
/* prettier-ignore */
const ODD_VALUES = [
  '', '~', 'null', '[]', '{}', '[[]]', '{a: b}', '[a, [b, {c: d}]]', '*a', '&a x', '*nowhere', '!!binary aGk=', '!x y',
  '"\\0"', '"\\x07\\e[2J"', '"\\ud800"', '"\\u2028"', "''", '""', '.inf', '.nan', '0x10', '1e999', '2024-01-01', '0o17',
  '-', '?', ':', '[', ']', '{', '"', "'", '|', '>-', '%', '@', '`', '<<', '# c', '&a [*a]', '? [a]: b', '- a', 'a: b: c',
  '!!map {}', '!!seq []', '[a b, "c, d", (e)]', '123456789012345678901234567890', 'yes', '"multi\\nline"', '--- x', '...',
] as const;

interface Writer {
  readonly choices: Choices;
  readonly lists: Set<string>;
  readonly macros: Set<string>;
  readonly rules: Set<string>;
}

/** A condition with something in it that does not belong there, or with something missing. */
function bent(text: string, choices: Choices): string {
  if (!choices.slip(8)) return text;
  const at = choices.below(text.length);
  return text.slice(0, at) + choices.pick(STRAY) + text.slice(at + choices.below(6));
}

/** What is there so far, mostly. */
function names({ choices, lists, macros }: Writer): Names {
  if (choices.slip(15)) return { lists: [...LISTS, 'nowhere'], macros: [...MACROS, 'nowhere'] };
  return { lists: [...lists], macros: [...macros] };
}

function odd(choices: Choices): Piece {
  return raw(choices.pick(ODD_VALUES));
}

/** Once in a while something else than what belongs there. */
function mostly(piece: Piece, choices: Choices): Piece {
  return choices.slip(25) ? odd(choices) : piece;
}

/** What is good in its place, or what is not. */
function value(good: readonly string[], bad: readonly string[], choices: Choices): Piece {
  return mostly(scalar(choices.slip(25) ? choices.pick(bad) : choices.pick(good)), choices);
}

function nameFrom(pool: readonly string[], choices: Choices): string {
  return choices.slip(25) ? choices.pick(ODD_NAMES) : choices.pick(pool);
}

type Entries = (readonly [string, Piece])[];

/** `append: true` or an `override` for some keys, when something of that name is there to be changed, or although it is not. */
function change(keys: readonly string[], known: boolean, choices: Choices): Entries {
  if (known ? choices.oneIn(2) : !choices.slip(20)) return [];
  if (choices.oneIn(4)) return [['append', value(BOOLEANS, ['maybe', '1', ''], choices)]];
  const operation = (): Piece => value(['append', 'replace'], ['remove', '', 'Append'], choices);
  const entries = keys.map(key => [key, operation()] as const);
  return [['override', mostly(map(entries), choices)]];
}

function list(writer: Writer): Entries {
  const { choices, lists } = writer;
  const name = nameFrom(LISTS, choices);
  const items = choices.several(0, 5, () =>
    scalar(choices.pick(['a', 'bash', '/etc', '1', '80', 'a b', '"q r"', '10.0.0.0/8', '', 'x,y', ...lists])),
  );
  const entries: Entries = [
    ['list', mostly(scalar(name), choices)],
    ['items', mostly(sequence(items), choices)],
  ];
  entries.push(...change(['items'], lists.has(name), choices));
  lists.add(name);
  return entries;
}

function macro(writer: Writer): Entries {
  const { choices, macros } = writer;
  const name = nameFrom(MACROS, choices);
  const changes = change(['condition'], macros.has(name), choices);
  const text = bent(conditionText(names(writer), choices, 1), choices);
  const condition = changes.length > 0 ? `${choices.pick(['or ', 'and ', ''])}${text}` : text;
  macros.add(name);
  return [
    ['macro', mostly(scalar(name), choices)],
    ['condition', mostly(scalar(condition), choices)],
    ...changes,
  ];
}

const COMPARISONS = [
  '=',
  '!=',
  'in',
  'startswith',
  'contains',
  'pmatch',
  'endswith',
  'startswith oneof',
  'glob anyof',
  'intersects',
] as const;
const BAD_COMPARISONS = ['<', 'exists', 'exits', '', 'in oneof'] as const;
const EXCEPTION_FIELDS = [
  'proc.name',
  'fd.name',
  'proc.pname',
  'evt.arg.flags',
  'proc.aname[2]',
  'fd.sport',
  'user.uid',
  'tolower(proc.name)',
  'proc.exepath',
] as const;

function exceptionValue(writer: Writer): Piece {
  const { choices, lists } = writer;
  const one = (): Piece => scalar(choices.pick(['a', 'b c', '(x, y)', '"q"', '1', '/etc', '', ...lists]));
  if (choices.slip(6)) return odd(choices);
  return choices.oneIn(5) ? sequence(choices.several(0, 3, one)) : one();
}

function exception(writer: Writer, appended: boolean): Piece {
  const { choices } = writer;
  const name: Entries = [['name', mostly(scalar(choices.pick(['e0', 'e1'])), choices)]];
  const count = choices.below(4);
  if (appended && !choices.oneIn(4)) {
    const width = Math.max(count, 1);
    const tuples = choices.several(0, 3, () =>
      sequence(Array.from({ length: width }, () => exceptionValue(writer))),
    );
    // The exception that the rule of `BASE` has (rules-files.test.ts): whoever names it alone adds nothing.
    if (choices.oneIn(2)) return map([['name', scalar('e0')]]);
    return mostly(map([...name, ['values', mostly(sequence(tuples), choices)]]), choices);
  }
  const field = (): Piece => value(EXCEPTION_FIELDS, ['foo.bar', '', 'evt.arg'], choices);
  const comp = (): Piece => value(COMPARISONS, BAD_COMPARISONS, choices);
  const entries = [...name];
  if (count === 0) {
    entries.push(['fields', field()]);
    if (choices.oneIn(2))
      entries.push(['comps', value(['in', 'pmatch', 'startswith oneof'], ['=', 'exists'], choices)]);
    entries.push(['values', mostly(sequence(choices.several(0, 4, () => exceptionValue(writer))), choices)]);
  } else {
    const length = choices.slip(8) ? count + 1 : count;
    entries.push(['fields', mostly(sequence(Array.from({ length }, field)), choices)]);
    if (!choices.oneIn(3))
      entries.push(['comps', mostly(sequence(Array.from({ length: count }, comp)), choices)]);
    const tuples = choices.several(0, 3, () =>
      mostly(sequence(Array.from({ length: count }, () => exceptionValue(writer))), choices),
    );
    if (!choices.oneIn(4)) entries.push(['values', mostly(sequence(tuples), choices)]);
  }
  return mostly(map(entries), choices);
}

function ruleValue(key: string, writer: Writer, appended: boolean): Piece {
  const { choices } = writer;
  switch (key) {
    case 'condition':
      return scalar(
        `${appended ? choices.pick(['and ', 'or ', '']) : ''}${bent(conditionText(names(writer), choices), choices)}`,
      );
    case 'output':
      return scalar(outputText(choices));
    case 'priority':
      return value(PRIORITIES, ['err', '3', '', 'INFO '], choices);
    case 'tags':
      return sequence(
        choices.several(0, 3, () => scalar(choices.pick(['T1059', 'mitre', 'a b', '', 'host']))),
      );
    case 'exceptions':
      return sequence(choices.several(appended ? 1 : 0, 3, () => exception(writer, appended)));
    case 'source':
      return value(choices.oneIn(5) ? ['k8s_audit', 'nowhere'] : ['syscall'], ['', 'x y'], choices);
    case 'capture_duration':
      return value(['0', '5000'], ['-1', 'x', '99999999999'], choices);
    case 'desc':
    case 'rule':
      return value(['what it is', 'd'], ['', ' '], choices);
    case 'nothing':
      return odd(choices);
    default:
      return value(BOOLEANS, ['maybe', '1', ''], choices);
  }
}

function rule(writer: Writer): Entries {
  const { choices, rules } = writer;
  const name = nameFrom(RULES, choices);
  const known = rules.has(name);
  const changed = known ? !choices.oneIn(3) : choices.slip(15);
  const head: Entries = [['rule', mostly(scalar(name), choices)]];
  const value = (key: string, appended: boolean): readonly [string, Piece] => [
    key,
    mostly(ruleValue(key, writer, appended), choices),
  ];
  if (changed) {
    const keys = choices.oneIn(2) ? ['exceptions'] : choices.several(1, 3, () => choices.pick(RULE_KEYS));
    // An override of what is not there, and a value without override, are wrong in their own ways.
    return [
      ...head,
      ...keys.map(key => value(key, true)),
      ...change(choices.oneIn(10) ? ['condition'] : keys, true, choices),
    ];
  }
  const needed = ['condition', 'output', 'desc', 'priority'].filter(() => !choices.slip(30));
  const optional = RULE_KEYS.slice(4).filter(key => choices.oneIn(key === 'exceptions' ? 2 : 5));
  rules.add(name);
  return [...head, ...[...needed, ...optional].map(key => value(key, false))];
}

function required({ choices }: Writer): Entries {
  if (choices.oneIn(2)) return [['required_engine_version', value(VERSIONS, BAD_VERSIONS, choices)]];
  const plugin = (index: number): Entries => [
    ['name', value([['container', 'json', 'k8smeta'][index]!], ['', 'container'], choices)],
    ['version', value(['0.1.0', '0.4.0', '0.7.1'], BAD_VERSIONS, choices)],
  ];
  const entry = (): Piece =>
    map([
      ...plugin(0),
      ...(choices.oneIn(4)
        ? [
            [
              'alternatives',
              mostly(sequence(choices.several(0, 2, index => map(plugin(index + 1)))), choices),
            ] as const,
          ]
        : []),
    ]);
  return [
    [
      'required_plugin_versions',
      mostly(sequence(choices.several(0, 2, () => mostly(entry(), choices))), choices),
    ],
  ];
}

function item(writer: Writer): Piece {
  const { choices } = writer;
  const entries = choices.pick([rule, rule, rule, rule, macro, macro, macro, list, list, list, required])(
    writer,
  );
  if (choices.slip(20))
    entries.push([
      choices.pick([...RULE_KEYS, 'list', 'macro', 'append', 'override', '<<', '? x']),
      odd(choices),
    ]);
  if (choices.slip(30)) entries.splice(choices.below(entries.length), 1);
  return choices.slip(50) ? odd(choices) : map(entries);
}

/** Text of a file. */
export function rulesText(choices: Choices): string {
  choices.care = choices.pick([Infinity, 12, 4, 1]);
  const writer: Writer = { choices, lists: new Set(), macros: new Set(), rules: new Set() };
  const document = (): string => yamlText(sequence(choices.several(1, 9, () => item(writer))), choices);
  return choices.oneIn(15) ? choices.several(2, 3, document).join('---\n') : document();
}
