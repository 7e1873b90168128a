/**
 * How etc/falco.yaml and docs/config.md show the keys of keys.ts: in which order, under which headings, and with which
 * values and examples where the delivered file says more than the defaults. Read by yaml-file.ts and markdown.ts.
 */

export interface Group {
  readonly title: string;
  /** Paragraphs under the title. */
  readonly text?: readonly string[];
  /** Top-level keys. */
  readonly keys: readonly string[];
}

// prettier-ignore
export const GROUPS: readonly Group[] = [
  { title: 'Files', keys: ['config_files', 'rules_files', 'watch_config_files'] },
  { title: 'Rules', keys: ['rules', 'priority', 'rule_matching', 'append_output', 'static_fields'] },
  { title: 'Where events come from', keys: ['engine', 'base_syscalls', 'falco_libs', 'load_plugins', 'plugins', 'plugins_hostinfo'] },
  {
    title: 'Kubernetes audit events',
    text: ['They come when webserver.k8s_audit_endpoint is set, or when the plugin `k8saudit` is among the plugins that are loaded; then rules with `source: k8s_audit` count. docs/k8s-audit-connect.md says how to connect an API server.'],
    keys: ['k8s_audit'],
  },
  { title: 'Form of alerts', keys: ['json_output', 'json_include_output_property', 'json_include_message_property', 'json_include_output_fields_property', 'json_include_tags_property', 'buffer_format_base64', 'time_format_iso_8601'] },
  { title: 'How many alerts', keys: ['alerts'] },
  {
    title: 'Where alerts go',
    text: ['Each output has a queue of its own: one that is slow or away holds up no other. What waits is tried again; what finds its queue full is lost, counted, and the first loss is logged.'],
    keys: ['stdout_output', 'syslog_output', 'file_output', 'program_output', 'http_output', 'outputs_spool', 'outputs_queue', 'output_timeout', 'buffered_outputs'],
  },
  { title: 'Health and metrics', keys: ['webserver', 'metrics'] },
  { title: 'The daemon\'s own log', keys: ['log_stderr', 'log_syslog', 'log_level', 'libs_logger'] },
  { title: 'When events are lost, or stay away', keys: ['syscall_event_drops', 'syscall_event_timeouts'] },
  { title: 'Captures', keys: ['capture'] },
  {
    title: 'Containers',
    text: ['Names, images and pods come from the container runtimes. Their sockets are found where they usually are; init_config of the plugin `container`, under plugins, says where else, and which runtimes to ask.'],
    keys: ['container_metadata'],
  },
];

/** Values of the delivered file that are not the defaults. */
export const DELIVERED: Readonly<Record<string, unknown>> = {
  config_files: ['/etc/falco/config.d'],
  rules_files: ['/etc/falco/falco_rules.yaml', '/etc/falco/falco_rules.local.yaml', '/etc/falco/rules.d'],
  'stdout_output.enabled': true,
  'syslog_output.enabled': true,
  'file_output.filename': '/var/log/falco/events.txt',
  log_stderr: true,
  'syscall_event_drops.actions': ['log', 'alert'],
  'webserver.enabled': true,
  'metrics.interval': '1h',
  'metrics.output_rule': true,
  'metrics.kernel_event_counters_per_cpu_enabled': false,
  'metrics.jemalloc_stats_enabled': false,
};

/** Examples, shown as comments above the key. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  config_files: `
config_files:
  - path: /etc/falco/site.yaml
    strategy: override`,
  rules_files: `
rules_files:
  - /etc/falco/falco_rules.yaml
  - /etc/falco/falco-extra_rules.yaml  # more rules, and more alerts; see docs/rules/README.md
  - /etc/falco/k8s_audit_rules.yaml  # Kubernetes audit events; see docs/k8s-audit-connect.md
  - /etc/falco/falco_rules.local.yaml
  - /etc/falco/rules.d`,
  rules: `
rules:
  - disable:
      tag: network
  - enable:
      rule: Netcat*`,
  append_output: `
append_output:
  - match:
      source: syscall
      tags: [filesystem]
    extra_output: "grandparent=%proc.aname[2]"
    extra_fields: [proc.pid, {login: "%user.name (%user.uid)"}]`,
  static_fields: `
static_fields:
  site: lab`,
  plugins: `
plugins:
  - name: k8saudit
    library_path: libk8saudit.so
    init_config:
      sslCertificate: /etc/falco/falco.pem
    open_params: "http://:9765/k8s-audit"
  - name: json
    library_path: libjson.so
load_plugins: [k8saudit, json]`,
  'webserver.k8s_audit_endpoint': `
  k8s_audit_endpoint: /k8s-audit`,
  'program_output.program': `
  program: "jq '{text: .output}' | curl -d @- -X POST https://chat.example/hook"`,
  'base_syscalls.custom_set': `
  custom_set: [clone, clone3, fork, vfork, execve, execveat, close, "!mprotect"]`,
  'alerts.throttle.overrides': `
    overrides:
      - rule: Contact*
        rate: 1
        key_fields: [fd.sip]
      - rule: Read sensitive file*
        enabled: false`,
};
