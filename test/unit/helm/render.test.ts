/** What the chart makes of values: objects that Kubernetes takes, a falco.yaml that the daemon takes, and what is meant. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { chartFolder, describeChart, renderChart, type KubernetesObject } from '../../support/helm/helm.js';
import { problemsOf } from '../../support/kubernetes.js';
import { COMBINATIONS, type Combination } from './combinations.js';
import { daemonsVerdict } from './dry-run.js';
import { workloadOf, type Pod, type Workload } from './workload.js';

describeChart('The Helm chart', function () {
  const rendered = new Map<Combination, ReturnType<typeof renderChart>>();
  const render = (one: Combination): ReturnType<typeof renderChart> => {
    const before = rendered.get(one) ?? renderChart(one.values, one.options);
    rendered.set(one, before);
    return before;
  };

  for (const one of COMBINATIONS) {
    describe(`with ${one.title}`, () => {
      it('renders what it should', () => {
        const { objects } = render(one);
        assert.deepEqual(objects.map(({ kind }) => kind).sort(), one.kinds);
        const subject = subjectOf(objects);
        for (const [path, wanted] of Object.entries(one.expected ?? {}))
          assert.deepEqual(at(subject, path), wanted, path);
      });

      it('gives objects that Kubernetes takes', async () => {
        const { objects } = render(one);
        for (const object of objects)
          assert.deepEqual(await problemsOf(object), [], `${object.kind} ${object.metadata.name}`);
        assert.deepEqual(connectionProblems(objects), []);
      });

      it('gives a falco.yaml and rules that the daemon takes', () => {
        assert.deepEqual(daemonsVerdict(render(one).objects), { code: 0, problems: [] });
      });
    });
  }

  it('uses each template in at least one of these', () => {
    const used = new Set(COMBINATIONS.flatMap(one => render(one).templates));
    const all = readdirSync(join(chartFolder, 'templates')).filter(name => name.endsWith('.yaml'));
    assert.deepEqual(
      all.filter(name => !used.has(`templates/${name}`)),
      [],
    );
  });
});

describe('The judge of objects', () => {
  const service = (spec: object): KubernetesObject => ({
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } },
    spec,
  });

  for (const [title, object, problem] of [
    [
      'a misspelt field',
      service({ ports: [{ port: 1, tragetPort: 2 }] }),
      /\/spec\/ports\/0\/tragetPort is no field/,
    ],
    ['a misspelt field at the top', { ...service({}), spce: {} }, /\/spce is no field/],
    ['a text for a number', service({ ports: [{ port: '1' }] }), /port/],
    ['what is missing', service({ ports: [{}] }), /port/],
    ['null', service({ type: null }), /\/spec\/type is null/],
    [
      'a name of too many characters',
      { ...service({}), metadata: { name: 'a'.repeat(64) } },
      /cannot be called/,
    ],
    [
      'a number for a namespace',
      { ...service({}), metadata: { name: 'a', namespace: 1234 } } as unknown as KubernetesObject,
      /cannot be in the namespace 1234/,
    ],
    ['a kind that it does not know', { ...service({}), kind: 'Servcie' }, /no schema/],
  ] as const) {
    it(`finds ${title}`, async () => assert.match((await problemsOf(object)).join('\n'), problem));
  }
});

function subjectOf(objects: readonly KubernetesObject[]): Readonly<Record<string, unknown>> {
  const named = Object.fromEntries(objects.map(object => [object.kind, object]));
  return { ...named, ...workloadOf(objects), config: configOf(objects, workloadOf(objects)) };
}

function configOf(objects: readonly KubernetesObject[], { workload }: Workload): unknown {
  const map = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === workload.metadata.name,
  );
  return parse((map!['data'] as Readonly<Record<string, string>>)['falco.yaml']!);
}

/** What is at a path, in which # stands for the dots of a name. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return (inner as Readonly<Record<string, unknown>>)[key.replaceAll('#', '.')];
  }, value);
}

/** What only shows when objects are looked at together. */
function connectionProblems(objects: readonly KubernetesObject[]): readonly string[] {
  const { workload, labels, annotations, pod, container } = workloadOf(objects);
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string): void => void (holds || problems.push(problem));
  const within = (some: object, all: Readonly<Record<string, string>>): boolean =>
    Object.entries(some).every(([key, value]) => all[key] === value);

  const { selector } = workload['spec'] as { selector: { matchLabels: object } };
  expect(within(selector.matchLabels, labels), 'the workload does not select its pods');
  expect(
    Object.values({ ...labels, ...annotations }).every(text => typeof text === 'string'),
    'labels are no texts',
  );
  for (const { kind, metadata, spec } of objects as readonly (KubernetesObject & {
    spec: Record<string, object>;
  })[]) {
    expect(kind.endsWith('Constraints') || metadata.namespace !== undefined, `${kind} has no namespace`);
    if (kind === 'Service') expect(within(spec['selector']!, labels), `${metadata.name} selects no pods`);
    if (kind === 'ServiceMonitor') {
      const { matchLabels } = spec['selector'] as { matchLabels: object };
      const services = objects.filter(object => object.kind === 'Service');
      expect(
        services.some(one => within(matchLabels, one.metadata.labels!)),
        `${metadata.name} selects no service`,
      );
    }
    if (kind === 'NetworkPolicy') {
      const { matchLabels } = spec['podSelector'] as { matchLabels: object };
      expect(within(matchLabels, labels), `${metadata.name} selects no pods`);
    }
  }
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const { httpGet } = (container[probe] ?? {}) as { httpGet?: { port: number } };
    const ports = (container.ports ?? []).map(({ containerPort }) => containerPort);
    expect(httpGet === undefined || ports.includes(httpGet.port), `${probe} asks at another port`);
  }
  problems.push(...volumeProblems(pod), ...referenceProblems(objects, pod));
  return problems;
}

function volumeProblems({ containers, initContainers = [], volumes }: Pod): readonly string[] {
  const problems: string[] = [];
  const names = volumes.map(({ name }) => name);
  if (new Set(names).size !== names.length) problems.push(`volumes twice: ${names.join(' ')}`);
  const all = [...containers, ...initContainers];
  const mounted = all.flatMap(({ volumeMounts = [] }) => volumeMounts);
  for (const { name, mountPath, subPath } of mounted) {
    if (!names.includes(name)) problems.push(`${mountPath} has no volume ${name}`);
    // Kubernetes never brings changes there.
    if (subPath !== undefined) problems.push(`${mountPath} is a single file`);
  }
  for (const name of names)
    if (!mounted.some(mount => mount.name === name)) problems.push(`nobody mounts ${name}`);
  for (const { name, volumeMounts = [], env = [] } of all) {
    const paths = volumeMounts.map(({ mountPath }) => mountPath);
    if (new Set(paths).size !== paths.length) problems.push(`${name} has mounts twice: ${paths.join(' ')}`);
    const variables = env.map(variable => variable.name);
    if (new Set(variables).size !== variables.length) problems.push(`${name} has variables twice`);
  }
  return problems;
}

/** ConfigMaps and secrets that pods ask for are there, or were said to be. */
function referenceProblems(objects: readonly KubernetesObject[], { volumes }: Pod): readonly string[] {
  const there = (kind: string): readonly string[] =>
    objects.filter(object => object.kind === kind).map(({ metadata }) => metadata.name);
  const GIVEN = ['falco-tls', 'falco-client', '12', '34'];
  return volumes.flatMap(({ configMap, projected }) => [
    ...(configMap === undefined || there('ConfigMap').includes(configMap.name)
      ? []
      : [`no ConfigMap ${configMap.name}`]),
    ...(projected?.sources ?? [])
      .map(({ secret }) => secret.name)
      .filter(name => ![...there('Secret'), ...GIVEN].includes(name))
      .map(name => `no Secret ${name}`),
  ]);
}
