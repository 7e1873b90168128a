/** Keys whose values have a form of their own: included files, rule selection, extra fields, plugin settings. */
import type { OddEntry } from './key.js';
import { isNothing, type ConfigNode, type MappingNode } from './node.js';
import { readBool, readNumber, readString, readStrings, toPlain } from './scalar-value.js';

export type MergeStrategy = 'append' | 'override' | 'add-only';

/** One entry of `config_files`. */
export interface Included {
  readonly path: string;
  readonly strategy: MergeStrategy;
}

/** One entry of `rules`: rules to switch on or off, by name (with `*`) and by tag. Empty: not given. */
export interface Selection {
  readonly enable: boolean;
  readonly rule: string;
  readonly tag: string;
}

/** One entry of `append_output[].extra_fields`: a field as it is, or a named format. */
export interface ExtraField {
  readonly name: string;
  /** Null: `name` is a field, its value is taken as it is. */
  readonly format: string | null;
}

const each = (node: ConfigNode): readonly ConfigNode[] =>
  node.kind === 'sequence' ? node.items : isNothing(node) ? [] : [node];

const text = (node: MappingNode, key: string): string => {
  const value = node.entries.get(key)?.value;
  return value === undefined || isNothing(value) ? '' : (readString(value) ?? '');
};

/** Tells of keys of an entry that are none. */
function tellUnknown(node: MappingNode, known: readonly string[], odd: OddEntry): void {
  for (const [key, { origin, value }] of node.entries)
    if (!known.includes(key)) odd({ ...value, origin }, `has the unknown key '${key}'`);
}

/** An unknown strategy counts as `append` (reference/falco/config.md 1.1). */
export function readIncluded(node: ConfigNode, odd: OddEntry): readonly Included[] {
  const found: Included[] = [];
  for (const item of each(node)) {
    if (item.kind === 'scalar') {
      if (item.text !== '') found.push({ path: item.text, strategy: 'append' });
    } else if (item.kind === 'mapping' && text(item, 'path') !== '') {
      tellUnknown(item, ['path', 'strategy'], odd);
      const strategy = text(item, 'strategy');
      found.push({
        path: text(item, 'path'),
        strategy: strategy === 'override' || strategy === 'add-only' ? strategy : 'append',
      });
    } else {
      odd(item, 'must be a path, or a mapping with path and strategy');
    }
  }
  return found;
}

/** An entry that names both a rule and a tag stands for two operations, the rule first. */
export function readSelection(node: ConfigNode, odd: OddEntry): readonly Selection[] {
  const found: Selection[] = [];
  for (const item of each(node)) {
    if (item.kind !== 'mapping' || item.entries.size === 0) {
      odd(item, 'must be a mapping with enable or disable');
      continue;
    }
    for (const [verb, { value }] of item.entries) {
      if (verb !== 'enable' && verb !== 'disable') {
        odd(item, `must have enable or disable, not '${verb}'`);
        continue;
      }
      const [rule, tag] = value.kind === 'mapping' ? [text(value, 'rule'), text(value, 'tag')] : ['', ''];
      if (rule === '' && tag === '') odd(value, 'must have a rule or a tag');
      else if (value.kind === 'mapping') tellUnknown(value, ['rule', 'tag'], odd);
      if (rule !== '') found.push({ enable: verb === 'enable', rule, tag: '' });
      if (tag !== '') found.push({ enable: verb === 'enable', rule: '', tag });
    }
  }
  return found;
}

export function readExtraFields(node: ConfigNode, odd: OddEntry): readonly ExtraField[] {
  const found: ExtraField[] = [];
  for (const item of each(node)) {
    if (item.kind === 'scalar') found.push({ name: item.text, format: null });
    else if (item.kind === 'mapping')
      for (const [name, { value }] of item.entries) {
        if (value.kind === 'scalar') found.push({ name, format: text(item, name) });
        else odd(value, `must have text for the format of '${name}'`);
      }
    else odd(item, 'must be a field, or a mapping of a name to a format');
  }
  return found;
}

/** What a plugin is started with: text as it stands, a mapping as compact JSON. */
export function readInitConfig(node: ConfigNode): string | undefined {
  if (isNothing(node)) return '';
  if (node.kind === 'sequence') return undefined;
  return node.kind === 'scalar' ? node.text : JSON.stringify(toPlain(node));
}

export function readTexts(node: ConfigNode, odd: OddEntry): Readonly<Record<string, string>> | undefined {
  if (isNothing(node)) return {};
  if (node.kind !== 'mapping') return undefined;
  const found = new Map<string, string>();
  for (const [name, { value }] of node.entries) {
    const one = readString(value);
    if (one === undefined) odd(value, 'must be text');
    else found.set(name, one);
  }
  return Object.fromEntries(found);
}

/** `keep_alive` of outputs: only the very word `true` switches it on, in Falco; any other truth value does here too. */
export function readLooseBool(node: ConfigNode): boolean | undefined {
  const number = readNumber(node);
  return readBool(node) ?? (number === undefined ? undefined : number !== 0);
}

export type DropAction = 'ignore' | 'log' | 'alert' | 'exit';
const DROP_ACTIONS: readonly string[] = ['ignore', 'log', 'alert', 'exit'] satisfies readonly DropAction[];

/** Words that are no action are passed on: `dropActionsProblem` refuses them by name. */
export function readDropActions(node: ConfigNode): readonly DropAction[] | undefined {
  return readStrings(node) as readonly DropAction[] | undefined;
}

/** Words for a list of actions that cannot be; undefined when it can. `ignore` behind the others is let pass, as in Falco. */
export function dropActionsProblem(actions: readonly DropAction[]): string | undefined {
  const unknown = actions.find(action => !DROP_ACTIONS.includes(action));
  if (unknown !== undefined)
    return `syscall_event_drops.actions: '${unknown}' is not one of ${DROP_ACTIONS.join(', ')}`;
  const ignore = actions.indexOf('ignore');
  if (ignore >= 0 && actions.slice(ignore).some(action => action === 'log' || action === 'alert')) {
    return `syscall_event_drops.actions: 'ignore' may not stand before 'log' or 'alert'`;
  }
  return undefined;
}

export type SpooledOutput = 'http' | 'program' | 'syslog' | 'file';
const SPOOLED_OUTPUTS: readonly string[] = [
  'http',
  'program',
  'syslog',
  'file',
] satisfies readonly SpooledOutput[];

export function readSpooledOutputs(node: ConfigNode): readonly SpooledOutput[] | undefined {
  const names = readStrings(node);
  return names?.every(name => SPOOLED_OUTPUTS.includes(name)) === true
    ? (names as readonly SpooledOutput[])
    : undefined;
}

const DURATION =
  /^(?:(\d+)y)? *(?:(\d+)w)? *(?:(\d+)d)? *(?:(\d+)h)? *(?:(\d+)m(?!s))? *(?:(\d+)s)? *(?:(\d+)ms)?$/;

/**
 * Milliseconds of a duration such as `1h`, `90s`, `1d12h`, `2h 5m` (units from large to small); undefined when it is
 * none.
 */
export function durationMs(duration: string): number | undefined {
  const match = DURATION.exec(duration);
  if (match === null || duration.trim() === '') return undefined;
  const units = [31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1];
  return units.reduce((sum, unit, i) => sum + unit * Number(match[i + 1] ?? 0), 0);
}
