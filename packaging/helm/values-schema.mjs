/**
 * The JSON schema of the chart's values, as Helm checks them: keys that do not exist and values of the wrong type are
 * named. Sections that templates look into are required: null would take them away. What Kubernetes checks itself
 * (resources, affinity, …) is left to it.
 */

const text = { type: 'string' };
const name = { type: 'string', minLength: 1 };
const flag = { type: 'boolean' };
const port = { type: 'integer', minimum: 1, maximum: 65535 };
const preset = { type: 'integer', minimum: 1, maximum: 10 };
const object = { type: 'object' };
const objects = { type: 'array', items: object };
const texts = { type: 'array', items: text };
const labels = { type: 'object', additionalProperties: text };
const anything = {};
const oneOf = (...values) => ({ enum: values });
const count = minimum => ({ type: 'integer', minimum });

/** May be taken away with null. */
const optional = schema => ({ ...schema, optional: true });

/** A section: these keys and no others; what templates cannot do without is required. */
function section(properties) {
  const required = Object.keys(properties).filter(key => {
    const { type, minLength, enum: values, optional } = properties[key];
    if (optional) return false;
    return (
      values !== undefined ||
      minLength !== undefined ||
      ['boolean', 'integer'].includes(type) ||
      properties[key].properties !== undefined
    );
  });
  const stripped = Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [key, { ...schema, optional: undefined }]),
  );
  return { type: 'object', additionalProperties: false, properties: stripped, required };
}

const pullPolicy = oneOf('Always', 'IfNotPresent', 'Never');
const image = section({ registry: text, repository: name, tag: text, pullPolicy });
const engine = {
  type: 'object',
  additionalProperties: false,
  properties: { enabled: flag, sockets: { type: 'array', items: { type: 'string', pattern: '^/' } } },
};
const quantities = { type: 'object', additionalProperties: { type: ['string', 'number'], minLength: 1 } };
const resources = optional({ type: 'object', properties: { limits: quantities, requests: quantities } });
const seconds = { type: 'integer', minimum: 0 };
const probe = optional({
  type: 'object',
  properties: Object.fromEntries(
    ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'failureThreshold', 'successThreshold'].map(
      key => [key, seconds],
    ),
  ),
});
const seccompProfile = optional({
  ...{ type: 'object', additionalProperties: false, required: ['type'] },
  properties: { type: oneOf('', 'RuntimeDefault', 'Unconfined', 'Localhost'), localhostProfile: text },
});
const falcoctlContainer = section({
  ...{
    enabled: flag,
    args: texts,
    env: objects,
    envFrom: objects,
    resources,
    securityContext: object,
  },
  mounts: section({ volumeMounts: objects }),
});
const falcoctlPlaces = { rulesfilesDir: text, pluginsDir: text, stateDir: text };

const service = {
  type: 'object',
  properties: { name: { ...name, maxLength: 40 }, labels, annotations: labels, ports: objects },
  required: ['name', 'ports'],
};

const sections = {
  global: optional(object),
  // Helm puts these there when the chart is a dependency with a condition, or tags.
  enabled: optional(flag),
  tags: optional(object),
  image,
  imagePullSecrets: objects,
  nameOverride: text,
  fullnameOverride: text,
  namespaceOverride: text,
  serviceAccount: section({ create: flag, annotations: labels, name: text, imagePullSecrets: objects }),
  rbac: section({ create: flag }),
  podLabels: labels,
  podAnnotations: labels,
  podHostname: text,
  podPriorityClassName: text,
  podSecurityContext: object,
  containerSecurityContext: object,
  resources,
  nodeSelector: labels,
  affinity: object,
  tolerations: objects,
  healthChecks: section({ startupProbe: probe, livenessProbe: probe, readinessProbe: probe }),
  tty: flag,
  scc: section({ create: flag }),
  controller: section({
    kind: text,
    annotations: labels,
    labels,
    daemonset: section({
      updateStrategy: optional({ type: 'object', properties: { type: oneOf('RollingUpdate', 'OnDelete') } }),
    }),
    deployment: section({ replicas: count(0) }),
  }),
  services: { type: 'array', items: service },
  mounts: section({ volumes: objects, volumeMounts: objects }),
  driver: section({
    enabled: flag,
    kind: name,
    kmod: section({ bufSizePreset: preset, dropFailedExit: flag }),
    modernEbpf: section({
      ...{ leastPrivileged: flag, oldKernels: flag, bufSizePreset: preset, dropFailedExit: flag },
      ...{ cpusForEachBuffer: count(0), disableIterators: flag, sysfsMount: flag, seccompProfile },
      seLinuxType: text,
    }),
    // The templates say that these are gone.
    ebpf: optional(anything),
    gvisor: optional(anything),
    sysfsMountPath: name,
    loader: section({ enabled: flag, initContainer: object }),
  }),
  collectors: section({
    enabled: flag,
    containerEngine: section({
      ...{ enabled: flag, pluginRef: text, labelMaxLen: count(0), withSize: flag },
      hooks: { type: 'array', items: oneOf('create', 'start') },
      mountPropagation: oneOf('HostToContainer', 'None'),
      engines: {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(
          ['docker', 'podman', 'containerd', 'cri', 'lxc', 'libvirt_lxc', 'bpm'].map(key => [key, engine]),
        ),
      },
    }),
    kubernetes: section({
      ...{ enabled: flag, pluginRef: text, collectorHostname: text, verbosity: text, hostProc: text },
      collectorPort: { type: ['string', 'integer'] },
    }),
  }),
  extra: section({
    env: { type: 'array', items: { type: 'object', required: ['name'], properties: { name } } },
    args: texts,
    initContainers: objects,
  }),
  falcoHostnameEnv: flag,
  certs: section({
    existingSecret: text,
    server: section({ key: text, crt: text }),
    ca: section({ crt: text }),
    existingClientSecret: text,
    client: section({ key: text, crt: text }),
  }),
  metrics: section({
    enabled: flag,
    interval: { type: 'string', pattern: '^([0-9]+(ms|[smhdwy]))+$' },
    ...Object.fromEntries(
      [
        ...['outputRule', 'rulesCountersEnabled', 'resourceUtilizationEnabled', 'stateCountersEnabled'],
        ...['kernelEventCountersEnabled', 'kernelEventCountersPerCPUEnabled', 'libbpfStatsEnabled'],
        ...['pluginsMetricsEnabled', 'kernelIterEventCountersEnabled', 'jemallocStatsEnabled'],
        ...['convertMemoryToMB', 'includeEmptyValues'],
      ].map(key => [key, flag]),
    ),
    service: section({
      create: flag,
      type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer'),
      labels,
      annotations: labels,
      ports: section({
        metrics: section({
          ...{ port, targetPort: { type: 'integer', minimum: 0, maximum: 65535 }, protocol: oneOf('TCP') },
          ...{ ipFamilies: texts, ipFamilyPolicy: text },
        }),
      }),
    }),
  }),
  serviceMonitor: section({
    ...{ create: flag, path: name, interval: name, scrapeTimeout: name, labels, selector: labels },
    ...{ endpointPort: name, scheme: oneOf('', 'http', 'https'), tlsConfig: object },
    ...{ relabelings: objects, targetLabels: texts },
  }),
  grafana: section({
    dashboards: section({
      enabled: flag,
      configMaps: section({
        falco: section({ name, namespace: text, folder: text, folderAnnotation: text }),
      }),
    }),
  }),
  networkPolicy: section({ enabled: flag, from: objects, ingress: objects, egress: objects }),
  // The daemon reads files of a folder of rules by these endings alone.
  customRules: {
    type: 'object',
    propertyNames: { pattern: '^[-._a-zA-Z0-9]+\\.ya?ml$' },
    additionalProperties: text,
  },
  falcosidekick: {
    ...section({
      enabled: flag,
      fullfqdn: flag,
      listenPort: { type: ['string', 'integer'], pattern: '^[0-9]*$' },
    }),
    // What the chart of falcosidekick reads.
    additionalProperties: true,
  },
  responseActions: section({ enabled: flag }),
  'falco-talon': optional(object),
  'k8s-metacollector': optional(object),
  falcoctl: section({
    image,
    artifact: section({ install: falcoctlContainer, follow: falcoctlContainer }),
    config: section({
      indexes: objects,
      artifact: section({
        allowedTypes: texts,
        install: { type: 'object', properties: falcoctlPlaces },
        follow: { type: 'object', properties: falcoctlPlaces },
      }),
    }),
  }),
};
sections.falcoctl.properties.config.additionalProperties = true;
sections.falcoctl.properties.config.properties.artifact.additionalProperties = true;
sections.falcoctl.properties.config.properties.artifact.required = ['install', 'follow'];

/**
 * `falco` has the types of the daemon's own schema. Keys that it does not know are let through: the daemon says of each
 * whether it is gone or never was, and in which line.
 */
function lenient(schema) {
  if (Array.isArray(schema)) return schema.map(lenient);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !(key === 'additionalProperties' && value === false))
      .filter(([key, value]) => !(['description', 'default'].includes(key) && typeof value !== 'object'))
      .filter(([key, value]) => !(key === 'default' && Array.isArray(value)))
      .map(([key, value]) => [key, lenient(value)]),
  );
}

/** @param configSchema what `falco --config-schema` prints */
export function valuesSchema({ properties }) {
  const falco = { type: 'object', properties: lenient(properties) };
  // Probes and services need to know it.
  Object.assign(falco.properties.webserver.properties.listen_port, port);
  const { required, ...top } = section({ ...sections, falco });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart falco',
    ...top,
    required,
  };
}
