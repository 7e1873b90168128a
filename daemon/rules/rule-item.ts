/** A `rule` item of a rules file. */
import { didYouMean } from '../diagnostics/suggestion.js';
import type { ExceptionItem, RuleItem, RulePart, RuleParts } from './item.js';
import { readExceptions } from './exception-item.js';
import { mapped, trimmed, type MappedText } from './mapped-text.js';
import { readOverrides, type OverridableKey } from './override.js';
import { parsePriority, PRIORITY_NAMES, type Priority } from './priority.js';
import { MapReader, type Findings } from './reader.js';
import type { Place } from './source-file.js';
import type { YamlMap } from './yaml.js';

interface RuleKey extends OverridableKey {
  readonly part: RulePart;
  /** undefined: nothing is said; null: wrong, and noted. */
  readonly read: (
    item: MapReader,
    key: string,
    findings: Findings,
    appended: boolean,
  ) => PartValue | undefined | null;
}
type PartValue =
  MappedText | string | readonly string[] | readonly ExceptionItem[] | Priority | number | boolean;

const boolean = (item: MapReader, key: string): boolean | undefined | null => item.boolean(key);
const text = (item: MapReader, key: string): MappedText | null => {
  const scalar = item.required(key);
  return scalar && mapped(scalar);
};

/** The keys that make up a rule. */
/* prettier-ignore */
const KEYS: Readonly<Record<string, RuleKey>> = {
  condition:                { part: 'condition',           append: true,  replace: true, read: text },
  output:                   { part: 'output',              append: true,  replace: true, read: readOutput },
  desc:                     { part: 'desc',                append: true,  replace: true, read: (item, key) => item.required(key)?.text ?? null },
  tags:                     { part: 'tags',                append: true,  replace: true, read: (item, key) => item.scalars(key)?.map(tag => tag.text) ?? null },
  exceptions:               { part: 'exceptions',          append: true,  replace: true, read: (item, _, findings, appended) => readExceptions(item, findings, appended) },
  priority:                 { part: 'priority',            append: false, replace: true, read: readPriority },
  enabled:                  { part: 'enabled',             append: false, replace: true, read: boolean },
  capture:                  { part: 'capture',             append: false, replace: true, read: boolean },
  capture_duration:         { part: 'captureDuration',     append: false, replace: true, read: (item, key) => item.unsigned(key) },
  warn_evttypes:            { part: 'warnEvttypes',        append: false, replace: true, read: boolean },
  'skip-if-unknown-filter': { part: 'skipIfUnknownFilter', append: false, replace: true, read: boolean },
};

export const RULE_KEYS: readonly string[] = ['rule', 'source', 'append', 'override', ...Object.keys(KEYS)];

const REQUIRED = ['condition', 'output', 'desc', 'priority'] as const;
const STANDALONE_ENABLED =
  "The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry " +
  "under the 'override' key (i.e. 'enabled: replace').";

export function readRule(node: YamlMap, place: Place, findings: Findings): RuleItem | null {
  const item = new MapReader(node, place, findings);
  const before = findings.errors.length;
  const name = item.required('rule');
  if (name === null) return null;
  const source = item.optional('source');
  const overrides = readOverrides(item, KEYS, findings);
  if (overrides === null) return null;
  const action = readAction(item, overrides, findings);
  if (findings.errors.length > before) return null;
  return { kind: 'rule', name: name.text, source: source?.text ?? null, action, place };
}

function readAction(
  item: MapReader,
  overrides: NonNullable<ReturnType<typeof readOverrides>>,
  findings: Findings,
): RuleItem['action'] {
  switch (overrides.kind) {
    case 'override':
      return {
        kind: 'override',
        append: readParts(item, [...overrides.append], findings, true),
        replace: readParts(item, [...overrides.replace], findings, false),
      };
    case 'append all': {
      // Of an appended rule only these two count.
      const keys = ['condition', 'exceptions'].filter(key => item.has(key));
      if (keys.length === 0) {
        item.error(
          'Appended rule must have exceptions or condition property',
          item.place,
          'LOAD_ERR_VALIDATE',
        );
      }
      return { kind: 'append', parts: readParts(item, keys, findings, true) };
    }
    case 'none': {
      const toggles = item.has('enabled') && !REQUIRED.some(key => item.has(key));
      const enabled = toggles ? item.boolean('enabled') : undefined;
      // What is wrong was noted.
      if (enabled === null) return { kind: 'toggle', enabled: true };
      if (enabled !== undefined) {
        item.warn('LOAD_DEPRECATED_ITEM', STANDALONE_ENABLED, item.at('enabled'));
        return { kind: 'toggle', enabled };
      }
      const keys = Object.keys(KEYS).filter(
        key => item.has(key) || REQUIRED.some(required => required === key),
      );
      return { kind: 'define', parts: readParts(item, keys, findings, false) };
    }
  }
}

function readParts(
  item: MapReader,
  keys: readonly string[],
  findings: Findings,
  appended: boolean,
): RuleParts {
  const parts: Partial<Record<RulePart, PartValue>> = {};
  for (const key of keys) {
    const row = KEYS[key];
    const value = row?.read(item, key, findings, appended);
    if (row !== undefined && value !== undefined && value !== null) parts[row.part] = value;
  }
  // Each row reads the type that its part has.
  return parts as RuleParts;
}

function readOutput(item: MapReader, key: string): MappedText | null {
  const whole = text(item, key);
  return whole && trimmed(whole);
}

function readPriority(item: MapReader, key: string): Priority | null {
  const scalar = item.required(key);
  if (scalar === null) return null;
  return (
    parsePriority(scalar.text) ??
    item.error('Invalid priority', item.at(key), 'LOAD_ERR_YAML_VALIDATE', priorityHint(scalar.text))
  );
}

function priorityHint(written: string): string {
  return didYouMean(written, PRIORITY_NAMES) ?? `it is one of ${PRIORITY_NAMES.join(', ')}`;
}
