/**
 * Writes what follows from other files: values.schema.json (from values-schema.mjs and the daemon's own schema), the table
 * of README.md (from values.yaml), the dashboard, and the kustomize bases (from the chart). `make chart` runs it, with the renderer built.
 *
 *   node packaging/helm/generate.mjs RENDERER [--check]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { dashboard } from './dashboard.mjs';
import { kustomizeFiles } from './kustomize-files.mjs';
import { valuesSchema } from './values-schema.mjs';
import { valuesTable } from './values-table.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const chart = join(here, 'falco');
const BEGIN = '<!-- values, from values.yaml: make chart -->';
const END = '<!-- end of values -->';

function output(command, args, input) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', input });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

const json = value => format(JSON.stringify(value), { parser: 'json', printWidth: 110 });

async function files(renderer) {
  const schema = valuesSchema(JSON.parse(output(join(root, 'bin/falco'), ['--config-schema'])));
  const readme = readFileSync(join(chart, 'README.md'), 'utf8');
  const table = valuesTable(readFileSync(join(chart, 'values.yaml'), 'utf8'));
  const [before, after] = [readme.indexOf(BEGIN) + BEGIN.length, readme.indexOf(END)];
  if (after < before) throw new Error('README.md has no place for the table of values');
  return {
    [join(chart, 'values.schema.json')]: await json(schema),
    [join(chart, 'README.md')]: `${readme.slice(0, before)}\n\n${table}\n\n${readme.slice(after)}`,
    [join(chart, 'dashboards/falco.json')]: await json(dashboard()),
    ...kustomizeFiles(chart, join(root, 'packaging/kustomize'), requests =>
      JSON.parse(output(renderer, [], JSON.stringify(requests))),
    ),
  };
}

const [renderer, check] = process.argv.slice(2);
if (renderer === undefined) throw new Error('generate.mjs RENDERER [--check]');
const stale = [];
for (const [path, content] of Object.entries(await files(renderer))) {
  let present = '';
  try {
    present = readFileSync(path, 'utf8');
  } catch {
    // Not there yet.
  }
  if (present === content) continue;
  stale.push(path.slice(root.length + 1));
  if (check === '--check') continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
for (const path of stale) console.log(check === '--check' ? `${path} is not up to date: make chart` : path);
process.exitCode = check === '--check' && stale.length > 0 ? 1 : 0;
