/**
 * Every key of falco.yaml: type, default, first release, meaning, check. Reading, checking, defaults, the type
 * `Config` and the JSON schema come from this table; etc/falco.yaml is held against it by a test. Facts:
 * reference/falco/config.md 1.1.
 *
 * `idle` marks what is accepted but does nothing yet: any other value is answered with one warning.
 */
import { isIP } from 'node:net';
import {
  dropActionsProblem,
  readDropActions,
  readExtraFields,
  readIncluded,
  readInitConfig,
  readLooseBool,
  readSelection,
  readTexts,
} from './forms.js';
import type { DropAction, ExtraField, Included, Selection } from './forms.js';
import {
  bool,
  integer,
  number,
  records,
  section,
  special,
  string,
  strings,
  word,
  type Schema,
} from './key.js';

const U16 = 65_535;
const U32 = 4_294_967_295;
const ANY = Number.MAX_SAFE_INTEGER;
const LOG_LEVELS = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'] as const;
const LIBS_LEVELS = ['fatal', 'critical', 'error', 'warning', 'notice', 'info', 'debug', 'trace'] as const;
const LIST: Schema = { type: 'array' };

const preset = (value: number): string | undefined =>
  value >= 1 && value <= 10 ? undefined : `buf_size_preset must be from 1 to 10, not ${String(value)}`;
const share = (value: number): string | undefined =>
  value >= 0 && value <= 1
    ? undefined
    : `syscall_event_drops.threshold must be from 0 to 1, not ${String(value)}`;
const address = (value: string): string | undefined =>
  isIP(value) === 0 || value.includes('%')
    ? `webserver.listen_address '${value}' is not an IP address`
    : undefined;
const keepAlive = (what: string) =>
  special<boolean>('true or false', { type: 'boolean' }, false, '0.1', what, readLooseBool);

// prettier-ignore
export const KEYS = {
  config_files:            special<readonly Included[]>('a list of paths or {path, strategy}', LIST, [], '0.38', 'Further configuration files and folders, merged over this one in order. `strategy`: append (lists grow, all else is replaced), override, add-only.', readIncluded),
  watch_config_files:      bool(true, '0.32', 'Reload by itself when the configuration or a rules file changes.', { idle: false }),
  rules_files:             strings([], '0.38', 'Rules files, and folders of them, in load order. What does not exist is passed over.'),
  rule_matching:           word(['first', 'all'], 'first', '0.36', 'When several rules match one event: alert for the first only, or for all.', text => `rule_matching '${text}' is neither 'first' nor 'all'`, { anyCase: true }),
  rules:                   special<readonly Selection[]>('a list of {enable|disable: {rule, tag}}', LIST, [], '0.38', 'Rules to switch on or off after loading, in order; by name (`*` matches anything) or by tag.', readSelection),
  engine: section({
    kind:                  word(['kmod', 'modern_ebpf', 'replay', 'nodriver'], 'modern_ebpf', '0.37', 'Where system calls come from.', text => `engine.kind '${text}' is not a valid kind.`),
    kmod: section({
      buf_size_preset:     integer(4, -32768, 32767, '0.37', 'Size of each ring buffer: 1 is 1 MB, every step doubles it.', { check: preset }),
      drop_failed_exit:    bool(false, '0.37', 'Do not send system calls that failed.'),
    }),
    modern_ebpf: section({
      cpus_for_each_buffer: integer(2, 0, U16, '0.37', 'CPUs that share one ring buffer; 0: one buffer for all.'),
      buf_size_preset:     integer(4, -32768, 32767, '0.37', 'Size of each ring buffer: 1 is 1 MB, every step doubles it, 10 is 512 MB.', { check: preset }),
      drop_failed_exit:    bool(false, '0.37', 'Do not send system calls that failed.'),
      disable_iterators:   bool(false, '0.44', 'Learn of running processes from /proc instead of from the kernel\'s iterators.'),
    }),
    replay: section({
      capture_file:        string('', '0.37', 'Capture to read when kind is replay.'),
    }),
  }),
  capture: section({
    enabled:               bool(false, '0.42', 'Write a capture file around an alert.'),
    path_prefix:           string('/tmp/falco', '0.42', 'Start of the captures\' file names.'),
    mode:                  word(['rules', 'all_rules'], 'rules', '0.42', 'Record for rules that ask for it, or for all.', text => `capture.mode '${text}' is neither 'rules' nor 'all_rules'`),
    default_duration:      integer(5000, 0, U32, '0.42', 'Milliseconds that are recorded after an alert.'),
    max_file_size_mb:      integer(0, 0, 1_048_576, '0.44', 'Size at which a capture ends; 0: none.'),
    history_duration:      integer(5000, 0, U32, 'own', 'Milliseconds before the alert that are recorded, too.'),
    history_size_mb:       integer(16, 0, 1024, 'own', 'Memory for what may have to be recorded of the time before an alert.'),
  }),
  load_plugins:            strings([], '0.31', 'Names of the plugins to load, of those under `plugins`.', { idle: [] }),
  plugins:                 records('0.31', 'Plugins that can be loaded.', {
    name:                  string('', '0.31', 'Name by which load_plugins and rules know it.'),
    library_path:          string('', '0.31', 'Shared object; relative to /usr/share/falco/plugins.'),
    init_config:           special<string>('text or a mapping', {}, '', '0.31', 'Settings that the plugin is started with.', readInitConfig),
    open_params:           string('', '0.31', 'What the plugin\'s event source is opened with.'),
  }, { idle: true }),
  plugins_hostinfo:        bool(true, '0.40', 'Give plugin sources the names of this host.'),
  time_format_iso_8601:    bool(false, '0.1', 'Times as ISO 8601 in UTC instead of local wall-clock time.'),
  buffer_format_base64:    bool(false, '0.40', 'Show data buffers as base64.'),
  priority:                word([...LOG_LEVELS, 'informational'], 'debug', '0.1', 'Rules below this priority are not loaded.', text => `Unknown priority level ${text}`, { anyCase: true }),
  json_output:             bool(false, '0.1', 'Alerts as one JSON object a line.'),
  json_include_output_property:        bool(true, '0.1', 'JSON alerts have `output`: the whole text line.'),
  json_include_message_property:       bool(false, '0.40', 'JSON alerts have `message`: the text without time and priority.'),
  json_include_output_fields_property: bool(true, '0.41', 'JSON alerts have `output_fields`: each field of the output by name.'),
  json_include_tags_property:          bool(true, '0.30', 'JSON alerts have `tags`: those of the rule.'),
  buffered_outputs:        bool(false, '0.1', 'Accepted. Lines that wait are written together in any case, and none waits for others to come.'),
  outputs_queue: section({
    capacity:              integer(0, 0, ANY, '0.36', 'Messages that may wait for each output before new ones are lost (and counted); 0: as many as fit into 64 MB.'),
  }),
  append_output:           records('0.39', 'Additions to the output of rules.', {
    match: section({
      source:              string('', '0.39', 'Only rules of this event source.'),
      tags:                strings([], '0.39', 'Only rules that carry all of these tags.'),
      rule:                string('', '0.39', 'Only the rule of this name.'),
    }),
    extra_output:          string('', '0.39', 'Text appended to the output.'),
    extra_fields:          special<readonly ExtraField[]>('a list of fields or {name: format}', LIST, [], '0.39', 'Fields added to output_fields.', readExtraFields),
    suggested_output:      bool(false, '0.41', 'Append every field that its provider suggests.'),
  }),
  static_fields:           special<Readonly<Record<string, string>>>('a mapping of texts', { type: 'object' }, {}, '0.42', 'Fields `static.<name>` with a fixed text.', readTexts),
  stdout_output: section({
    enabled:               bool(false, '0.1', 'Alerts on standard output.'),
  }),
  syslog_output: section({
    enabled:               bool(false, '0.1', 'Alerts to syslog, facility user, the rule\'s priority as level.'),
  }),
  file_output: section({
    enabled:               bool(false, '0.1', 'Alerts appended to a file.'),
    keep_alive:            keepAlive('Keep the file open between alerts; SIGUSR1 opens it anew.'),
    filename:              string('', '0.1', 'The file.'),
  }),
  program_output: section({
    enabled:               special<boolean>('true or false', { type: 'boolean' }, false, '0.1', 'Alerts to the standard input of a program.', readLooseBool, { idle: false }),
    keep_alive:            keepAlive('One run of the program for all alerts instead of one for each.'),
    program:               string('', '0.1', 'Command line for /bin/sh.'),
  }),
  http_output: section({
    enabled:               bool(false, '0.1', 'Alerts as POST requests.', { idle: false }),
    url:                   string('', '0.1', 'Where to.'),
    user_agent:            string('falcosecurity/falco', '0.31', 'User-Agent header.'),
    insecure:              bool(false, '0.35', 'Accept any certificate of the server.'),
    ca_cert:               string('', '0.35', 'Certificate that the server\'s is checked against.'),
    ca_bundle:             string('', '0.35', 'File of such certificates.'),
    ca_path:               string('/etc/ssl/certs', '0.35', 'Folder of such certificates.'),
    mtls:                  bool(false, '0.36', 'Show a client certificate.'),
    client_cert:           string('/etc/ssl/certs/client.crt', '0.36', 'The client certificate.'),
    client_key:            string('/etc/ssl/certs/client.key', '0.36', 'Its key.'),
    echo:                  bool(false, '0.36', 'Print the server\'s answers on standard output.'),
    compress_uploads:      bool(false, '0.37', 'Compress request bodies.'),
    keep_alive:            bool(false, '0.37', 'Keep connections alive.'),
    max_consecutive_timeouts: integer(5, 0, 255, '0.41', 'Timeouts in a row after which an alert is given up.'),
  }),
  webserver: section({
    enabled:               bool(false, '0.1', 'Serve health, versions and metrics over HTTP.', { idle: false }),
    threadiness:           integer(0, 0, U32, '0.33', 'Accepted; one thread serves all requests.'),
    listen_port:           integer(8765, 0, U32, '0.1', 'TCP port.'),
    listen_address:        string('0.0.0.0', '0.37', 'IPv4 or IPv6 address to listen on.', { check: address }),
    k8s_healthz_endpoint:  string('/healthz', '0.1', 'Path of the health check.'),
    prometheus_metrics_enabled: bool(false, '0.38', 'Serve /metrics.'),
    ssl_enabled:           bool(false, '0.1', 'Serve over TLS.'),
    ssl_certificate:       string('/etc/falco/falco.pem', '0.1', 'Certificate and key in one PEM file.'),
  }),
  log_stderr:              bool(false, '0.1', 'The daemon\'s own log on standard error.'),
  log_syslog:              bool(true, '0.1', 'The daemon\'s own log to syslog.'),
  log_level:               word(LOG_LEVELS, 'info', '0.1', 'Least important level that is logged.', text => `Unknown log level ${text}`),
  libs_logger: section({
    enabled:               bool(true, '0.32', 'Log what driver and state engine have to say.'),
    severity:              word(LIBS_LEVELS, 'info', '0.32', 'Least important level of these.', text => `Unknown libs log level ${text}`),
  }),
  output_timeout:          integer(2000, 0, U32, '0.1', 'Milliseconds after which an output that takes nothing is reported, and that are left to the outputs at the end.'),
  syscall_event_timeouts: section({
    max_consecutives:      integer(1000, 0, U32, '0.1', 'Seconds without any event after which that is reported.', { check: value => (value === 0 ? 'syscall_event_timeouts.max_consecutives must be more than 0' : undefined) }),
  }),
  syscall_event_drops: section({
    threshold:             number(0.1, '0.1', 'Share of lost events above which the actions are taken.', { check: share }),
    actions:               special<readonly DropAction[]>('a list of ignore, log, alert, exit', LIST, ['ignore'], '0.1', 'What to do when events were lost: ignore, log, alert, exit.', readDropActions, { check: dropActionsProblem }),
    rate:                  number(0.03333, '0.1', 'How often the actions are taken, per second.'),
    max_burst:             number(1, '0.1', 'How often they may be taken in a row.'),
    simulate_drops:        bool(false, '0.1', 'Pretend losses, for a test of the installation.'),
  }),
  metrics: section({
    enabled:               bool(false, '0.35', 'Take snapshots of the daemon\'s own counters.', { idle: false }),
    interval:              string('5000', '0.35', 'Time between snapshots, as in 1h, 30m, 500ms.'),
    output_rule:           bool(false, '0.35', 'Snapshots go out as alerts.'),
    output_file:           string('', '0.35', 'Snapshots are appended to this file.'),
    rules_counters_enabled:                bool(true, '0.38', 'Matches by rule.'),
    resource_utilization_enabled:          bool(true, '0.35', 'CPU and memory of daemon and host.'),
    state_counters_enabled:                bool(true, '0.37', 'Tables of threads and descriptors.'),
    kernel_event_counters_enabled:         bool(true, '0.35', 'Events and losses of the driver.'),
    kernel_event_counters_per_cpu_enabled: bool(true, '0.39', 'The same by CPU.'),
    libbpf_stats_enabled:                  bool(true, '0.35', 'Run time of the driver\'s programs.'),
    plugins_metrics_enabled:               bool(true, '0.38', 'Counters of plugins.'),
    kernel_iter_event_counters_enabled:    bool(true, '0.44', 'Counters of the initial scan.'),
    jemalloc_stats_enabled:                bool(true, '0.40', 'Accepted; there is no jemalloc here.'),
    convert_memory_to_mb:                  bool(true, '0.35', 'Memory in megabytes instead of kilobytes.'),
    include_empty_values:                  bool(false, '0.35', 'Counters that are zero, too.'),
  }),
  base_syscalls: section({
    custom_set:            strings([], '0.35', 'System calls to watch besides those of the rules, instead of those that the tables need; `!name` takes one away.'),
    repair:                bool(false, '0.35', 'Watch the least that keeps the tables right.'),
    all:                   bool(false, '0.40', 'Watch the frequent calls as well (read, write, and their like).'),
  }),
  falco_libs: section({
    thread_table_size:     integer(262_144, 0, U32, '0.38', 'Threads that are remembered at most.'),
    thread_table_auto_purging_interval_s:       integer(300, 0, U32, '0.42', 'Seconds between searches for threads that ended unnoticed.'),
    thread_table_auto_purging_thread_timeout_s: integer(300, 0, U32, '0.42', 'Seconds without a sign of life after which a thread is looked at.'),
    snaplen:               integer(80, 0, ANY, '0.40', 'Bytes that are kept of what calls read and write.'),
  }),
} as const;
