/** Values that are wrong are named; those that Falco's own chart has are known. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describeChart, renderChart, renderer, valuesFile, type Values } from '../../support/helm/helm.js';
import { projectRoot } from '../../support/project.js';
import { workloadOf } from './workload.js';

describeChart('Values of the Helm chart', () => {
  const WRONG: readonly (readonly [title: string, values: Values, message: RegExp])[] = [
    ['a misspelt key', { drivr: { enabled: false } }, /\(root\): .*additional properties 'drivr'/],
    [
      'a misspelt key further down',
      { driver: { modernEbpf: { leastPriviledged: true } } },
      /driver\.modernEbpf: .*'leastPriviledged'/,
    ],
    ['a text for a switch', { driver: { enabled: 'false' } }, /driver\.enabled: should be boolean/],
    [
      'a text for a number',
      { driver: { modernEbpf: { bufSizePreset: '4' } } },
      /bufSizePreset: should be integer/,
    ],
    [
      'a preset that is none',
      { driver: { modernEbpf: { bufSizePreset: 11 } } },
      /bufSizePreset: should be <= 10/,
    ],
    [
      'a text for a port of falco.yaml',
      { falco: { webserver: { listen_port: '8765' } } },
      /falco\.webserver\.listen_port: should be integer/,
    ],
    [
      'a text for a switch of falco.yaml',
      { falco: { json_output: 'yes' } },
      /falco\.json_output: should be boolean/,
    ],
    ['a list for falco.yaml', { falco: [] }, /falco: should be object/],
    ['null for falco.yaml', { falco: null }, /\(root\): should have required property 'falco'/],
    ['null for a section', { driver: null }, /should have required property 'driver'/],
    [
      'null for a section further down',
      { certs: { server: null } },
      /certs: should have required property 'server'/,
    ],
    ['null for a switch', { metrics: { enabled: null } }, /metrics: should have required property 'enabled'/],
    [
      'an empty name of the image',
      { image: { repository: '' } },
      /image\.repository: should NOT be shorter than 1 characters/,
    ],
    ['a number for a tag', { image: { tag: 1.1 } }, /image\.tag: should be string/],
    ['labels that are no texts', { podLabels: { a: 1 } }, /podLabels\['a'\]: should be string/],
    [
      'a rules file that is never read',
      { customRules: { 'mine.txt': '' } },
      /customRules: property name 'mine.txt' is invalid/,
    ],
    [
      'rules that are no text',
      { customRules: { 'a.yaml': [{ list: 'x' }] } },
      /customRules\['a\.yaml'\]: should be string/,
    ],
    [
      'a socket without a path',
      { collectors: { containerEngine: { engines: { cri: { sockets: ['x.sock'] } } } } },
      /sockets\[0\]: should match/,
    ],
    [
      'a collector of a chart of long ago',
      { collectors: { docker: { enabled: true } } },
      /collectors: .*'docker'/,
    ],
    [
      'a service without a name',
      { services: [{ ports: [{ port: 1 }] }] },
      /services\[0\]: should have required property 'name'/,
    ],
    [
      'a variable without a name',
      { extra: { env: [{ value: 'x' }] } },
      /extra\.env\[0\]: should have required property 'name'/,
    ],
    [
      'the driver ebpf',
      { driver: { kind: 'ebpf' } },
      /driver\.kind ebpf does not exist any more: use auto or modern_ebpf/,
    ],
    ['the driver gvisor', { driver: { kind: 'gvisor' } }, /driver\.kind gvisor does not exist any more/],
    ['a driver that never was', { driver: { kind: 'dtrace' } }, /driver\.kind "dtrace" is not known/],
    [
      'settings of the driver ebpf',
      { driver: { ebpf: { path: '/x' } } },
      /driver\.ebpf does not exist any more/,
    ],
    ['settings of gvisor', { driver: { gvisor: {} } }, /driver\.gvisor does not exist any more/],
    [
      'a gRPC server',
      { falco: { grpc: { enabled: false } } },
      /falco\.grpc does not exist any more: use falco\.http_output/,
    ],
    ['a gRPC output', { falco: { grpc_output: {} } }, /falco\.grpc_output does not exist any more/],
    [
      'a controller that is none',
      { controller: { kind: 'statefulset' } },
      /controller\.kind "statefulset" is not known/,
    ],
    [
      'alerts that are sent nowhere',
      { falco: { http_output: { enabled: true } } },
      /falco\.http_output\.enabled without falco\.http_output\.url/,
    ],
    [
      'rules that only come later',
      { falcoctl: { artifact: { follow: { enabled: true } } } },
      /falcoctl\.artifact\.follow without falcoctl\.artifact\.install/,
    ],
    [
      'the host at another place',
      { extra: { env: [{ name: 'HOST_ROOT', value: '/node' }] } },
      /extra\.env HOST_ROOT: the chart mounts the host at \/host/,
    ],
    ['response actions', { responseActions: { enabled: true } }, /nothing here acts upon alerts/],
    [
      'nothing to watch',
      { driver: { enabled: false } },
      /driver\.enabled is false, and nothing else is watched/,
    ],
    [
      'a plugin that is not loaded',
      {
        driver: { enabled: false },
        falco: { plugins: [{ name: 'k8saudit', library_path: 'libk8saudit.so' }] },
      },
      /nothing else is watched/,
    ],
    ['no rules', { falco: { rules_files: [] } }, /falco\.rules_files names no rules file/],
    ['null for rules', { falco: { rules_files: null } }, /falco\.rules_files names no rules file/],
    [
      'a ServiceMonitor without metrics',
      { serviceMonitor: { create: true } },
      /serviceMonitor\.create needs metrics\.enabled/,
    ],
  ];
  for (const [title, values, message] of WRONG) {
    it(`are refused with ${title}`, () => assert.throws(() => renderChart([values]), { message }));
  }

  it('tell falcoctl where the web server is', () => {
    const asked = (webserver: Values, follow: Values = {}): unknown => {
      const artifact = { install: { enabled: true }, follow: { enabled: true } };
      const { objects } = renderChart([
        { falco: { webserver }, falcoctl: { artifact, config: { artifact: { follow } } } },
      ]);
      const map = objects.find(({ metadata }) => metadata.name === 'falco-falcoctl')!;
      const text = (map['data'] as Readonly<Record<string, string>>)['falcoctl.yaml']!;
      return (parse(text) as { artifact: { follow: Values } }).artifact.follow['falcoversions'];
    };
    assert.equal(asked({}), 'http://localhost:8765/versions');
    assert.equal(asked({ listen_port: 9443, ssl_enabled: true }), 'https://localhost:9443/versions');
    assert.equal(asked({ listen_port: 9000 }, { falcoversions: 'http://other/v' }), 'http://other/v');
  });

  it('may have what Helm puts into those of a dependency', () => {
    renderChart([{ enabled: true, tags: { security: true }, global: { imageRegistry: 'r' } }]);
  });

  it('may leave out, or empty, what need not be there', () => {
    const empty = {
      ...{ falco: {}, driver: {}, collectors: {}, extra: {}, mounts: {}, customRules: null, services: null },
      ...{ tolerations: null, affinity: null, nodeSelector: null, podLabels: null, podAnnotations: null },
      ...{ podHostname: null, podPriorityClassName: null, imagePullSecrets: null, resources: null },
      ...{ nameOverride: '', fullnameOverride: '', namespaceOverride: '', image: { tag: '', registry: '' } },
      ...{ podSecurityContext: null, containerSecurityContext: null },
    };
    const { container } = workloadOf(renderChart([empty]).objects);
    assert.equal(container['image'], 'falco:0.1.0');
  });

  it('may take each entry of falco.yaml away, but rules', () => {
    const { falco } = valuesFile('values.yaml') as { falco: Values };
    for (const key of Object.keys(falco).filter(name => name !== 'rules_files'))
      renderChart([{ falco: { [key]: null } }]);
    const none = Object.fromEntries(Object.keys(falco).map(key => [key, null]));
    renderChart([{ falco: { ...none, rules_files: ['/etc/falco/falco_rules.yaml'] } }]);
  });

  it('lie over each other in their order', () => {
    const { container } = workloadOf(renderChart([{ image: { tag: 'a' } }, { image: { tag: 'b' } }]).objects);
    assert.equal(container['image'], 'localhost/falco:b');
  });

  it('of a release of the Falco project are said to be of another image', () => {
    const { notes } = renderChart([
      { image: { registry: 'docker.io', repository: 'falcosecurity/falco', tag: '0.44.0' } },
    ]);
    assert.match(notes, /falcosecurity\/falco is the image of the Falco project/);
  });

  for (const [title, values, note] of [
    ['a kernel module', { driver: { kind: 'module' } }, /there is no kernel module; modern_ebpf is used/],
    ['k8s-metacollector', { collectors: { kubernetes: { enabled: true } } }, /there is no k8s-metacollector/],
    [
      'falcosidekick',
      { falcosidekick: { enabled: true, webui: { enabled: true } } },
      /does not install falcosidekick/,
    ],
    ['privileges', { driver: { modernEbpf: { leastPrivileged: false } } }, /the container is privileged/],
  ] as const) {
    it(`that ask for ${title} are answered in the notes`, () =>
      assert.match(renderChart([values]).notes, note));
  }

  /** Names and defaults of Falco's chart: `reference/falco/packaging.md` 9.6. Where ours differ, README.md says so. */
  const UPSTREAM: Values = {
    image: { registry: 'docker.io', repository: 'somebody/falco', tag: '', pullPolicy: 'IfNotPresent' },
    ...{ imagePullSecrets: [], nameOverride: '', fullnameOverride: '', namespaceOverride: '' },
    serviceAccount: { create: true, annotations: {}, name: '', imagePullSecrets: [] },
    ...{ rbac: { create: true }, podLabels: {}, podAnnotations: {} },
    ...{
      podSecurityContext: {},
      containerSecurityContext: {},
      podHostname: null,
      podPriorityClassName: null,
    },
    resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { cpu: '1000m', memory: '1024Mi' } },
    ...{ nodeSelector: {}, affinity: {} },
    tolerations: [{ effect: 'NoSchedule', key: 'node-role.kubernetes.io/master' }],
    healthChecks: {
      startupProbe: { initialDelaySeconds: 3, timeoutSeconds: 5, periodSeconds: 5, failureThreshold: 20 },
      livenessProbe: { initialDelaySeconds: 0, timeoutSeconds: 5, periodSeconds: 15, failureThreshold: 3 },
      readinessProbe: { initialDelaySeconds: 0, timeoutSeconds: 5, periodSeconds: 15, failureThreshold: 3 },
    },
    ...{ tty: false, scc: { create: true } },
    controller: {
      ...{ kind: 'daemonset', annotations: {}, labels: {} },
      ...{ daemonset: { updateStrategy: { type: 'RollingUpdate' } }, deployment: { replicas: 1 } },
    },
    ...{ services: null, mounts: { volumes: [], volumeMounts: [] } },
    driver: {
      ...{ enabled: true, kind: 'auto', kmod: { bufSizePreset: 4, dropFailedExit: false } },
      modernEbpf: {
        ...{ leastPrivileged: false, bufSizePreset: 4, dropFailedExit: false, cpusForEachBuffer: 2 },
        ...{ disableIterators: false, sysfsMount: true },
      },
      sysfsMountPath: '/sys/kernel',
      loader: {
        enabled: true,
        initContainer: {
          image: {
            pullPolicy: 'IfNotPresent',
            registry: 'docker.io',
            repository: 'x/falco-driver-loader',
            tag: '',
          },
          ...{ env: [], args: [], resources: {}, securityContext: {} },
        },
      },
    },
    collectors: {
      enabled: true,
      containerEngine: {
        ...{
          enabled: true,
          pluginRef: 'ghcr.io/falcosecurity/plugins/plugin/container:0.7.1',
          labelMaxLen: 100,
        },
        ...{ withSize: false, hooks: ['create'] },
        engines: {
          docker: { enabled: true, sockets: ['/var/run/docker.sock'] },
          podman: { enabled: true, sockets: ['/run/podman/podman.sock'] },
          containerd: { enabled: true, sockets: ['/run/host-containerd/containerd.sock'] },
          cri: { enabled: true, sockets: ['/run/containerd/containerd.sock', '/run/crio/crio.sock'] },
          ...{ lxc: { enabled: true }, libvirt_lxc: { enabled: true }, bpm: { enabled: true } },
        },
      },
      kubernetes: {
        ...{
          enabled: false,
          pluginRef: 'ghcr.io/falcosecurity/plugins/plugin/k8smeta:0.4.1',
          collectorHostname: '',
        },
        ...{ collectorPort: '', verbosity: 'info', hostProc: '/host' },
      },
    },
    extra: { env: [], args: [], initContainers: [] },
    falcoHostnameEnv: true,
    certs: {
      ...{ existingSecret: '', server: { key: '', crt: '' }, client: { key: '', crt: '' }, ca: { crt: '' } },
      existingClientSecret: '',
    },
    metrics: {
      ...{ enabled: false, interval: '1h', outputRule: false, rulesCountersEnabled: true },
      ...{ resourceUtilizationEnabled: true, stateCountersEnabled: true, kernelEventCountersEnabled: true },
      ...{ kernelEventCountersPerCPUEnabled: false, libbpfStatsEnabled: true, pluginsMetricsEnabled: true },
      ...{ kernelIterEventCountersEnabled: true, jemallocStatsEnabled: false, convertMemoryToMB: true },
      includeEmptyValues: false,
      service: {
        ...{ create: true, type: 'ClusterIP', annotations: {}, labels: {} },
        ports: {
          metrics: { port: 8765, targetPort: 8765, protocol: 'TCP', ipFamilies: [], ipFamilyPolicy: '' },
        },
      },
    },
    serviceMonitor: {
      ...{ create: false, path: '/metrics', interval: '15s', scrapeTimeout: '10s', endpointPort: 'metrics' },
      ...{ labels: {}, selector: {}, relabelings: [], targetLabels: [], scheme: 'http', tlsConfig: {} },
    },
    grafana: {
      dashboards: {
        enabled: false,
        configMaps: {
          falco: { name: 'a', namespace: '', folder: '', folderAnnotation: 'grafana_dashboard_folder' },
        },
      },
    },
    ...{ customRules: {}, falcosidekick: { enabled: false, fullfqdn: false, listenPort: '' } },
    ...{ responseActions: { enabled: false }, 'falco-talon': {} },
    falcoctl: {
      image: {
        pullPolicy: 'IfNotPresent',
        registry: 'docker.io',
        repository: 'falcosecurity/falcoctl',
        tag: '0.13.0',
      },
      artifact: {
        install: {
          ...{ enabled: true, env: [], envFrom: [], args: ['--log-format=json'], resources: {} },
          ...{ securityContext: {}, mounts: { volumeMounts: [] } },
        },
        follow: {
          ...{ enabled: true, env: [], envFrom: [], args: ['--log-format=json'], resources: {} },
          ...{ securityContext: {}, mounts: { volumeMounts: [] } },
        },
      },
      config: {
        indexes: [{ name: 'a', url: 'https://a.example.org/index.yaml' }],
        artifact: {
          allowedTypes: ['rulesfile', 'plugin'],
          install: {
            resolveDeps: true,
            refs: ['falco-rules:5'],
            rulesfilesDir: '/rulesfiles',
            pluginsDir: '/plugins',
          },
          follow: { refs: ['falco-rules:5'], every: '168h', falcoversions: 'http://localhost:8765/versions' },
        },
      },
    },
    falco: {
      rules_files: ['/etc/falco/falco_rules.yaml', '/etc/falco/rules.d'],
      load_plugins: [],
      plugins: [],
    },
  };

  it('that Falco has are there under the same names, and do what they say', () => {
    const ours = valuesFile('values.yaml');
    const NOT_OURS = /^(driver\.loader\.initContainer|falco-talon)/;
    assert.deepEqual(
      paths(UPSTREAM).filter(path => !NOT_OURS.test(path) && valueAt(ours, path) === undefined),
      [],
    );
    const { container, pod } = workloadOf(renderChart([UPSTREAM]).objects);
    assert.deepEqual(container['securityContext'], {
      privileged: true,
      readOnlyRootFilesystem: true,
      runAsUser: 0,
    });
    assert.equal(pod.containers.length, 2);
  });

  it('have a schema, a table, a dashboard and kustomize bases that are up to date', () => {
    const generate = join(projectRoot, 'packaging/helm/generate.mjs');
    assert.equal(execFileSync(process.execPath, [generate, renderer(), '--check'], { encoding: 'utf8' }), '');
  });
});

function paths(values: unknown, path = ''): readonly string[] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return [path];
  const entries = Object.entries(values);
  if (entries.length === 0) return [path];
  return entries.flatMap(([key, value]) => paths(value, path === '' ? key : `${path}.${key}`));
}

function valueAt(values: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Values | undefined)?.[key], values);
}
