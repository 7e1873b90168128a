/** The kustomize bases and the example: what kustomize makes of them, judged like the chart. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../support/helm/helm.js';
import { problemsOf } from '../../support/kubernetes.js';
import { isInstalled } from '../../support/live.js';
import { projectRoot } from '../../support/project.js';
import { daemonsVerdict } from './dry-run.js';
import { workloadOf } from './workload.js';

const place = join(projectRoot, 'packaging/kustomize');
const objectsOf = (text: string): readonly KubernetesObject[] =>
  parseAllDocuments(text, { version: '1.1' }).map(document => document.toJS() as KubernetesObject);

describe('The kustomize base', () => {
  for (const folder of ['base', 'k8s-audit']) {
    const resources = (
      parse(readFileSync(join(place, folder, 'kustomization.yaml'), 'utf8')) as {
        resources: readonly string[];
      }
    ).resources;
    const objects = resources.flatMap(name => objectsOf(readFileSync(join(place, folder, name), 'utf8')));

    it(`${folder} names all its files`, () => {
      const files = readdirSync(join(place, folder)).filter(name => name !== 'kustomization.yaml');
      assert.deepEqual([...resources].sort(), files.sort());
    });

    it(`${folder} has objects that Kubernetes takes, and a falco.yaml that the daemon takes`, async () => {
      for (const object of objects) assert.deepEqual(await problemsOf(object), [], object.kind);
      assert.deepEqual(daemonsVerdict(objects), { code: 0, problems: [] });
    });
  }
});

describe('kubectl kustomize', function () {
  const build = (folder: string): readonly KubernetesObject[] =>
    objectsOf(execFileSync('kubectl', ['kustomize', join(place, folder)], { encoding: 'utf8' }));

  // Neither Debian nor npm has it: where it is not there, the tests above have judged its input.
  before(function () {
    if (!isInstalled('kubectl')) this.skip();
  });

  for (const [folder, kinds] of [
    ['base', ['ConfigMap', 'ConfigMap', 'DaemonSet', 'Namespace', 'NetworkPolicy', 'ServiceAccount']],
    [
      'k8s-audit',
      ['ConfigMap', 'ConfigMap', 'Deployment', 'Namespace', 'NetworkPolicy', 'Service', 'ServiceAccount'],
    ],
    [
      'example',
      ['ConfigMap', 'ConfigMap', 'ConfigMap', 'DaemonSet', 'Namespace', 'NetworkPolicy', 'ServiceAccount'],
    ],
  ] as const) {
    it(`builds ${folder}`, async () => {
      const objects = build(folder);
      assert.deepEqual(objects.map(({ kind }) => kind).sort(), kinds);
      for (const object of objects) assert.deepEqual(await problemsOf(object), [], object.kind);
    });
  }

  it('takes image, tolerations, rules and settings from the example', () => {
    const objects = build('example');
    const { pod, container } = workloadOf(objects);
    assert.equal(container['image'], 'registry.example.org/security/falco:0.1.0');
    assert.deepEqual((pod as unknown as Record<string, unknown>)['tolerations'], [{ operator: 'Exists' }]);
    const maps = Object.fromEntries(
      objects
        .filter(({ kind }) => kind === 'ConfigMap')
        .map(({ metadata, data }) => [metadata.name, Object.keys(data as object)]),
    );
    assert.deepEqual(maps, {
      falco: ['falco.yaml'],
      'falco-config-d': ['site.yaml'],
      'falco-rules': ['rules.yaml'],
    });
    assert.deepEqual(daemonsVerdict(objects), { code: 0, problems: [] });
  });
});
