/** The kustomize bases: what the chart renders, a file an object, without what only Helm needs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';

const RULES = `# Rules of your own, read after those that are delivered. Changes count without a restart.
`;
/** More of falco.yaml, from a ConfigMap that overlays may bring: packaging/kustomize/example does. */
const MORE = { name: 'config-d', mountPath: '/etc/falco/config.d', readOnly: true };
const COMMON = {
  networkPolicy: { enabled: true },
  customRules: { 'local.yaml': RULES },
  mounts: {
    volumes: [{ name: MORE.name, configMap: { name: 'falco-config-d', optional: true } }],
    volumeMounts: [MORE],
  },
};

/** A base: its folder, its release (and namespace), and the values that it is rendered with, files of the chart by name. */
const BASES = [
  {
    folder: 'base',
    release: 'falco',
    about: 'System calls of every node, with least privileges.',
    values: [COMMON],
    level: 'privileged',
  },
  {
    folder: 'k8s-audit',
    release: 'falco-audit',
    about: 'Kubernetes audit events alone, posted to port 30007 of any node; no privileges.',
    values: ['values-k8saudit.yaml', COMMON],
    level: 'restricted',
  },
];

const kebab = kind => kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

/** Without labels that would name Helm, and kustomize sets its namespace itself. */
function plain(object) {
  const labels = object.metadata.labels ?? {};
  delete labels['helm.sh/chart'];
  delete labels['app.kubernetes.io/managed-by'];
  return object;
}

/** @returns content by path of every file below `place` */
export function kustomizeFiles(chart, place, render) {
  const answers = render(
    BASES.map(({ release, values }) => ({
      ...{ chart, release, namespace: release },
      values: values.map(layer =>
        typeof layer === 'string' ? parse(readFileSync(join(chart, layer), 'utf8')) : layer,
      ),
    })),
  );
  const files = {};
  for (const [index, { folder, release, about, level }] of BASES.entries()) {
    const { error, manifests } = answers[index];
    if (error !== undefined) throw new Error(error);
    const head = `# ${about} Made from packaging/helm/falco: make chart.\n`;
    const namespace = {
      ...{ apiVersion: 'v1', kind: 'Namespace' },
      metadata: { name: release, labels: { 'pod-security.kubernetes.io/enforce': level } },
    };
    const objects = Object.values(manifests)
      .flatMap(text => parseAllDocuments(text))
      .map(document => document.toJS())
      .filter(object => object !== null)
      .map(plain);
    const names = [];
    for (const object of [namespace, ...objects]) {
      const suffix = object.kind === 'ConfigMap' && object.metadata.name !== release ? '-rules' : '';
      const name = `${kebab(object.kind)}${suffix}.yaml`;
      names.push(name);
      files[join(place, folder, name)] = head + stringify(object, { lineWidth: 0 });
    }
    files[join(place, folder, 'kustomization.yaml')] =
      head +
      stringify({
        ...{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' },
        namespace: release,
        resources: names,
      });
  }
  return files;
}
