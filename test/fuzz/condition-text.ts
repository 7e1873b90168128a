/** Conditions over the fields that there are: most of them valid, the rest wrong in the ways in which people are. */
import type { FieldRow } from '../../daemon/fields/field.js';
import { fieldTable } from '../../daemon/fields/tables/fields.js';
import { groupOf } from '../../daemon/filter/types.js';
import type { Choices } from '../support/choices.js';

/** What a condition may refer to. */
export interface Names {
  readonly lists: readonly string[];
  readonly macros: readonly string[];
}

/** Without the one that counts how often it is read: no two evaluators agree on it. */
const ours = fieldTable.filter(
  row =>
    row.name !== 'util.cnt' &&
    (row.source === 'any' || row.source === 'syscall') &&
    !row.flags.includes('print_only'),
);
const rowsOf = (...groups: readonly string[]): FieldRow[] =>
  ours.filter(row => !row.list && row.type !== 'DYN' && groups.includes(groupOf(row.type)));
const TEXT = rowsOf('string');
const NUMERIC = rowsOf('numeric');
const BOOLEAN = rowsOf('boolean');
const ADDRESS = rowsOf('address');
const NETWORK = rowsOf('network');
const BYTES = rowsOf('buffer');
const LISTS = ours.filter(row => row.list);

const TEXT_OPERATORS = [
  ...['=', '!=', '==', 'contains', 'icontains', 'startswith', 'endswith', 'glob', 'iglob'],
] as const;
const ORDER = ['=', '!=', '<', '<=', '>', '>='] as const;
const EVENT_TYPES = [
  ...['open', 'openat', 'openat2', 'execve', 'clone', 'connect', 'accept', 'close', 'read', 'setuid'],
  ...['chmod', 'unlink', 'rename', 'ptrace', 'mount', 'procexit', 'container', 'open_by_handle_at'],
] as const;
const WORDS = [
  ...['bash', '/etc/shadow', '/etc', 'nginx', 'a', 'x*', '/usr/bin/[a-z]*', '1', '0', '8080', '-1'],
  ...['127.0.0.1', '10.0.0.0/8', '::1', 'true', '<NA>', 'S_ISUID', 'O_RDONLY', 'öß', '', 'a b', 'r"q'],
  ...[
    'and',
    'in',
    '\\n',
    '%proc.name',
    '(a|b)+',
    '99999999999999999999',
    '0x7f',
    '/tmp/',
    'exists',
    'shell_binaris',
  ],
] as const;
const NUMBERS = [
  '0',
  '1',
  '2',
  '80',
  '443',
  '-1',
  '1000',
  '0x10',
  '4294967295',
  '18446744073709551615',
] as const;
const ADDRESSES = ['127.0.0.1', '::1', 'fe80::1', '10.0.0.5'] as const;
const NETWORKS = ['127.0.0.0/8', '::/0', 'fe80::/10', '10.0.0.5/32', '10.0.0.5'] as const;
const PATTERNS = ['a.*', '(a|b)+c?', '^/etc/.*$', '[[:alpha:]]+', '[0-9]{2,5}', '(?i)x'] as const;
const BAD_PATTERNS = ['(', 'a{1001}', '\\pL', '\\d', '[', '*', '(?=a)', ''] as const;
const HEX = ['2f65', '00', 'ff', '7F454C46'] as const;
const BAD_HEX = ['zz', '0', '""', '0x00'] as const;
const NOISE = [
  ...['foo.bar = 1', 'proc.nmae = a', 'evt.type = opne', 'proc.name', '= =', 'and', '()', 'proc.name in ()'],
  ...['proc.name = ', 'proc.name @ x', 'evt.arg exists', 'proc.pid startswith 1', 'fd.ip > 1', 'evt.dir = <'],
  ...[
    'proc.name = <NA>',
    'proc.aname[-1] = a',
    'evt.arg[99] = x',
    'tolower(proc.pid) = 1',
    'len(fd.types) = 1',
  ],
  ...[
    'proc.name = "unfinished',
    "proc.name = 'a\\qb'",
    'not',
    'container',
    'k8s.ns.name = a',
    'ka.verb = get',
  ],
  ...[
    'proc.name in (((a)))',
    'proc.name = val(proc.pname',
    'evt.num > val(evt.num)',
    'a-b',
    '\u00e9',
    'never_true',
  ],
  ...[
    'proc.args = "\\xff\\x00"',
    'evt.rawarg.res = 0',
    'jevt.value[/a] = b',
    'getopt(proc.args, (a)) = b',
    '# x',
  ],
] as const;

const word = (choices: Choices): string => {
  const text = choices.pick(WORDS);
  return /^[\w/.:*-]+$/.test(text) && !choices.oneIn(3) ? text : `"${text.replace('"', '\\"')}"`;
};

/** A field as written in a condition, with an argument where it takes one. */
function fieldOf(rows: readonly FieldRow[], choices: Choices): string {
  const { name, arg } = choices.pick(rows);
  if (arg === null || (!arg.required && choices.oneIn(2))) return choices.slip(100) ? `${name}[1]` : name;
  const key = choices.pick(['flags', 'name', 'res', 'mode', 'fd', 'path', 'target', 'x']);
  if (arg.dot && (!arg.brackets || !choices.oneIn(3))) return `${name}.${key}`;
  return `${name}[${arg.index ? choices.pick(['0', '1', '2', '7']) : key}]`;
}

function listOf(items: (choices: Choices) => string, names: Names, choices: Choices): string {
  if (names.lists.length > 0 && choices.oneIn(2)) {
    const inner = choices.several(1, 2, () => choices.pick(names.lists));
    return `(${[...inner, ...choices.several(0, 1, () => items(choices))].join(', ')})`;
  }
  return `(${choices.several(1, 4, () => items(choices)).join(', ')})`;
}

function textCheck(names: Names, choices: Choices): string {
  let left = fieldOf(TEXT, choices);
  if (choices.oneIn(8)) {
    left = choices.pick([
      ...[`tolower(${left})`, `toupper(${left})`, `basename(${left})`, `b64(${left})`],
      ...[`concat(${left}, "x", ${fieldOf(TEXT, choices)})`, `join(",", (${left}, proc.name))`],
    ]);
  }
  switch (choices.below(7)) {
    case 0:
      return `${left} = ${word(choices)}`;
    case 1:
      return `${left} in ${listOf(word, names, choices)}`;
    case 2:
      return `${left} ${choices.pick(TEXT_OPERATORS)} ${word(choices)}`;
    case 3:
      return `${left} pmatch ${listOf(word, names, choices)}`;
    case 4: {
      const modifier = choices.pick(['oneof', 'anyof', 'allof']);
      return `${left} ${choices.pick(TEXT_OPERATORS)} ${modifier} ${listOf(word, names, choices)}`;
    }
    case 5:
      return `${left} regex '${choices.pick(choices.slip(5) ? BAD_PATTERNS : PATTERNS)}'`;
    default:
      return `${left} ${choices.pick(TEXT_OPERATORS)} val(${fieldOf(TEXT, choices)})`;
  }
}

function check(names: Names, choices: Choices): string {
  const number = (): string => choices.pick(NUMBERS);
  switch (choices.below(14)) {
    case 0:
      return `evt.type = ${choices.pick(EVENT_TYPES)}`;
    case 1:
      return `evt.type in (${choices.several(1, 4, () => choices.pick(EVENT_TYPES)).join(', ')})`;
    case 2:
    case 3:
      return names.macros.length > 0 ? choices.pick(names.macros) : textCheck(names, choices);
    case 4:
      return `${fieldOf(NUMERIC, choices)} ${choices.pick(ORDER)} ${number()}`;
    case 5:
      return `${fieldOf(NUMERIC, choices)} in ${listOf(number, names, choices)}`;
    case 6:
      return `${fieldOf(ours, choices)} exists`;
    case 7:
      return `${fieldOf(BOOLEAN, choices)} ${choices.pick(['=', '!='])} ${choices.slip(9) ? 'x' : choices.pick(['true', 'false'])}`;
    case 8: {
      const network = choices.oneIn(2);
      const left = fieldOf(network ? NETWORK : ADDRESS, choices);
      const right = (): string => choices.pick(network !== choices.slip(9) ? NETWORKS : ADDRESSES);
      if (choices.oneIn(3)) return `${left} in (${choices.several(1, 3, right).join(', ')})`;
      return `${left} ${choices.slip(9) ? '<' : choices.pick(['=', '!='])} ${right()}`;
    }
    case 9:
      return choices.oneIn(2)
        ? `${fieldOf(BYTES, choices)} ${choices.pick(['bcontains', 'bstartswith'])} ${choices.pick(choices.slip(5) ? BAD_HEX : HEX)}`
        : `${fieldOf(LISTS, choices)} ${choices.pick(['in', 'intersects'])} ${listOf(word, names, choices)}`;
    case 10:
      return `len(${fieldOf(ours, choices)}) ${choices.pick(ORDER)} ${number()}`;
    case 11:
      return choices.slip(4) ? choices.pick(NOISE) : textCheck(names, choices);
    default:
      return textCheck(names, choices);
  }
}

/** Text of a condition. */
export function conditionText(names: Names, choices: Choices, depth = 0): string {
  const kind = depth > 4 ? 0 : choices.below(6);
  const inner = (): string => conditionText(names, choices, depth + 1);
  switch (kind) {
    case 1:
      return choices
        .several(2, 4, inner)
        .map(part => (part.includes(' or ') && !part.startsWith('(') ? `(${part})` : part))
        .join(choices.pick([' and ', ' and ', ' and not ', '  and\t']));
    case 2:
      return `(${choices.several(2, 3, inner).join(choices.pick([' or ', ' or ', ' or not ']))})`;
    case 3:
      return `not ${choices.oneIn(2) ? `(${inner()})` : inner()}`;
    case 4:
      return `evt.type = ${choices.pick(EVENT_TYPES)} and ${inner()}`;
    default:
      return check(names, choices);
  }
}

/** An output text. */
export function outputText(choices: Choices): string {
  const bad = ['%', '%foo.bar', '%proc.name[', '%(proc.name)', '*%proc.pid', '%evt.arg', '%\u00e9'];
  const piece = (): string =>
    choices.pick([
      () => `%${fieldOf(ours, choices)}`,
      () => `name=%${fieldOf(TEXT, choices)}`,
      () => 'text',
      () => '%%',
      () => '%container.info',
      () => '%evt.arg.res',
      () =>
        choices.slip(3) ? choices.pick(bad) : choices.pick(['%tolower(proc.name)', '%20proc.name', 'ö']),
    ])();
  return choices.several(1, 5, piece).join(' ');
}
