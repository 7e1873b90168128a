/** YAML nodes of a rules file → items. Each kind has a table of the keys that it knows. */
import { didYouMean } from '../diagnostics/suggestion.js';
import type { Item, ListItem, MacroItem, Manner, PluginRequirement, PluginVersionsItem } from './item.js';
import { diagnose, MAX_ERRORS } from './codes.js';
import { mapped } from './mapped-text.js';
import { readOverrides, type OverridableKey, type Overrides } from './override.js';
import { MapReader, parseUnsigned, type Findings } from './reader.js';
import { readRule, RULE_KEYS } from './rule-item.js';
import { filePlace, inPlace, type Place, type SourceFile } from './source-file.js';
import { isVersion } from './version.js';
import type { YamlNode, YamlMap } from './yaml.js';

interface Kind {
  /** The key whose presence makes an item one of this kind. */
  readonly key: string;
  readonly keys: readonly string[];
  readonly read: (node: YamlMap, place: Place, findings: Findings) => Item | null;
}

/** In the order in which their keys decide. */
const KINDS: readonly Kind[] = [
  { key: 'required_engine_version', keys: ['required_engine_version'], read: readEngineVersion },
  { key: 'required_plugin_versions', keys: ['required_plugin_versions'], read: readPluginVersions },
  { key: 'list', keys: ['list', 'items', 'append', 'override'], read: readList },
  { key: 'macro', keys: ['macro', 'condition', 'append', 'override'], read: readMacro },
  { key: 'rule', keys: RULE_KEYS, read: readRule },
];

/**
 * All items of a file that can be read; the rest are in `findings`, which tells good files from bad.
 * @param take gets each item in its turn, so that errors come in the order of the file. Behind one that cannot be read
 * it gets none: what they say of it would be said against things that the user did write.
 */
export function readItems(
  file: SourceFile,
  documents: readonly YamlNode[],
  findings: Findings,
  take: (item: Item) => void,
): readonly Item[] {
  const whole = filePlace(file);
  const items: Item[] = [];
  let readable = true;
  for (const document of documents) {
    if (document.kind === 'scalar' && document.isNull) continue;
    if (document.kind !== 'sequence') {
      const message = `Rules content is not yaml${document.kind === 'map' ? ' array of objects' : ''}`;
      findings.errors.push(diagnose('LOAD_ERR_YAML_VALIDATE', message, filePlace(file, document)));
      readable = false;
      continue;
    }
    for (const node of document.items) {
      if (findings.errors.length >= MAX_ERRORS) return items;
      const before = findings.errors.length;
      const item = readItem(node, whole, findings);
      if (findings.errors.length > before) readable = false;
      if (item === null) continue;
      items.push(item);
      if (readable) take(item);
    }
  }
  return items;
}

function readItem(node: YamlNode, whole: Place, findings: Findings): Item | null {
  if (node.kind === 'scalar' && node.isNull) return null;
  const place = inPlace(whole, 'rules content item', '', node);
  if (node.kind !== 'map') {
    const message = 'Unexpected element type. Each element should be a yaml associative array.';
    findings.errors.push(diagnose('LOAD_ERR_YAML_VALIDATE', message, place));
    return null;
  }
  const reader = new MapReader(node, place, findings);
  const kind = KINDS.find(({ key }) => reader.has(key));
  if (kind === undefined) {
    const [first] = reader.keys();
    const hint =
      first &&
      didYouMean(
        first.key,
        KINDS.map(({ key }) => key),
      );
    reader.warn('LOAD_UNKNOWN_ITEM', 'Unknown top level item', place, hint);
    return null;
  }
  const name = reader.node(kind.key)!;
  const itemName = name.kind === 'scalar' && !name.isNull ? name.text : '';
  const type = kind.key.replaceAll('_plugin_versions', ' plugin versions');
  const itemPlace = inPlace(whole, type, type === kind.key && kind.keys.length > 1 ? itemName : '', node);
  warnKeys(new MapReader(node, itemPlace, findings), kind.keys, findings);
  return kind.read(node, itemPlace, findings);
}

function warnKeys(item: MapReader, known: readonly string[], findings: Findings): void {
  const seen = new Set<string>();
  for (const { key, node } of item.keys()) {
    const place = inPlace(item.place, 'value for', key, node);
    if (seen.has(key)) {
      const message = `Key '${key}' stands there a second time. The first one counts.`;
      findings.notes.push(diagnose('LOAD_REPEATED_KEY', message, place));
    }
    seen.add(key);
    if (known.includes(key)) continue;
    const hint = didYouMean(key, known);
    item.warn('LOAD_UNKNOWN_KEY', `Unknown key '${key}'. The key will be ignored.`, place, hint);
  }
}

function readEngineVersion(node: YamlMap, place: Place, findings: Findings): Item | null {
  const reader = new MapReader(node, place, findings);
  const scalar = reader.required('required_engine_version');
  if (scalar === null) return null;
  const text = scalar.text;
  const number = parseUnsigned(text);
  if (number !== undefined) return { kind: 'engine version', version: `0.${String(number)}.0`, place };
  if (isVersion(text)) return { kind: 'engine version', version: text, place };
  return reader.error(
    `Unable to parse engine version '${text}' as a semver string. Expected "x.y.z" semver format.`,
    reader.at('required_engine_version'),
  );
}

function readPluginVersions(node: YamlMap, place: Place, findings: Findings): Item | null {
  const reader = new MapReader(node, place, findings);
  const key = 'required_plugin_versions';
  const value = reader.node(key)!;
  if (value.kind !== 'sequence') {
    return reader.error('Value of required_plugin_versions must be a sequence', reader.at(key));
  }
  const requirements: PluginVersionsItem['requirements'][number][] = [];
  for (const entry of value.items) {
    const entryPlace = inPlace(place, 'required plugin versions entry', '', entry);
    if (entry.kind !== 'map') return reader.error('Plugin version must be a mapping', entryPlace);
    const plugin = new MapReader(entry, entryPlace, findings);
    const anyOf = [readPlugin(plugin), ...readAlternatives(plugin, findings)];
    const known = anyOf.filter(requirement => requirement !== null);
    if (known.length < anyOf.length) return null;
    const twice = known.find(({ name }, index) => known.findIndex(other => other.name === name) < index);
    if (twice !== undefined) {
      const message = `Defined multiple alternative version requirements for plugin '${twice.name}'`;
      return reader.error(message, entryPlace, 'LOAD_ERR_VALIDATE');
    }
    requirements.push({ anyOf: known, place: entryPlace });
  }
  return { kind: 'plugin versions', requirements };
}

function readAlternatives(plugin: MapReader, findings: Findings): readonly (PluginRequirement | null)[] {
  const node = plugin.node('alternatives');
  if (node === undefined) return [];
  if (node.kind !== 'sequence') {
    return [
      plugin.error('Value of plugin version alternatives must be a sequence', plugin.at('alternatives')),
    ];
  }
  return node.items.map(item => {
    const place = inPlace(plugin.place, 'required plugin versions alternative', '', item);
    if (item.kind !== 'map') return plugin.error('Plugin version alternative must be a mapping', place);
    return readPlugin(new MapReader(item, place, findings));
  });
}

function readPlugin(plugin: MapReader): PluginRequirement | null {
  const name = plugin.required('name');
  const version = plugin.required('version');
  if (name === null || version === null) return null;
  if (isVersion(version.text)) return { name: name.text, version: version.text };
  const message = `Invalid required version '${version.text}' for plugin '${name.text}'`;
  return plugin.error(message, plugin.at('version'), 'LOAD_ERR_VALIDATE');
}

const BOTH: OverridableKey = { append: true, replace: true };

function readList(node: YamlMap, place: Place, findings: Findings): ListItem | null {
  const reader = new MapReader(node, place, findings);
  const name = reader.required('list');
  if (name === null) return null;
  if (!/^[^()"'\s=,]+$/.test(name.text)) {
    const message =
      'List has an invalid name. List names should match a regular expression: ' + `[^()"'[:space:]=,]+`;
    reader.warn('LOAD_INVALID_LIST_NAME', message, reader.at('list'));
  }
  const overrides = readOverrides(reader, { items: BOTH }, findings);
  const items = reader.scalars('items');
  if (items === null || overrides === null) return null;
  return { kind: 'list', name: name.text, items, manner: manner(overrides, 'items'), place };
}

function readMacro(node: YamlMap, place: Place, findings: Findings): MacroItem | null {
  const reader = new MapReader(node, place, findings);
  const name = reader.required('macro');
  if (name === null) return null;
  if (!/^[a-zA-Z]+[a-zA-Z0-9_]*$/.test(name.text)) {
    const message =
      'Macro has an invalid name. Macro names should match a regular expression: [a-zA-Z]+[a-zA-Z0-9_]*';
    reader.warn('LOAD_INVALID_MACRO_NAME', message, reader.at('macro'));
  }
  const overrides = readOverrides(reader, { condition: BOTH }, findings);
  const condition = reader.required('condition');
  if (condition === null || overrides === null) return null;
  return {
    kind: 'macro',
    name: name.text,
    condition: mapped(condition),
    manner: manner(overrides, 'condition'),
    place,
  };
}

function manner(overrides: Overrides, key: string): Manner {
  if (overrides.kind === 'none') return 'define';
  if (overrides.kind === 'append all' || overrides.append.has(key)) return 'append';
  return 'replace';
}
