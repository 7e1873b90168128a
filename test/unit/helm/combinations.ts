/** Values with which the chart is rendered, and what must come of each. */
import type { RenderOptions, Values } from '../../support/helm/helm.js';
import { valuesFile } from '../../support/helm/helm.js';

export interface Combination {
  readonly title: string;
  readonly values: readonly Values[];
  readonly options?: RenderOptions;
  /** Kinds of the objects, sorted. */
  readonly kinds: readonly string[];
  /** Parts of what is rendered, by path: `pod.hostPID`, `container.tty`, `config.json_output`, `Service.spec.type`. */
  readonly expected?: Readonly<Record<string, unknown>>;
}

const PLAIN = ['ConfigMap', 'DaemonSet', 'ServiceAccount'];
const sorted = (...more: readonly string[]): readonly string[] => [...PLAIN, ...more].sort();

const OPENSHIFT = { apiVersions: ['security.openshift.io/v1'] };
const NEEDED = ['BPF', 'DAC_READ_SEARCH', 'PERFMON', 'SYS_PTRACE'];

const rule = (name: string): string =>
  `- rule: ${name}\n  desc: d\n  condition: starting\n  output: "{{ no template }}"\n  priority: INFO\n`;

export const COMBINATIONS: readonly Combination[] = [
  {
    title: 'nothing said',
    values: [],
    kinds: PLAIN,
    expected: {
      'container.image': 'localhost/falco:0.1.0',
      'container.securityContext.privileged': false,
      'container.securityContext.capabilities': { add: NEEDED, drop: ['ALL'] },
      'container.securityContext.readOnlyRootFilesystem': true,
      'container.securityContext.allowPrivilegeEscalation': false,
      'container.securityContext.appArmorProfile': { type: 'Unconfined' },
      'container.securityContext.seccompProfile': { type: 'RuntimeDefault' },
      'container.securityContext.seLinuxOptions': { type: 'spc_t' },
      'pod.automountServiceAccountToken': false,
      'config.engine.kind': 'modern_ebpf',
      'config.load_plugins': ['container'],
      'config.watch_config_files': true,
    },
  },
  {
    title: 'an old cluster with old kernels, everything privileged',
    values: [
      {
        driver: {
          kind: 'modern-bpf',
          modernEbpf: { leastPrivileged: false, sysfsMount: false, oldKernels: true },
        },
      },
      { tty: true, falcoHostnameEnv: false },
    ],
    options: { kubeVersion: 'v1.24.3' },
    kinds: PLAIN,
    expected: {
      'container.securityContext.privileged': true,
      'container.securityContext.capabilities': undefined,
      'container.securityContext.seLinuxOptions': undefined,
      'container.tty': true,
    },
  },
  {
    title: 'least privileges on an old cluster',
    values: [
      {
        driver: {
          kind: 'kmod',
          modernEbpf: {
            oldKernels: true,
            bufSizePreset: 6,
            cpusForEachBuffer: 0,
            seccompProfile: { type: 'Localhost', localhostProfile: 'falco.json' },
            seLinuxType: '',
          },
        },
      },
    ],
    options: { kubeVersion: 'v1.29.1-gke.100' },
    kinds: PLAIN,
    expected: {
      'container.securityContext.capabilities.add': [...NEEDED, 'SYS_RESOURCE'],
      'container.securityContext.seccompProfile': { type: 'Localhost', localhostProfile: 'falco.json' },
      'container.securityContext.appArmorProfile': undefined,
      'container.securityContext.seLinuxOptions': undefined,
      'annotations.container#apparmor#security#beta#kubernetes#io/falco': 'unconfined',
      'config.engine.kind': 'modern_ebpf',
      'config.engine.modern_ebpf.buf_size_preset': 6,
      'config.engine.modern_ebpf.cpus_for_each_buffer': 0,
    },
  },
  {
    title: 'audit events alone',
    values: [valuesFile('values-k8saudit.yaml'), { networkPolicy: { enabled: true } }],
    kinds: ['ConfigMap', 'Deployment', 'NetworkPolicy', 'Service', 'ServiceAccount'],
    expected: {
      'container.args': [
        '/usr/bin/falco',
        '-c',
        '/etc/falco/chart/falco.yaml',
        '--disable-source',
        'syscall',
      ],
      'container.securityContext.runAsNonRoot': true,
      'container.securityContext.runAsUser': 65534,
      'container.securityContext.capabilities': { drop: ['ALL'] },
      'container.securityContext.seccompProfile': { type: 'RuntimeDefault' },
      'container.securityContext.seLinuxOptions': undefined,
      hostPaths: [],
      'config.load_plugins': ['k8saudit', 'json'],
      'Service.metadata.name': 'falco-k8saudit-webhook',
      'Service.spec.ports': [{ nodePort: 30007, port: 9765, protocol: 'TCP' }],
      'NetworkPolicy.spec.ingress': [{ ports: [{ port: 9765, protocol: 'TCP' }] }],
      'NetworkPolicy.spec.egress': undefined,
      'workload.spec.replicas': 1,
    },
  },
  {
    title: 'audit events at the web server of a Deployment, over TLS',
    values: [
      {
        driver: { enabled: false },
        controller: { kind: 'deployment', deployment: { replicas: 2 } },
        falco: {
          rules_files: ['/etc/falco/k8s_audit_rules.yaml'],
          webserver: { ssl_enabled: true, k8s_audit_endpoint: '/k8s-audit', listen_port: 9443 },
          k8s_audit: { client_ca: '/etc/falco/certs/ca.crt' },
        },
        certs: { server: { key: 'KEY', crt: 'CRT\n' }, ca: { crt: 'CA' } },
        networkPolicy: { enabled: true, from: [{ ipBlock: { cidr: '10.0.0.0/24' } }] },
      },
    ],
    kinds: ['ConfigMap', 'Deployment', 'NetworkPolicy', 'Secret', 'ServiceAccount'],
    expected: {
      'container.livenessProbe.httpGet': { path: '/healthz', port: 9443, scheme: 'HTTPS' },
      'config.webserver.ssl_certificate': '/etc/falco/certs/falco.pem',
      'Secret.data': {
        'ca.crt': Buffer.from('CA').toString('base64'),
        'falco.pem': Buffer.from('CRT\nKEY\n').toString('base64'),
        'server.crt': Buffer.from('CRT\n').toString('base64'),
        'server.key': Buffer.from('KEY').toString('base64'),
      },
      'NetworkPolicy.spec.ingress': [
        { ports: [{ port: 9443, protocol: 'TCP' }], from: [{ ipBlock: { cidr: '10.0.0.0/24' } }] },
      ],
    },
  },
  ...[{}, OPENSHIFT].map((options): Combination => {
    const openshift = options === OPENSHIFT;
    const user = openshift ? {} : { runAsGroup: 65534, runAsUser: 65534 };
    const given = { enabled: true, env: [{ name: 'HOME', value: '/plugins' }] };
    return {
      title: `audit events alone, and falcoctl beside it${openshift ? ', on OpenShift' : ''}`,
      values: [
        valuesFile('values-k8saudit.yaml'),
        { falcoctl: { artifact: { install: { enabled: true }, follow: given } } },
        { customRules: { 'a.yaml': '[]' } },
      ],
      options,
      kinds: ['ConfigMap', 'ConfigMap', 'ConfigMap', 'Deployment', 'Service', 'ServiceAccount'],
      expected: Object.fromEntries(
        ['pod.initContainers.0', 'pod.containers.1'].flatMap((container, index) => [
          [
            `${container}.securityContext`,
            {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'] },
              runAsNonRoot: true,
              seccompProfile: { type: 'RuntimeDefault' },
              ...user,
            },
          ],
          [`${container}.env`, [{ name: 'HOME', value: index === 0 ? '/artifactstate' : '/plugins' }]],
        ]),
      ),
    };
  }),
  {
    title: 'system calls and audit events',
    values: [valuesFile('values-syscall-k8saudit.yaml')],
    kinds: sorted('Service'),
    expected: {
      'config.load_plugins': ['k8saudit', 'json', 'container'],
      'config.plugins.2.name': 'container',
      'container.args': ['/usr/bin/falco', '-c', '/etc/falco/chart/falco.yaml'],
    },
  },
  {
    title: 'alerts to falcosidekick, by its full name, out of a closed network',
    values: [
      {
        falcosidekick: {
          enabled: true,
          fullfqdn: true,
          listenPort: '2802',
          config: { slack: { webhookurl: 'x' } },
        },
        networkPolicy: { enabled: true, egress: [{ to: [{ namespaceSelector: {} }] }] },
      },
    ],
    options: { release: 'prod' },
    kinds: sorted('NetworkPolicy'),
    expected: {
      'config.json_output': true,
      'config.http_output.enabled': true,
      'config.http_output.url': 'http://prod-falcosidekick.monitoring.svc.cluster.local:2802',
      'NetworkPolicy.spec.ingress': undefined,
      'NetworkPolicy.spec.egress.0.ports': [53, 5353].flatMap(port =>
        ['UDP', 'TCP'].map(protocol => ({ protocol, port })),
      ),
      'NetworkPolicy.spec.egress.1.ports': [{ protocol: 'TCP', port: 2802 }],
      'workload.metadata.name': 'prod-falco',
    },
  },
  {
    title: 'metrics for a Prometheus operator',
    values: [
      {
        metrics: {
          enabled: true,
          interval: '15m',
          outputRule: true,
          service: { ports: { metrics: { port: 9100 } } },
        },
        serviceMonitor: {
          ...{ create: true, labels: { release: 'prometheus' }, targetLabels: ['team'] },
          ...{
            tlsConfig: { insecureSkipVerify: true },
            relabelings: [{ action: 'labeldrop', regex: 'pod' }],
          },
        },
        networkPolicy: { enabled: true },
        falco: { webserver: { listen_port: 9765 }, priority: 'info' },
        grafana: {
          dashboards: { enabled: true, configMaps: { falco: { folder: 'Security', namespace: 'grafana' } } },
        },
      },
    ],
    kinds: sorted('ConfigMap', 'NetworkPolicy', 'Service', 'ServiceMonitor'),
    expected: {
      'config.metrics.enabled': true,
      'config.metrics.interval': '15m',
      'config.metrics.output_rule': true,
      'config.webserver.prometheus_metrics_enabled': true,
      'Service.spec.ports': [{ name: 'metrics', port: 9100, targetPort: 9765, protocol: 'TCP' }],
      'ServiceMonitor.spec.endpoints.0.port': 'metrics',
      'ServiceMonitor.spec.endpoints.0.scheme': 'http',
      'NetworkPolicy.spec.ingress': [{ ports: [{ port: 9765, protocol: 'TCP' }] }],
      'container.ports': [{ name: 'web', containerPort: 9765, protocol: 'TCP' }],
    },
  },
  {
    title: 'a client certificate for the collector, both secrets there already',
    values: [
      {
        certs: { existingSecret: 'falco-tls', existingClientSecret: 'falco-client' },
        falco: { http_output: { enabled: true, url: 'https://alerts.example.org/falco', mtls: true } },
        networkPolicy: { enabled: true },
      },
    ],
    kinds: sorted('NetworkPolicy'),
    expected: { 'NetworkPolicy.spec.egress.1.ports': [{ protocol: 'TCP', port: 443 }] },
  },
  {
    title: 'the same, with secrets of the chart',
    values: [
      {
        certs: { client: { key: 'K', crt: 'C' }, ca: { crt: 'A' } },
        falco: { http_output: { enabled: true, url: 'https://alerts.example.org:8443/', mtls: true } },
      },
    ],
    kinds: sorted('Secret', 'Secret'),
    expected: { 'config.http_output.ca_cert': '/etc/falco/certs/ca.crt' },
  },
  {
    title: 'rules of its own, in several files',
    values: [
      {
        customRules: {
          'a.yaml': `- macro: starting\n  condition: evt.type = execve\n${rule('Mine')}`,
          'b.yml': rule('Another'),
        },
        falco: { outputs_spool: { enabled: true }, rules: [{ disable: { tag: 'network' } }] },
      },
    ],
    kinds: sorted('ConfigMap'),
    expected: { 'config.rules': [{ disable: { tag: 'network' } }] },
  },
  {
    title: 'OpenShift',
    values: [{ podSecurityContext: { fsGroup: 0 } }],
    options: OPENSHIFT,
    kinds: sorted('SecurityContextConstraints'),
    expected: {
      'container.securityContext.seLinuxOptions': { type: 'spc_t' },
      'container.securityContext.seccompProfile': { type: 'Unconfined' },
      'SecurityContextConstraints.allowedCapabilities': NEEDED,
      'SecurityContextConstraints.allowPrivilegedContainer': false,
      'SecurityContextConstraints.users': ['system:serviceaccount:monitoring:falco'],
    },
  },
  {
    title: 'OpenShift, audit events alone and no constraints',
    values: [valuesFile('values-k8saudit.yaml')],
    options: OPENSHIFT,
    kinds: ['ConfigMap', 'Deployment', 'Service', 'ServiceAccount'],
    expected: {
      'container.securityContext.runAsUser': undefined,
      'container.securityContext.runAsNonRoot': true,
    },
  },
  {
    title: 'names, labels, tolerations, mounts and environment of its own',
    values: [
      {
        image: {
          registry: 'registry.example.org:5000/team',
          repository: 'security/falco',
          tag: 'v1.2',
          pullPolicy: 'Always',
        },
        imagePullSecrets: [{ name: 'pull' }],
        fullnameOverride: 'watcher',
        nameOverride: 'sentinel',
        namespaceOverride: 'security',
        serviceAccount: {
          annotations: { 'example.org/role': 'none' },
          name: 'watch',
          imagePullSecrets: [{ name: 'pull' }],
        },
        rbac: { create: false },
        podLabels: { team: 'blue', 'app.kubernetes.io/name': 'not-this' },
        podAnnotations: { 'example.org/x': 'true' },
        podHostname: 'watcher',
        podPriorityClassName: 'system-node-critical',
        podSecurityContext: { runAsNonRoot: false },
        containerSecurityContext: { privileged: true },
        resources: { limits: { memory: '2Gi' } },
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] }] },
              ],
            },
          },
        },
        tolerations: [{ operator: 'Exists' }],
        controller: {
          ...{ annotations: { a: 'b' }, labels: { c: 'd' } },
          daemonset: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%' } } },
        },
        extra: {
          env: [
            { name: 'FALCO_HOSTNAME', value: 'fixed' },
            { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
          ],
          args: ['-v'],
          initContainers: [{ name: 'wait', image: 'busybox', command: ['true'] }],
        },
        mounts: {
          volumes: [{ name: 'more', emptyDir: {} }],
          volumeMounts: [
            { name: 'more', mountPath: '/tmp' },
            { name: 'more', mountPath: '/etc/falco/config.d/' },
          ],
        },
        services: [
          {
            ...{ name: 'extra', type: 'LoadBalancer', labels: { x: 'y' }, annotations: { z: '1' } },
            ports: [{ name: 'web', port: 80, targetPort: 'web' }],
          },
        ],
        networkPolicy: { enabled: true, ingress: [{ from: [{ podSelector: {} }] }] },
      },
    ],
    kinds: sorted('NetworkPolicy', 'Service'),
    expected: {
      'workload.metadata.name': 'watcher',
      'workload.metadata.namespace': 'security',
      'workload.metadata.labels.c': 'd',
      'workload.spec.template.metadata.labels': {
        ...{ 'app.kubernetes.io/instance': 'falco', 'app.kubernetes.io/name': 'sentinel', team: 'blue' },
      },
      'container.image': 'registry.example.org:5000/team/security/falco:v1.2',
      'container.securityContext': { privileged: true },
      'container.args': ['/usr/bin/falco', '-c', '/etc/falco/chart/falco.yaml', '-v'],
      'container.env.1.name': 'FALCO_K8S_NODE_NAME',
      'pod.serviceAccountName': 'watch',
      'pod.hostname': 'watcher',
      'pod.priorityClassName': 'system-node-critical',
      'pod.tolerations': [{ operator: 'Exists' }],
      'Service.metadata.name': 'watcher-extra',
      'NetworkPolicy.spec.ingress.0.ports': [{ port: 'web', protocol: 'TCP' }],
    },
  },
  {
    title: 'no runtimes to ask, an account that is there already, no probes',
    values: [
      {
        collectors: { enabled: false, kubernetes: { enabled: true } },
        serviceAccount: { create: false },
        healthChecks: { startupProbe: null, livenessProbe: null, readinessProbe: null },
        tolerations: null,
        resources: null,
      },
    ],
    kinds: ['ConfigMap', 'DaemonSet'],
    expected: {
      'pod.serviceAccountName': 'default',
      'pod.tolerations': undefined,
      'container.startupProbe': undefined,
      hostPaths: ['/proc', '/etc', '/sys/kernel'],
      'config.plugins.0.init_config.engines.docker': { enabled: false },
    },
  },
  {
    title: 'one runtime with sockets of its own',
    values: [
      {
        collectors: {
          containerEngine: {
            ...{ labelMaxLen: 500, withSize: true, hooks: ['create', 'start'], mountPropagation: 'None' },
            engines: {
              ...{ docker: { enabled: false }, containerd: { enabled: false } },
              podman: { sockets: ['/run/user/$uid/podman/podman.sock', '/var/run/podman/podman.sock'] },
              cri: { sockets: ['/run/containerd/containerd.sock', '/run/containerd/more/x.sock'] },
            },
          },
        },
      },
    ],
    kinds: PLAIN,
    expected: {
      hostPaths: ['/proc', '/etc', '/sys/kernel', '/run/containerd', '/run/podman', '/run/user'],
      'config.plugins.0.init_config.label_max_len': 500,
      'config.plugins.0.init_config.engines.docker.enabled': false,
    },
  },
  {
    title: 'falcoctl beside it',
    values: [
      {
        falcoctl: {
          artifact: {
            install: {
              enabled: true,
              env: [{ name: 'A', value: 'b' }],
              resources: { limits: { memory: '64Mi' } },
            },
            follow: { enabled: true, securityContext: { runAsUser: 1000 } },
          },
          config: { artifact: { follow: { refs: ['falco-rules:5', 'falco-incubating-rules:5'] } } },
        },
        networkPolicy: { enabled: true },
      },
    ],
    kinds: sorted('ConfigMap', 'NetworkPolicy'),
    expected: {
      'pod.initContainers.0.args': ['artifact', 'install', '--log-format=json'],
      'pod.containers.1.name': 'falcoctl-artifact-follow',
      'pod.initContainers.0.env': [{ name: 'A', value: 'b' }],
      'pod.initContainers.0.securityContext.runAsNonRoot': undefined,
      'NetworkPolicy.spec.egress': [{}],
    },
  },
  {
    title: 'falcoctl that only follows, and rules of its own until then',
    values: [
      {
        falcoctl: { artifact: { follow: { enabled: true } } },
        customRules: { 'a.yaml': `- macro: starting\n  condition: evt.type = execve\n${rule('Mine')}` },
      },
    ],
    kinds: sorted('ConfigMap', 'ConfigMap'),
    expected: { 'pod.initContainers': undefined },
  },
  {
    title: 'a falco.yaml that says much itself',
    values: [
      {
        falco: {
          engine: { replay: { capture_file: '' }, modern_ebpf: { buf_size_preset: 1 } },
          plugins: [
            { name: 'container', library_path: 'libcontainer.so', init_config: { label_max_len: 7 } },
          ],
          load_plugins: null,
          json_output: true,
          webserver: { enabled: false },
          base_syscalls: { custom_set: ['clone', '!mprotect'], repair: true },
          alerts: { throttle: { enabled: true, key_fields: ['proc.exepath'], rate: 0.5 } },
          static_fields: { site: 'lab', number: '007', yes: 'on' },
          append_output: [{ match: { source: 'syscall' }, extra_output: 'on %evt.cpu' }],
          program_output: { enabled: true, program: "jq '{text: .output}' | cat" },
          syscall_event_drops: { rate: 1000000, threshold: 0.00001 },
          falco_libs: { thread_table_size: 12345678 },
        },
        networkPolicy: { enabled: true },
      },
    ],
    kinds: sorted('NetworkPolicy'),
    expected: {
      'container.ports': undefined,
      'container.livenessProbe': undefined,
      'config.load_plugins': undefined,
      'config.plugins.length': 1,
      'config.static_fields': { site: 'lab', number: '007', yes: 'on' },
      'config.falco_libs.thread_table_size': 12345678,
      'config.syscall_event_drops.rate': 1000000,
      'config.engine.modern_ebpf.buf_size_preset': 4,
      'NetworkPolicy.spec.egress': [{}],
    },
  },
  {
    title: 'names that look like numbers',
    values: [
      {
        ...{ podHostname: '0x1f', podPriorityClassName: '1e3' },
        serviceAccount: { name: '5678' },
        ...{ image: { registry: '', repository: '0', tag: '1' } },
        ...{ certs: { existingSecret: '12', existingClientSecret: '34' } },
        customRules: { 'a.yaml': '[]' },
        metrics: { enabled: true },
        serviceMonitor: { create: true, interval: '0' },
      },
    ],
    options: { ...OPENSHIFT, namespace: '1234' },
    kinds: sorted('ConfigMap', 'SecurityContextConstraints', 'Service', 'ServiceMonitor'),
    expected: {
      'workload.metadata.namespace': '1234',
      'pod.hostname': '0x1f',
      'pod.serviceAccountName': '5678',
      'ServiceMonitor.spec.namespaceSelector.matchNames': ['1234'],
      'SecurityContextConstraints.users': ['system:serviceaccount:1234:5678'],
    },
  },
  {
    title: 'a release with the longest name',
    values: [
      {
        services: [{ name: 'k8saudit-webhook-of-this-cluster', ports: [{ port: 1 }] }],
        metrics: { enabled: true },
        customRules: { 'a.yaml': '[]' },
      },
    ],
    options: { release: 'a-release-whose-name-has-as-many-characters-as-may-be' },
    kinds: sorted('ConfigMap', 'Service', 'Service'),
  },
];
