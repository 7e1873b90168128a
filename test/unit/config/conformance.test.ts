import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config } from '../../../daemon/config/config.js';
import {
  loadConfig,
  loadConfigText,
  type ConfigResult,
  type LoadedConfig,
} from '../../../daemon/config/load.js';
import type { ConfigNode, MappingNode } from '../../../daemon/config/node.js';
import { nodeAt, parsePath, setAt } from '../../../daemon/config/path.js';
import { readBool, readInteger, readString, readStrings } from '../../../daemon/config/scalar-value.js';
import { parseYaml } from '../../../daemon/config/yaml.js';
import { describeShared, sharedJson } from '../../support/shared.js';

interface Step {
  readonly do?: string;
  readonly check?: string;
  readonly throws?: boolean;
  readonly yaml?: string;
  readonly file?: string;
  readonly options?: readonly string[];
  readonly key?: string;
  readonly type?: string;
  readonly path?: string;
  readonly status?: string;
  readonly arg?: unknown;
  readonly default?: unknown;
  readonly value?: unknown;
}

interface Vector {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** What the vectors call a member, in our own names. */
function member(config: Config, path: string): unknown {
  const names: Readonly<Record<string, string>> = { 'm_webserver_config.m_listen_address': 'listen_address' };
  const rest = path.replace(/^falco_config\./, '');
  if (names[rest] === 'listen_address') return config.webserver.listen_address;
  const [, list, index, attribute = '', more = ''] =
    /^m_(append_output|rules_selection|plugins)(?:\[(\d+)\])?\.?(\w*)(?:\(\))?(.*)$/.exec(rest) ?? [];
  if (list === undefined) throw new Error(`unknown member ${path}`);
  const items =
    list === 'append_output' ? config.append_output : list === 'plugins' ? config.plugins : config.rules;
  if (index === undefined) return items.length;
  const i = Number(index);
  if (list === 'plugins') {
    const plugin = config.plugins[i]!;
    return attribute === 'm_init_config' ? plugin.init_config : plugin.library_path;
  }
  if (list === 'rules_selection') {
    const selection = config.rules[i]!;
    if (attribute === 'm_op')
      return `falco_configuration::rule_selection_operation::${selection.enable ? 'enable' : 'disable'}`;
    return attribute === 'm_rule' ? selection.rule : selection.tag;
  }
  const append = config.append_output[i]!;
  const quoted = /"(.*)"/.exec(more)?.[1];
  const count = (texts: readonly string[]): number =>
    quoted === undefined ? texts.length : texts.filter(text => text === quoted).length;
  switch (attribute) {
    case 'm_source':
      return append.match.source;
    case 'm_rule':
      return append.match.rule;
    case 'm_format':
      return append.extra_output;
    case 'm_tags':
      return count(append.match.tags);
    case 'm_formatted_fields': {
      const formatted = append.extra_fields.filter(field => field.format !== null);
      return quoted === undefined ? formatted.length : formatted.find(field => field.name === quoted)?.format;
    }
    case 'm_raw_fields':
      return count(append.extra_fields.filter(field => field.format === null).map(field => field.name));
    default:
      throw new Error(`unknown member ${path}`);
  }
}

function steps(key: string) {
  const path = parsePath(key);
  assert.ok(path.ok);
  return path.steps;
}

function typed(node: ConfigNode | undefined, step: Step): unknown {
  if (node === undefined) return step.default;
  const value =
    step.type === 'bool'
      ? readBool(node)
      : step.type === 'int'
        ? readInteger(node, -1e9, 1e9)
        : readString(node);
  return value ?? step.default;
}

function run(vector: Vector, folder: string): void {
  const place = (text: string): string =>
    text.replaceAll('${TMP}', join(folder, 'tmp')).replaceAll('${CWD}', folder);
  for (const [name, text] of Object.entries(vector.files ?? {})) {
    const path = join(folder, place(name).replace(folder, ''));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, place(text));
  }
  const environment = { ...vector.env };
  let root: ConfigNode | undefined;
  let loaded: LoadedConfig | undefined;

  const take = (result: ConfigResult, step: Step): void => {
    assert.equal(!result.ok, step.throws, result.ok ? 'was accepted' : result.message);
    if (result.ok) [loaded, root] = [result, result.root];
  };

  for (const step of vector.steps) {
    const at = step.key === undefined || root === undefined ? undefined : nodeAt(root, steps(step.key));
    switch (step.do ?? step.check) {
      case 'load_from_string': {
        const parsed = parseYaml(step.yaml!, 'text');
        assert.equal(!parsed.ok, step.throws);
        if (parsed.ok) root = parsed.root;
        break;
      }
      case 'init_from_content':
        take(loadConfigText(step.yaml!, step.options!, environment), step);
        break;
      case 'init_from_file':
        take(
          loadConfig({
            located: { path: place(step.file!), folder: null },
            overrides: step.options!,
            environment,
          }),
          step,
        );
        break;
      case 'set_scalar': {
        const origin = root!.origin;
        const value: ConfigNode = { kind: 'scalar', text: String(step.arg), isNull: false, origin };
        assert.equal(setAt(root as MappingNode, steps(step.key!), value, origin), undefined);
        break;
      }
      case 'get':
        assert.deepEqual(typed(at, step), step.value, step.key);
        break;
      case 'get_sequence':
      case 'sequence':
        assert.deepEqual(readStrings(at!), step.value ?? readStrings(at!));
        break;
      case 'sequence_size':
        assert.equal(readStrings(at!)!.length, step.value);
        break;
      case 'is_defined':
        assert.equal(at !== undefined, step.value, step.key);
        break;
      case 'files_loaded':
        assert.equal(loaded!.files.length, step.value);
        break;
      case 'member':
        assert.deepEqual(member(loaded!.config, step.path!), step.value);
        break;
      case 'member_json':
        assert.deepEqual(JSON.parse(member(loaded!.config, step.path!) as string), step.value);
        break;
      case 'schema':
        assert.equal(loaded!.files[0]!.schema.split(' ')[0], step.status);
        break;
      case 'schema_of_main_file_not':
        assert.notEqual(loaded!.files[0]!.schema, step.status);
        break;
      default:
        throw new Error(`unknown step ${JSON.stringify(step)}`);
    }
  }
}

describeShared('Configuration, held against the conformance vectors', () => {
  let folder: string;
  let before: string;
  beforeEach(() => {
    before = process.cwd();
    folder = mkdtempSync(join(tmpdir(), 'falco-config-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
  for (const vector of sharedJson<{ tests: readonly Vector[] }>('conformance/config.json').tests) {
    it(vector.name, () => run(vector, folder));
  }
});
