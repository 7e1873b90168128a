/** The schema of falco.yaml, as editors and pipelines use it: through a validator that knows nothing of us. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { loadConfigText } from '../../../daemon/config/load.js';
import { configSchema } from '../../../daemon/config/schema.js';
import { projectRoot } from '../../support/project.js';

const draft = createRequire(import.meta.url)('ajv/lib/refs/json-schema-draft-06.json') as object;
const ajv = new Ajv({ meta: false });
ajv.addMetaSchema(draft);

describe('The JSON schema of falco.yaml', () => {
  const accepts = ajv.compile(configSchema());

  const GOOD: readonly string[] = [
    readFileSync(join(projectRoot, 'etc/falco.yaml'), 'utf8'),
    'config_files: [a, {path: b, strategy: override}]',
    'rules: [{enable: {rule: x}}, {disable: {tag: y}}]',
    'append_output: [{match: {tags: [a]}, extra_fields: [a, {b: c}]}]',
    'syscall_event_drops: {actions: [log], threshold: 0.5}',
    'static_fields: {a: b, c: 5}',
    'plugins: [{name: a, library_path: b, init_config: {x: 1}}]',
    'alerts: {throttle: {overrides: [{rule: a, rate: 0.5, key_fields: [proc.name]}]}}',
  ];
  const BAD: readonly string[] = [
    'foo: 1',
    'json_output: text',
    'engine: {modern_ebpf: {colour: red}}',
    'config_files: [{strategy: override}]',
    'config_files: [{path: a, strategy: x}]',
    'config_files: [{path: a, strategy: [append]}]',
    'config_files: [{path: a, colour: red}]',
    'rules: [{enable: {}}]',
    'rules: [{x: {rule: a}}]',
    'rules: [{enable: {rule: a, colour: red}}]',
    'append_output: [{extra_fields: [[a]]}]',
    'append_output: [{extra_fields: [{a: [b]}]}]',
    'plugins: [{name: a}]',
    'plugins: [{name: a, library_path: b, init_config: [x]}]',
    'static_fields: [a]',
    'alerts: {throttle: {overrides: [{rate: 1}]}}',
  ];

  for (const yaml of GOOD) {
    it(`accepts ${yaml.startsWith('#') ? 'the file that is delivered' : yaml}, as the daemon does`, () => {
      assert.ok(accepts(parse(yaml)), ajv.errorsText(accepts.errors));
      const loaded = loadConfigText(yaml, []);
      assert.ok(loaded.ok);
      assert.equal(loaded.files[0]!.schema, 'ok');
    });
  }

  for (const yaml of BAD) {
    it(`does not accept ${yaml}, nor does the daemon call it right`, () => {
      assert.equal(accepts(parse(yaml)), false);
      const loaded = loadConfigText(yaml, []);
      assert.match(loaded.ok ? loaded.files[0]!.schema : 'failed', /^failed/);
    });
  }
});
