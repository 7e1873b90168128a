/** The examples for fleets: the daemon takes each fragment of its configuration as it stands, and the rest is well-formed. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadConfigText } from '../../../daemon/config/load.js';
import { projectRoot } from '../../support/project.js';

const folder = join(projectRoot, 'packaging/fleet');

describe('The examples for fleets', () => {
  for (const name of readdirSync(join(folder, 'config.d'))) {
    it(`${name} is configuration without a fault, of alerts as JSON and one output that keeps what cannot go`, () => {
      const loaded = loadConfigText(readFileSync(join(folder, 'config.d', name), 'utf8'), []);
      assert.ok(loaded.ok);
      assert.deepEqual(loaded.warnings, []);
      const { config } = loaded;
      assert.equal(config.json_output, true);
      const text = readFileSync(join(folder, 'config.d', name), 'utf8');
      const outputs = Object.keys(parse(text) as object).filter(
        key => key.endsWith('_output') && key !== 'json_output',
      );
      assert.equal(outputs.length, 1);
      // A file is a spool of its own.
      const spooled = config.outputs_spool.enabled ? config.outputs_spool.outputs : ['file'];
      assert.deepEqual(spooled, [outputs[0]!.replace('_output', '')]);
    });
  }

  it('the pipelines of Fluent Bit and Vector are YAML, and read the file that falco writes', () => {
    const { file_output } = parse(readFileSync(join(folder, 'config.d/fleet-file.yaml'), 'utf8')) as {
      file_output: { filename: string };
    };
    const fluentBit = parse(readFileSync(join(folder, 'fluent-bit/falco.yaml'), 'utf8')) as {
      pipeline: { inputs: { path: string }[]; outputs: { match: string }[] };
    };
    assert.deepEqual(
      fluentBit.pipeline.inputs.map(({ path }) => path),
      [file_output.filename],
    );
    assert.deepEqual(
      fluentBit.pipeline.outputs.map(({ match }) => match),
      ['falco', 'falco'],
    );
    const vector = parse(readFileSync(join(folder, 'vector/falco.yaml'), 'utf8')) as {
      sources: { falco_file: { include: string[] } };
      transforms: Record<string, { inputs: string[] }>;
      sinks: Record<string, { inputs: string[] }>;
    };
    assert.deepEqual(vector.sources.falco_file.include, [file_output.filename]);
    for (const { inputs } of Object.values(vector.sinks))
      for (const name of inputs) assert.ok(name in vector.transforms);
    const rotated = readFileSync(join(folder, 'logrotate/falco'), 'utf8');
    assert.ok(rotated.includes(`\n${file_output.filename} {\n`));
  });
});
