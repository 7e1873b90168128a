/** What `helm template` would do with the project's chart, by render.go beside this file. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse, parseAllDocuments } from 'yaml';
import { describeWith, isInstalled } from '../live.js';
import { projectRoot } from '../project.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Values = Readonly<Record<string, unknown>>;

/** An object as it would be sent to the API server. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: unknown;
}

export interface Rendered {
  /** Templates that gave something, relative to the chart. */
  readonly templates: readonly string[];
  readonly objects: readonly KubernetesObject[];
  readonly notes: string;
}

export interface RenderOptions {
  readonly release?: string;
  readonly namespace?: string;
  readonly apiVersions?: readonly string[];
  readonly kubeVersion?: string;
}

/** What the renderer says to one request. */
export interface Answer {
  readonly error?: string;
  readonly values?: Values;
  readonly manifests?: Readonly<Record<string, string>>;
  readonly notes?: string;
}

export const chartFolder = join(projectRoot, 'packaging/helm/falco');
const source = join(projectRoot, 'test/support/helm/render.go');
const SPRIG = '/usr/share/gocode/src/github.com/Masterminds/sprig';

const lacking = [
  ...(isInstalled('go') ? [] : ['go (golang-go)']),
  ...(existsSync(SPRIG) ? [] : ['sprig (golang-github-masterminds-sprig-dev)']),
];

/** Like `describe`, where Go and its libraries are. */
export function describeChart(title: string, body: () => void): void {
  describeWith(title, lacking, body);
}

/** Builds the renderer when it is not there yet, or older than its source. @returns its path */
export function renderer(): string {
  const folder = join(projectRoot, 'build/tools');
  const program = join(folder, 'helm-render');
  const built = statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built < statSync(source).mtimeMs) {
    mkdirSync(folder, { recursive: true });
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' };
    execFileSync('go', ['build', '-o', program, source], { env, stdio: 'pipe' });
  }
  return program;
}

/** Values files of the chart, by name. */
export function valuesFile(name: string): Values {
  return parse(readFileSync(join(chartFolder, name), 'utf8')) as Values;
}

/** Renders with layers of values; throws what Helm would say. */
export function renderChart(layers: readonly Values[], options: RenderOptions = {}): Rendered {
  const [rendered] = renderCharts([layers], options);
  if (rendered instanceof Error) throw rendered;
  return rendered!;
}

/** The same many times over; errors instead of what could not be rendered. */
export function renderCharts(
  many: readonly (readonly Values[])[],
  options: RenderOptions = {},
): readonly (Rendered | Error)[] {
  const common = { chart: chartFolder, release: 'falco', namespace: 'monitoring', ...options };
  return renderRequests(many.map(values => ({ ...common, values }))).map(answer => {
    try {
      return judged(answer);
    } catch (error) {
      return error as Error;
    }
  });
}

/** What values come to when layers are laid over the chart's own. */
export function mergedValues(many: readonly (readonly Values[])[]): readonly Values[] {
  const asked = many.map(values => ({ chart: chartFolder, valuesOnly: true, values }));
  return renderRequests(asked).map(({ values }) => values!);
}

export function renderRequests(requests: readonly object[]): readonly Answer[] {
  const { status, stdout, stderr } = spawnSync(renderer(), {
    ...{ input: JSON.stringify(requests), encoding: 'utf8', maxBuffer: 2 ** 28 },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as readonly Answer[];
}

function judged(answer: Answer): Rendered {
  // Helm judges values first; the renderer gives them also when a template failed.
  const refusal = answer.values === undefined ? null : valuesProblem(answer.values);
  if (refusal !== null) throw new Error(refusal);
  if (answer.error !== undefined) throw new Error(answer.error);
  const manifests = answer.manifests ?? {};
  return {
    templates: Object.keys(manifests),
    objects: Object.entries(manifests).flatMap(([path, text]) => documents(path, text)),
    notes: answer.notes ?? '',
  };
}

/** Go's library of Helm reads YAML 1.1, in which `on` and `012` are no texts. */
function documents(path: string, text: string): readonly KubernetesObject[] {
  return parseAllDocuments(text, { version: '1.1', uniqueKeys: true })
    .map(document => {
      const [problem] = [...document.errors, ...document.warnings];
      if (problem !== undefined) throw new Error(`${path}: ${problem.message}`);
      return document.toJS() as KubernetesObject | null;
    })
    .filter(object => object !== null);
}

let accepts: Ajv.ValidateFunction | undefined;

/** What values.schema.json has against the values, defaults included; null: nothing. */
export function valuesProblem(values: Values): string | null {
  accepts ??= new Ajv({ allErrors: true }).compile(
    JSON.parse(readFileSync(join(chartFolder, 'values.schema.json'), 'utf8')) as object,
  );
  if (accepts(values) === true) return null;
  const said = (accepts.errors ?? []).map(({ dataPath, message, params }) => {
    const named = 'additionalProperty' in params ? ` '${params.additionalProperty}'` : '';
    return `${dataPath.replace(/^\./, '') || '(root)'}: ${message ?? ''}${named}`;
  });
  return `values don't meet the specifications of the schema(s): ${said.join('; ')}`;
}
