/**
 * Judges objects by the schemas of Kubernetes, and by what schemas leave out: a field that no schema knows is an error,
 * as with `kubectl --validate=strict`, and so are null and names that the API server refuses.
 */
import type { KubernetesObject } from './helm/helm.js';

/** Where the schema of a kind is. */
const MODELS: Readonly<Record<string, readonly [module: string, kind: string]>> = {
  'apps/v1 DaemonSet': ['kubernetes-models/apps/v1', 'DaemonSet'],
  'apps/v1 Deployment': ['kubernetes-models/apps/v1', 'Deployment'],
  'monitoring.coreos.com/v1 ServiceMonitor': [
    '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
    'ServiceMonitor',
  ],
  'networking.k8s.io/v1 NetworkPolicy': ['kubernetes-models/networking.k8s.io/v1', 'NetworkPolicy'],
  'v1 ConfigMap': ['kubernetes-models/v1', 'ConfigMap'],
  'v1 Namespace': ['kubernetes-models/v1', 'Namespace'],
  'v1 Secret': ['kubernetes-models/v1', 'Secret'],
  'v1 Service': ['kubernetes-models/v1', 'Service'],
  'v1 ServiceAccount': ['kubernetes-models/v1', 'ServiceAccount'],
};

/** OpenShift's, of which no package has a schema: fields and their types, as its API reference lists them. */
const SCC_FIELDS: Readonly<Record<string, 'boolean' | 'string' | 'number' | 'array' | 'object'>> = {
  ...{ apiVersion: 'string', kind: 'string', metadata: 'object', priority: 'number' },
  ...{ allowHostDirVolumePlugin: 'boolean', allowHostIPC: 'boolean', allowHostNetwork: 'boolean' },
  ...{ allowHostPID: 'boolean', allowHostPorts: 'boolean', allowPrivilegeEscalation: 'boolean' },
  ...{ allowPrivilegedContainer: 'boolean', allowedCapabilities: 'array', allowedFlexVolumes: 'array' },
  ...{ allowedUnsafeSysctls: 'array', defaultAddCapabilities: 'array', forbiddenSysctls: 'array' },
  ...{ defaultAllowPrivilegeEscalation: 'boolean', fsGroup: 'object', groups: 'array' },
  ...{ readOnlyRootFilesystem: 'boolean', requiredDropCapabilities: 'array', runAsUser: 'object' },
  ...{ seLinuxContext: 'object', seccompProfiles: 'array', supplementalGroups: 'object', users: 'array' },
  ...{ userNamespaceLevel: 'string', volumes: 'array' },
};
const SCC_REQUIRED = [
  ...['allowHostDirVolumePlugin', 'allowHostIPC', 'allowHostNetwork', 'allowHostPID', 'allowHostPorts'],
  ...['allowPrivilegedContainer', 'readOnlyRootFilesystem'],
];

interface Model {
  readonly prototype: { validate(this: unknown): void };
}

/** @returns what is wrong with the object; empty: nothing */
export async function problemsOf(object: KubernetesObject): Promise<readonly string[]> {
  const { apiVersion, kind } = object;
  const problems = [...nulls(object, ''), ...nameProblems(object)];
  if (kind === 'SecurityContextConstraints') return [...problems, ...sccProblems(object)];
  const place = MODELS[`${apiVersion} ${kind}`];
  if (place === undefined) return [...problems, `no schema of ${apiVersion} ${kind}`];
  const models = (await import(place[0])) as Readonly<Record<string, Model>>;
  const seen = new Map<string, Set<string>>();
  try {
    models[place[1]]!.prototype.validate.call(watched(object, '', seen));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  return [...problems, ...unread(object, '', seen)];
}

/**
 * The generated validators ignore fields that they do not know: these are the ones that they never read. So each object is
 * handed to them behind a proxy that notes what is asked for.
 */
function watched<T extends object>(value: T, path: string, seen: Map<string, Set<string>>): T {
  const names = new Set<string>();
  seen.set(path, names);
  return new Proxy(value, {
    get(target, key) {
      const inner: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol') return inner;
      names.add(key);
      const below = `${path}/${key}`;
      if (typeof inner !== 'object' || inner === null) return inner;
      const before = seen.get(below);
      const proxy = watched(inner, below, seen);
      for (const name of before ?? []) seen.get(below)!.add(name);
      return proxy;
    },
  });
}

function unread(value: unknown, path: string, seen: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const names = seen.get(path);
  return Object.entries(value).flatMap(([key, inner]) =>
    names?.has(key) ? unread(inner, `${path}/${key}`, seen) : [`${path}/${key} is no field of it`],
  );
}

function nulls(value: unknown, path: string): string[] {
  if (value === null || value === undefined) return [`${path} is null`];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => nulls(inner, `${path}/${key}`));
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?)?$/;

function nameProblems({ kind, metadata }: KubernetesObject): string[] {
  const { name, namespace = 'default', labels = {} } = metadata as Readonly<Record<string, unknown>>;
  const form = kind === 'Service' || kind === 'Namespace' ? LABEL : SUBDOMAIN;
  // Pods are named after these, and have labels with their names.
  const longest = ['DaemonSet', 'Deployment', 'Service', 'Namespace'].includes(kind) ? 63 : 253;
  return [
    ...(isName(name, form, longest) ? [] : [`${kind} cannot be called ${String(name)}`]),
    ...(isName(namespace, LABEL, 63) ? [] : [`${kind} cannot be in the namespace ${String(namespace)}`]),
    ...Object.entries(labels as object)
      .filter(([, value]) => typeof value !== 'string' || value.length > 63 || !LABEL_VALUE.test(value))
      .map(([key, value]) => `label ${key} cannot be ${String(value)}`),
  ];
}

const isName = (text: unknown, form: RegExp, longest: number): boolean =>
  typeof text === 'string' && form.test(text) && text.length <= longest;

function sccProblems(object: KubernetesObject): string[] {
  const wrong = Object.entries(object).flatMap(([key, value]) => {
    const wanted = SCC_FIELDS[key];
    if (wanted === undefined) return [`/${key} is no field of it`];
    const is = Array.isArray(value) ? 'array' : typeof value;
    return is === wanted ? [] : [`/${key} is no ${wanted}`];
  });
  const missing = SCC_REQUIRED.filter(key => !(key in object)).map(key => `/${key} is missing`);
  return [...wrong, ...missing];
}
