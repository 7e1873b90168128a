/**
 * Every key of falco.yaml: type, default, first release, meaning, check. Reading, checking, defaults, the type
 * `Config`, the JSON schema, etc/falco.yaml (with what layout.ts adds) and docs/config.md come from this table; after a
 * change of it, `make docs`. Facts: reference/falco/config.md 1.1.
 *
 * `idle` marks what is accepted but does nothing yet: any other value is answered with one warning. `ignored` says why
 * nothing will ever come of a key; no warning, for it is in many files that are about.
 */
import { isIP } from 'node:net';
import {
  dropActionsProblem,
  durationMs,
  readDropActions,
  readExtraFields,
  readIncluded,
  readInitConfig,
  readLooseBool,
  readSelection,
  readSpooledOutputs,
  readTexts,
} from './forms.js';
import type { DropAction, ExtraField, Included, Selection, SpooledOutput } from './forms.js';
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
import { readBool, readInteger, readNumber, readString, readStrings } from './scalar-value.js';

const U16 = 65_535;
const U32 = 4_294_967_295;
/** Milliseconds that a timer can wait. */
const TIMER = 2_147_483_647;
const ANY = Number.MAX_SAFE_INTEGER;
const LOG_LEVELS = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'] as const;
const LIBS_LEVELS = ['fatal', 'critical', 'error', 'warning', 'notice', 'info', 'debug', 'trace'] as const;
const TEXT: Schema = { type: 'string' };
const TEXTS: Schema = { type: 'array', items: TEXT };
const DROP_ACTIONS: Schema = { type: 'array', items: { enum: ['ignore', 'log', 'alert', 'exit'] } };
const SCALARS: Schema = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } };
const object = (properties: Schema, more: Schema = {}): Schema => ({
  ...{ type: 'object', additionalProperties: false, properties },
  ...more,
});
const STRATEGY: Schema = { enum: ['append', 'override', 'add-only'] };
/** Of files, each with its way of merging. */
const LIST: Schema = {
  type: 'array',
  items: { anyOf: [TEXT, object({ path: TEXT, strategy: STRATEGY }, { required: ['path'] })] },
};
const SELECTED: Schema = object({ rule: TEXT, tag: TEXT }, { minProperties: 1 });
const SELECTION: Schema = { type: 'array', items: object({ enable: SELECTED, disable: SELECTED }) };
const FIELDS: Schema = {
  type: 'array',
  items: { anyOf: [TEXT, { type: 'object', additionalProperties: TEXT }] },
};

const preset = (meaning: string, ignored?: string) =>
  integer(4, -ANY, ANY, '0.37', meaning, {
    type: 'a whole number from 1 to 10',
    ...(ignored === undefined ? {} : { ignored }),
  });
const unlessNegative = (name: string) => ({
  check: (value: number | null) =>
    value === null || (value >= 0 && Number.isFinite(value))
      ? undefined
      : `${name} must be a number of 0 or more, not ${String(value)}`,
});
const duration = (name: string) => ({
  check: (value: string) =>
    (durationMs(value) ?? 0) > 0
      ? undefined
      : `${name} '${value}' is not a duration such as 1h, 30m or 500ms`,
});
const THROTTLE = 'alerts.throttle';
const GONE_KINDS: ReadonlySet<string> = new Set(['ebpf', 'gvisor']);
const MAX_SNAPLEN = 65_000;
const BUILT_IN =
  'the plugins `container`, `k8saudit` and `json` are built in; libraries of others are not loaded, and a warning says so';
const KMOD = 'there is no kernel module; engine.modern_ebpf counts instead';
const share = (value: number): string | undefined =>
  value >= 0 && value <= 1
    ? undefined
    : `syscall_event_drops.threshold must be from 0 to 1, not ${String(value)}`;
const address = (value: string): string | undefined =>
  isIP(value) === 0 || value.includes('%')
    ? `webserver.listen_address '${value}' is not an IP address`
    : undefined;
const endpoint = (value: string): string | undefined =>
  value === '' || /^\/[^?#\s]*$/.test(value)
    ? undefined
    : `webserver.k8s_audit_endpoint '${value}' is not a path such as /k8s-audit`;
const keepAlive = (what: string) =>
  special<boolean>('true or false', { type: 'boolean' }, false, 'old', what, readLooseBool);

// prettier-ignore
export const KEYS = {
  config_files:            special<readonly Included[]>('a list of paths or {path, strategy}', LIST, [], '0.38', 'More configuration, laid over this file in the order of the list; of a folder, every file in it, by name. What does not exist is passed over. Only whole top-level keys are merged. How is up to the strategy of each entry: append (lists grow, everything else is replaced; this is the default), override (everything is replaced), add-only (only keys that are not set yet are taken).', readIncluded),
  watch_config_files:      bool(true, '0.32', 'Load everything again when a file of the configuration or of the rules changes; what is bad changes nothing.'),
  rules_files:             strings([], '0.38', 'Rules, in this order; later files may change and replace what earlier ones say. Of a folder, its *.yaml and *.yml files, by name. What does not exist is passed over.'),
  rule_matching:           word(['first', 'all'], 'first', '0.36', 'When an event fits several rules: alert for the first of them only (first), or for each (all).', text => `rule_matching '${text}' is neither 'first' nor 'all'`, { anyCase: true }),
  rules:                   special<readonly Selection[]>('a list of {enable|disable: {rule, tag}}', SELECTION, [], '0.38', 'Rules to switch on and off once all files are loaded, step by step. `rule` is a name in which * stands for anything, `tag` a whole tag.', readSelection),
  engine: section({
    kind:                  word(['kmod', 'modern_ebpf', 'replay', 'nodriver'], 'modern_ebpf', '0.37', 'Where system calls come from. modern_ebpf: programs in the kernel, compiled once, for every kernel from 5.10 on that knows its own types (BTF). replay: a capture file. nodriver: from nowhere; for other event sources alone. kmod: counts as modern_ebpf.', text => `engine.kind '${text}' is not a valid kind.${GONE_KINDS.has(text) ? ' (it was removed: write modern_ebpf)' : ''}`),
    kmod: section({
      buf_size_preset:     preset('As in modern_ebpf.', KMOD),
      drop_failed_exit:    bool(false, '0.37', 'As in modern_ebpf.', { ignored: KMOD }),
    }),
    modern_ebpf: section({
      cpus_for_each_buffer: integer(2, 0, U16, '0.37', 'CPUs that share a ring buffer between kernel and daemon; 0: one for all of them.'),
      buf_size_preset:     preset('Size of each ring buffer: 1 is 1 MB, every step doubles it (4 is 8 MB, 10 is 512 MB).'),
      drop_failed_exit:    bool(false, '0.37', 'Leave out system calls that failed. Saves work, and hides attempts.'),
      disable_iterators:   bool(false, '0.44', 'Learn what runs already from /proc instead of from the kernel\'s task iterators.'),
    }),
    replay: section({
      capture_file:        string('', '0.37', 'The capture (.scap, of any age) to read when kind is replay.'),
    }),
  }),
  capture: section({
    enabled:               bool(false, '0.42', 'Write what happened around an alert into a file, which engine.kind replay (and other tools that read .scap) can go through again. A file shows command lines, environments and file names of all processes of the host: it is made for its owner alone, and never over a file or link that is already there.'),
    path_prefix:           string('/tmp/falco', '0.42', 'Begins the name of the file; time and number of the event with the alert follow, and .scap.'),
    mode:                  word(['rules', 'all_rules'], 'rules', '0.42', 'rules: for alerts of rules with `capture: true`. all_rules: for all alerts.', text => `capture.mode '${text}' is neither 'rules' nor 'all_rules'`),
    default_duration:      integer(5000, 0, U32, '0.42', 'Milliseconds after the alert; a rule may have its own in `capture_duration`. Another such alert meanwhile prolongs the same file, to the latest of their ends.'),
    max_file_size_mb:      integer(0, 0, 1_048_576, '0.44', 'Ends a file at this size; 0: at none. An alert says so.'),
    history_duration:      integer(5000, 0, U32, 'own', 'Milliseconds before the alert that are in the file as well; 0: none.'),
    history_size_mb:       integer(16, 0, 1024, 'own', 'Memory for the time before an alert.'),
  }),
  container_metadata: section({
    hold_ms:               integer(100, 0, 10_000, 'own', 'Longest time in milliseconds that an alert waits for what the container runtime knows of a container that has just started (name, image, pod). Then it goes out with what is known, and `container.metadata=pending`. 0: none waits.'),
    hold_events:           integer(1000, 1, 100_000, 'own', 'Most events whose alerts wait at the same time; then the oldest goes out as it is.'),
  }),
  load_plugins:            strings([], '0.31', 'Names of the plugins to load, of those under `plugins`; without this key, all of them.', { limits: BUILT_IN }),
  plugins:                 records('0.31', 'Plugins that can be loaded.', {
    name:                  string('', '0.31', 'Name by which load_plugins and rules know it; required.'),
    library_path:          string('', '0.31', 'Shared object; relative to /usr/share/falco/plugins; required.'),
    init_config:           special<string>('text or a mapping', { type: ['string', 'object', 'null'] }, '', '0.31', 'Settings that the plugin is started with.', readInitConfig),
    open_params:           special<string>('text', TEXT, '', '0.31', 'What the plugin\'s event source is opened with.', node => readString(node)?.trim()),
  }, { limits: BUILT_IN, required: ['name', 'library_path'] }),
  plugins_hostinfo:        bool(true, '0.40', 'Give plugin sources the names of this host.', { ignored: 'event sources are built in, and take no names from the host' }),
  time_format_iso_8601:    bool(false, 'old', 'Times of alerts and log as ISO 8601 in UTC, instead of local wall-clock time.'),
  buffer_format_base64:    bool(false, '0.40', 'Data that was read or written as base64, instead of with dots for what does not print.'),
  priority:                word([...LOG_LEVELS, 'informational'], 'debug', 'old', 'Rules below this priority are not loaded: emergency, alert, critical, error, warning, notice, info (or informational), debug.', text => `Unknown priority level ${text}`, { anyCase: true }),
  json_output:             bool(false, 'old', 'Alerts as one JSON object a line instead of text; and JSON of -V, -L, -l and --version.'),
  json_include_output_property:        bool(true, 'old', 'JSON alerts have `output`: the whole text line.'),
  json_include_message_property:       bool(false, '0.40', 'JSON alerts have `message`: the text without time and priority.'),
  json_include_output_fields_property: bool(true, '0.41', 'JSON alerts have `output_fields`: each field of the output by name.'),
  json_include_tags_property:          bool(true, '0.30', 'JSON alerts have `tags`: those of the rule.'),
  buffered_outputs:        bool(false, 'old', 'Lines to stdout, file and program wait up to a tenth of a second for others, and are written together: fewer system calls, and lines that are gone when the daemon is killed.'),
  outputs_queue: section({
    capacity:              integer(0, 0, ANY, '0.36', 'Messages that may wait in memory for each output before new ones are lost (and counted); 0: as many as fit into 64 MB.'),
  }),
  outputs_spool: section({
    enabled:               bool(false, 'own', 'Keep on disk what cannot be delivered, and send it in order when it can be: also after a restart, or after the daemon was killed. What was being sent at that moment may be sent twice.'),
    path:                  string('/var/lib/falco/spool', 'own', 'Folder in which each output has a folder of its own. One daemon at a time can use it.'),
    max_size_mb:           integer(64, 1, 1_048_576, 'own', 'For each output. When it is full the oldest messages are dropped, and counted.'),
    outputs:               special<readonly SpooledOutput[]>('a list of http, program, syslog, file', LIST, ['http', 'program', 'syslog'], 'own', 'Those that have a spool, of http, program, syslog, file.', readSpooledOutputs),
  }),
  append_output:           records('0.39', 'Additions to what rules put out. An entry counts for the rules that satisfy all of its `match`; no match: for all.', {
    match: section({
      source:              string('', '0.39', 'Only rules of this event source.'),
      tags:                strings([], '0.39', 'Only rules that carry all of these tags.'),
      rule:                string('', '0.39', 'Only the rule of this name.'),
    }),
    extra_output:          string('', '0.39', 'Text appended to the output, %fields included.'),
    extra_fields:          special<readonly ExtraField[]>('a list of fields or {name: format}', FIELDS, [], '0.39', 'Fields added to output_fields of JSON alerts: a field as it is, or a name with a format of its own.', readExtraFields),
    suggested_output:      bool(false, '0.41', 'Append every field that its provider suggests.'),
  }),
  static_fields:           special<Readonly<Record<string, string>>>('a mapping of texts', SCALARS, {}, '0.42', 'Fields with a fixed text, for outputs and conditions: `site: lab` gives %static.site.', readTexts),
  alerts: section({
    throttle: section({
      enabled:             bool(false, 'own', 'Hold back alerts of a rule that come faster than `rate`. Nothing is lost silently: every summary_interval, and at the end, an alert of the rule `Falco internal: alerts held back` says how many of which rule did not go out, and of what they were.'),
      rate:                number(0.1, 'own', 'How many alerts a second go out of each rule in the long run: 0.1 is one in ten seconds; 0: no more once `burst` of them went out.', unlessNegative(`${THROTTLE}.rate`)),
      burst:               integer(10, 1, U32, 'own', 'How many may go out in a row before that.'),
      key_fields:          strings([], 'own', 'Fields that keep alerts of a rule apart: with [proc.exepath, fd.name], each program and file has a `burst` and a `rate` of its own. "*" stands for the whole text: with it and `burst: 1`, only what repeats to the letter is held back. Fields that an event source does not have are passed over for its rules.'),
      summary_interval:    string('1m', 'own', 'Time between summaries, as in 1h, 30m, 10s.', duration(`${THROTTLE}.summary_interval`)),
      max_keys:            integer(10_000, 1, 1_000_000, 'own', 'How many rules and values of key fields are told apart at most. Beyond, what was quiet for longest is forgotten, but not how many were held back of it.'),
      overrides:           records('own', 'Other values for some rules; of several entries that fit a rule, the first counts. What an entry leaves out is as above.', {
        rule:              string('', 'own', 'Name of the rule, in which * stands for anything; required.'),
        enabled:           special<boolean | null>('true or false', { type: 'boolean' }, null, 'own', 'Whether its alerts may be held back.', readBool),
        rate:              special<number | null>('a number', { type: 'number' }, null, 'own', 'Alerts a second.', readNumber, unlessNegative(`rate of ${THROTTLE}.overrides`)),
        burst:             special<number | null>(`a whole number from 1 to ${String(U32)}`, { type: 'integer' }, null, 'own', 'Alerts in a row.', node => readInteger(node, 1, U32)),
        key_fields:        special<readonly string[] | null>('a list of texts', TEXTS, null, 'own', 'Fields that keep its alerts apart.', readStrings),
      }, { required: ['rule'] }),
    }),
  }),
  stdout_output: section({
    enabled:               bool(false, 'old', 'Alerts on standard output.'),
  }),
  syslog_output: section({
    enabled:               bool(false, 'old', 'Alerts to syslog, facility user, the rule\'s priority as level.'),
  }),
  file_output: section({
    enabled:               bool(false, 'old', 'Alerts appended to a file.'),
    keep_alive:            keepAlive('Keep the file open between alerts; SIGUSR1 opens it anew.'),
    filename:              string('', 'old', 'The file.'),
  }),
  program_output: section({
    enabled:               bool(false, 'old', 'Alerts to the standard input of a program, one a line.'),
    keep_alive:            keepAlive('One run of the program for all alerts, started again when it ends, and at SIGUSR1; instead of one run for each alert.'),
    program:               string('', 'old', 'Command line for /bin/sh. What it runs is watched, too: rules should not match what it does itself.'),
  }),
  http_output: section({
    enabled:               bool(false, 'old', 'Alerts as POST requests, one after the other. Tried again, after longer and longer waits (a quarter of a second to half a minute, or what Retry-After asks for): no connection, 429, 5xx. Other answers than 2xx count as refused.'),
    url:                   string('', 'old', 'Where to: http://… or https://…'),
    user_agent:            string('falcosecurity/falco', '0.31', 'User-Agent header.'),
    insecure:              bool(false, '0.35', 'Accept any certificate of the server.'),
    ca_cert:               string('', '0.35', 'File with the certificate that the server\'s is checked against.'),
    ca_bundle:             string('', '0.35', 'File of such certificates; counts without ca_cert.'),
    ca_path:               string('/etc/ssl/certs', '0.35', 'Folder of such certificates; counts without the other two. SIGUSR1 reads all these files anew.'),
    mtls:                  bool(false, '0.36', 'Show a client certificate.'),
    client_cert:           string('/etc/ssl/certs/client.crt', '0.36', 'The client certificate.'),
    client_key:            string('/etc/ssl/certs/client.key', '0.36', 'Its key.'),
    echo:                  bool(false, '0.36', 'Print the server\'s answers on standard output.'),
    compress_uploads:      bool(false, '0.37', 'Send bodies with Content-Encoding: gzip.'),
    keep_alive:            bool(false, '0.37', 'Probe the connection while nothing is sent (TCP keep-alive). It is used for many requests in any case.'),
    max_consecutive_timeouts: integer(5, 0, 255, '0.41', 'The server has output_timeout to answer. After so many timeouts in a row, or answers that are no HTTP, one more gives an alert up; with a spool none is.'),
    batch_size:            integer(1, 1, 10_000, 'own', 'Alerts in one request: those that wait at the same time, one a line, as application/x-ndjson (text/plain without json_output). 1: each alert in a request of its own, as application/json.'),
  }),
  webserver: section({
    enabled:               bool(false, 'old', 'Serve health, versions and metrics over HTTP. Health is 200 while events are watched, else 503 with the reason.'),
    threadiness:           integer(0, 0, U32, '0.33', 'Threads of the web server.', { ignored: 'one thread serves all requests' }),
    listen_port:           integer(8765, 0, U16, 'old', 'TCP port.'),
    listen_address:        string('0.0.0.0', '0.37', 'IPv4 or IPv6 address to listen on.', { check: address }),
    k8s_healthz_endpoint:  string('/healthz', 'old', 'Path of the health check.'),
    k8s_audit_endpoint:    string('', 'old', 'Path to which Kubernetes API servers post their audit events, such as /k8s-audit; empty: none. The plugin k8saudit listens on a port of its own instead.', { check: endpoint }),
    prometheus_metrics_enabled: bool(false, '0.38', 'Serve /metrics for Prometheus, when metrics.enabled is true, too.'),
    ssl_enabled:           bool(false, 'old', 'Serve over TLS.'),
    ssl_certificate:       string('/etc/falco/falco.pem', 'old', 'Certificate and key in one PEM file. Read again at a reload.'),
  }),
  k8s_audit: section({
    max_body_mb:           integer(12, 1, 256, 'own', 'Largest body that is taken; 413 beyond. The plugin k8saudit has webhookMaxBatchSize instead, in bytes, where that is given.'),
    queue_mb:              integer(64, 1, 4096, 'own', 'Memory for bodies that have come and are not judged yet; 503 beyond: API servers try again.'),
    max_requests_at_once:  integer(64, 1, 10_000, 'own', 'Bodies that wait for being judged; 503 beyond.'),
    max_requests_per_second: integer(1000, 0, 1_000_000, 'own', 'Requests in the long run, twice as many in a row; 429 beyond. 0: as many as come.'),
    client_ca:             string('', 'own', 'File with certificates of authorities: only callers with a client certificate of theirs may post audit events, over TLS; others get 403. Empty: everybody may.'),
  }),
  log_stderr:              bool(false, 'old', 'The daemon\'s own log on standard error.'),
  log_syslog:              bool(true, 'old', 'The daemon\'s own log to syslog.'),
  log_level:               word(LOG_LEVELS, 'info', 'old', 'Least important level that is logged.', text => `Unknown log level ${text}`),
  libs_logger: section({
    enabled:               bool(true, '0.32', 'Log what driver and state engine have to say.', { ignored: 'driver and state engine log as everything else does: log_level counts' }),
    severity:              word(LIBS_LEVELS, 'info', '0.32', 'Least important level of these.', text => `Unknown libs log level ${text}`, { ignored: 'see libs_logger.enabled' }),
  }),
  output_timeout:          integer(2000, 0, TIMER, 'old', 'Milliseconds after which an output that takes nothing is reported, and that are left to the outputs at the end.'),
  syscall_event_timeouts: section({
    max_consecutives:      integer(1000, 0, U32, 'old', 'Seconds without any system call of the host, watched or not, after which an alert of the rule `Falco internal: timeouts notification` says so.', { check: value => (value === 0 ? 'syscall_event_timeouts.max_consecutives must be more than 0' : undefined) }),
  }),
  syscall_event_drops: section({
    threshold:             number(0.1, 'old', 'Share of the events of a second, from 0 to 1, that must be lost for the actions to be taken. The first loss is always logged and alerted.', { check: share }),
    actions:               special<readonly DropAction[]>('a list of ignore, log, alert, exit', DROP_ACTIONS, ['ignore'], 'old', 'What to do then: log, alert, exit, or ignore (which nothing but exit may follow).', readDropActions, { check: dropActionsProblem }),
    rate:                  number(0.03333, 'old', 'How often per second the actions may be taken,'),
    max_burst:             number(1, 'old', 'and how often in a row.'),
    simulate_drops:        bool(false, 'old', 'Pretend losses: to see whether they reach you.'),
  }),
  metrics: section({
    enabled:               bool(false, '0.35', 'Take snapshots of the daemon\'s own counters.'),
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
    jemalloc_stats_enabled:                bool(true, '0.40', 'Counters of the memory allocator jemalloc.', { ignored: 'this daemon has no jemalloc' }),
    convert_memory_to_mb:                  bool(true, '0.35', 'Memory in megabytes instead of kilobytes.'),
    include_empty_values:                  bool(false, '0.35', 'Counters that are zero, too.'),
  }),
  base_syscalls: section({
    custom_set:            strings([], '0.35', 'Besides the calls that the rules need, those that keep track of processes, descriptors and sockets are watched. Calls that are named here are watched instead of the latter; `!name` is never watched. What is left out, alerts may lack: without clone and execve no program has its name.'),
    repair:                bool(false, '0.35', 'Of what keeps track, watch only what the other calls need. With names in custom_set: add that to them.'),
    all:                   bool(false, '0.40', 'Watch very frequent calls (read, write, …) too when rules need them.'),
  }),
  falco_libs: section({
    thread_table_size:     integer(262_144, 0, U32, '0.38', 'Threads that are kept track of at most; 0: as many as by default.', { zero: 262_144 }),
    thread_table_auto_purging_interval_s:       integer(300, 0, U32, '0.42', 'Seconds in which every thread of the table is looked at once, whether it still lives.'),
    thread_table_auto_purging_thread_timeout_s: integer(300, 0, U32, '0.42', 'Seconds without a sign of life after which a thread is looked at.', { ignored: 'every thread is looked at, and only one that has ended is forgotten' }),
    snaplen:               integer(80, 0, ANY, '0.40', 'Bytes that are kept of buffers that are read or written, at most 65000; 0: as by default.', { zero: 80, check: value => (value <= MAX_SNAPLEN ? undefined : `falco_libs.snaplen must be at most ${String(MAX_SNAPLEN)}, not ${String(value)}`) }),
  }),
} as const;
