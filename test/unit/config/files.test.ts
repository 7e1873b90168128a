import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyKey, Keys } from '../../../daemon/config/key.js';
import { KEYS } from '../../../daemon/config/keys.js';
import { GONE } from '../../../daemon/config/gone.js';
import { DELIVERED, EXAMPLES, GROUPS } from '../../../daemon/config/layout.js';
import { loadConfig, loadConfigText } from '../../../daemon/config/load.js';
import { configPage } from '../../../daemon/config/markdown.js';
import { nodeAt, parsePath } from '../../../daemon/config/path.js';
import { rows } from '../../../daemon/config/table-walk.js';
import { yamlFile } from '../../../daemon/config/yaml-file.js';
import { locateConfig, relocate } from '../../../daemon/config/locate.js';
import { rulesFiles } from '../../../daemon/config/rules-files.js';
import { configSchema } from '../../../daemon/config/schema.js';
import { projectRoot } from '../../support/project.js';

const shipped = join(projectRoot, 'etc/falco.yaml');

describe('Files of the configuration', () => {
  let folder: string;
  const write = (name: string, text = ''): string => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-files-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are looked for where -c says, then on the system, then in the source tree', () => {
    const own = write('tree/etc/falco.yaml');
    const system = join(folder, 'system');
    const root = join(folder, 'tree');
    assert.deepEqual(locateConfig('/given.yaml', root, system), { path: '/given.yaml', folder: null });
    assert.deepEqual(locateConfig(null, root, system), { path: own, folder: join(root, 'etc') });
    assert.deepEqual(locateConfig(own, root, system), { path: own, folder: join(root, 'etc') });
    write('system/falco.yaml');
    assert.deepEqual(locateConfig(null, root, system), { path: join(system, 'falco.yaml'), folder: null });
    assert.equal(locateConfig(null, join(folder, 'none'), join(folder, 'none')), null);
  });

  it('of the source tree name the rules beside them', () => {
    assert.equal(relocate('/etc/falco/rules.d', '/tree/etc'), '/tree/etc/rules.d');
    assert.equal(relocate('/etc/falcon/x', '/tree/etc'), '/etc/falcon/x');
    const loaded = loadConfig({
      located: { path: shipped, folder: '/tree/etc' },
      overrides: [],
      environment: {},
    });
    assert.ok(loaded.ok);
    assert.equal(loaded.config.rules_files[0], '/tree/etc/falco_rules.yaml');
  });

  it('stand for the rules files in them, sorted, without those of folders in them', () => {
    const b = write('rules.d/b.yaml');
    const a = write('rules.d/a.yml');
    write('rules.d/c.txt');
    write('rules.d/deep/d.yaml');
    symlinkSync(join(folder, 'rules.d'), join(folder, 'link.d'));
    const first = write('z.yaml');
    const paths = [
      first,
      join(folder, 'missing.yaml'),
      join(folder, 'rules.d'),
      join(folder, 'link.d'),
      write('no.txt'),
    ];
    assert.deepEqual(rulesFiles(paths), [
      first,
      a,
      b,
      join(folder, 'link.d/a.yml'),
      join(folder, 'link.d/b.yaml'),
    ]);
  });

  it('that cannot be read or are not there are one clear message', () => {
    const path = join(folder, 'none.yaml');
    const result = loadConfig({ located: { path, folder: null }, overrides: [], environment: {} });
    assert.deepEqual(result, {
      ok: false,
      message: `Could not find configuration file at ${path}`,
      included: [],
    });
  });

  it('that are named twice are merged twice, and told of once', () => {
    const more = write('more.yaml', 'rules_files: [b]\ncolour: red\n');
    const path = write('falco.yaml', `config_files: [${more}, ${more}]\nrules_files: [a]\n`);
    const result = loadConfig({ located: { path, folder: null }, overrides: [], environment: {} });
    assert.ok(result.ok);
    assert.deepEqual(result.config.rules_files, ['a', 'b', 'b']);
    assert.deepEqual(
      result.files.map(({ name }) => name),
      [path, more],
    );
    assert.equal(result.warnings.length, 1);
  });

  it('that are far too large are refused before they are read', () => {
    const path = write('log.yaml', 'json_output: true\n');
    truncateSync(path, 8 * 2 ** 30);
    const result = loadConfig({ located: { path, folder: null }, overrides: [], environment: {} });
    const message = `Could not read configuration file ${path}: it is larger than 4194304 bytes`;
    assert.deepEqual(result, { ok: false, message, included: [] });
  });
});

describe('The configuration that is delivered', () => {
  it('is right by its own table, without a warning', () => {
    const loaded = loadConfig({ located: { path: shipped, folder: null }, overrides: [], environment: {} });
    assert.ok(loaded.ok);
    assert.deepEqual(loaded.warnings, []);
    assert.deepEqual(loaded.files, [{ name: shipped, schema: 'ok' }]);
    assert.ok(loaded.config.stdout_output.enabled && loaded.config.syslog_output.enabled);
  });

  it('is what the table makes of it', () => {
    assert.equal(readFileSync(shipped, 'utf8'), yamlFile(), 'run make docs');
  });

  it('has every key, each with its default unless the layout says otherwise', () => {
    const loaded = loadConfig({ located: { path: shipped, folder: null }, overrides: [], environment: {} });
    assert.ok(loaded.ok);
    const at = (value: unknown, path: string): unknown =>
      path.split('.').reduce((inner, name) => (inner as Record<string, unknown>)[name], value);
    for (const { path, key } of rows().filter(row => !row.path.includes('[]'))) {
      const steps = parsePath(path);
      assert.ok(steps.ok && nodeAt(loaded.root, steps.steps) !== undefined, `${path} is missing`);
      const value = key.kind === 'records' ? [] : key.fallback;
      const wanted = DELIVERED[path] ?? value;
      const got: unknown =
        path === 'config_files' ? loaded.config.config_files.map(one => one.path) : at(loaded.config, path);
      assert.deepEqual(got, wanted, path);
      if (path in DELIVERED) assert.notDeepEqual(wanted, value, `${path} is the default anyway`);
    }
  });

  it('has under each heading keys that there are, and each once', () => {
    const shown = GROUPS.flatMap(group => group.keys);
    assert.deepEqual(shown.toSorted(), Object.keys(KEYS).toSorted());
    const paths = rows().map(row => row.path);
    for (const path of [...Object.keys(DELIVERED), ...Object.keys(EXAMPLES)])
      assert.ok(paths.includes(path), path);
  });

  it('has examples that load without a warning', () => {
    for (const [path, text] of Object.entries(EXAMPLES)) {
      const above = path.split('.').slice(0, -1);
      const yaml = [...above.map((name, i) => `${'  '.repeat(i)}${name}:`), text.slice(1), ''].join('\n');
      const loaded = loadConfigText(yaml, []);
      assert.ok(loaded.ok, `${path}: ${loaded.ok ? '' : loaded.message}`);
      const odd = loaded.warnings.filter(warning => !warning.includes('in this version'));
      assert.deepEqual(odd, [], path);
    }
  });
});

describe('docs/config.md', () => {
  it('is what the table makes of it, and speaks of every key', () => {
    const text = readFileSync(join(projectRoot, 'docs/config.md'), 'utf8');
    assert.equal(text, configPage(), 'run make docs');
    for (const { path } of rows()) assert.ok(text.includes(`\n| \`${path}\` |`), path);
    for (const path of GONE.keys()) assert.ok(text.includes(`\n| \`${path}\` |`), path);
  });
});

describe('The key table', () => {
  const leaves = (keys: Keys, above = ''): readonly string[] =>
    Object.entries(keys).flatMap(([name, key]: [string, AnyKey]) =>
      key.kind === 'key' ? [above + name] : leaves(key.keys, `${above}${name}.`),
    );

  it('has each key once', () => {
    const all = leaves(KEYS);
    assert.equal(new Set(all).size, all.length);
    const ofFalco = rows().filter(({ key }) => key.kind === 'key' && key.since !== 'own');
    assert.equal(ofFalco.length, 106);
  });

  it('gives a schema that allows nothing else', () => {
    const schema = configSchema() as {
      additionalProperties: boolean;
      properties: Record<string, { type: string }>;
    };
    assert.equal(schema.additionalProperties, false);
    assert.equal(schema.properties['json_output']!.type, 'boolean');
    assert.equal(schema.properties['engine']!.type, 'object');
  });
});
