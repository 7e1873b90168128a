/**
 * Every option of the command line: parser, --help and (later) man page and completions come from this table. Facts:
 * reference/falco/cli.md 2.1.
 *
 * `kind`: switch (there or not), text (last one counts), texts (may be repeated), words (as texts, and takes the words
 * behind it up to the next option), optional (`--list` or `--list=source`). `later`: accepted by Falco, not available
 * here yet.
 */
export type FlagKind = 'switch' | 'text' | 'texts' | 'words' | 'optional';

export interface Flag {
  /** Letter for `-x`; empty when there is none. */
  readonly short: string;
  /** Word for `--word`; empty when there is none. */
  readonly long: string;
  readonly kind: FlagKind;
  /** What the argument is called in the help. */
  readonly argument: string;
  readonly meaning: string;
  readonly later?: true;
}

const flag = <const K extends FlagKind>(
  short: string,
  long: string,
  kind: K,
  argument: string,
  meaning: string,
  later?: true,
) => ({ short, long, kind, argument, meaning, ...(later ? { later } : {}) }) satisfies Flag & { kind: K };

// prettier-ignore
export const FLAGS = {
  help:           flag('h', 'help',           'switch',   '',         'Print this text.'),
  config:         flag('c', '',               'text',     'PATH',     'Configuration file; default /etc/falco/falco.yaml.'),
  configSchema:   flag('',  'config-schema',  'switch',   '',         'Print the JSON schema of the configuration file.'),
  ruleSchema:     flag('',  'rule-schema',    'switch',   '',         'Print the JSON schema of rules files.'),
  disableSources: flag('',  'disable-source', 'texts',    'SOURCE',   'Do not read events of this source.'),
  enableSources:  flag('',  'enable-source',  'texts',    'SOURCE',   'Read events of this source only.'),
  explain:        flag('',  'explain',        'text',     'RULE',     'Watch, and tell of each event of the rule\'s types which check stopped the rule.'),
  dryRun:         flag('',  'dry-run',        'switch',   '',         'Load configuration and rules, then end without watching.'),
  ignored:        flag('i', '',               'switch',   '',         'Print the system calls that are not watched by default.'),
  describeAll:    flag('L', '',               'switch',   '',         'Describe all rules.'),
  describe:       flag('l', '',               'text',     'RULE',     'Describe one rule.'),
  list:           flag('',  'list',           'optional', 'SOURCE',   'List the fields for conditions and outputs.'),
  listEvents:     flag('',  'list-events',    'switch',   '',         'List the events.'),
  listPlugins:    flag('',  'list-plugins',   'switch',   '',         'List the plugins.', true),
  seconds:        flag('M', '',               'text',     'SECONDS',  'End after so many seconds; 0: never.'),
  markdown:       flag('',  'markdown',       'switch',   '',         'Lists in Markdown (--format markdown).'),
  format:         flag('',  'format',         'text',     'FORMAT',   'Form of lists: text, markdown or json.'),
  namesOnly:      flag('N', '',               'switch',   '',         'With --list: names of fields only.'),
  overrides:      flag('o', 'option',         'texts',    'KEY=VALUE', 'Set a key of the configuration: key=value, a.b=value, list[]=value.'),
  pluginInfo:     flag('',  'plugin-info',    'text',     'PLUGIN',   'Describe a plugin.', true),
  print:          flag('p', 'print',          'text',     'FORMAT',   'Append this to the output of every rule (deprecated: append_output).'),
  pidFile:        flag('P', 'pidfile',        'text',     'PATH',     'Write the process id to this file.'),
  rules:          flag('r', '',               'texts',    'PATH',     'Rules file or folder, instead of those of the configuration.'),
  support:        flag('',  'support',        'switch',   '',         'Print what helps to answer a bug report.'),
  test:           flag('',  'test',           'words',    'FILE...',  'Run these rule tests and end; with -v, name those that passed.'),
  unbuffered:     flag('U', 'unbuffered',     'switch',   '',         'Write each alert at once (as is the rule anyway).'),
  validate:       flag('V', 'validate',       'texts',    'PATH',     'Check this rules file and end.'),
  verbose:        flag('v', '',               'switch',   '',         'At the end, print counters of the driver on stderr; with --list: types of fields.'),
  version:        flag('',  'version',        'switch',   '',         'Print the version.'),
  pageSize:       flag('',  'page-size',      'switch',   '',         'Print the size of memory pages.'),
} as const;

/** An option that Falco once had. */
export interface GoneFlag {
  readonly names: readonly string[];
  readonly instead: string;
}

// prettier-ignore
export const GONE_FLAGS: readonly GoneFlag[] = [
  { names: ['A'],                                instead: 'use -o base_syscalls.all=true' },
  { names: ['b', 'print-base64'],                instead: 'use -o buffer_format_base64=true' },
  { names: ['S', 'snaplen'],                     instead: 'use -o falco_libs.snaplen=BYTES' },
  { names: ['cri', 'disable-cri-async'],         instead: 'use init_config of the container plugin' },
  { names: ['D'],                                instead: "use -o 'rules[].disable.rule=*TEXT*'" },
  { names: ['t'],                                instead: "use -o 'rules[].disable.rule=*' -o 'rules[].enable.tag=TAG'" },
  { names: ['T'],                                instead: "use -o 'rules[].disable.tag=TAG'" },
  { names: ['e'],                                instead: 'use -o engine.kind=replay -o engine.replay.capture_file=FILE' },
  { names: ['g', 'gvisor-config', 'gvisor-root', 'gvisor-generate-config'], instead: 'gVisor is not supported any more' },
  { names: ['modern-bpf'],                       instead: 'use -o engine.kind=modern_ebpf' },
  { names: ['nodriver'],                         instead: 'use -o engine.kind=nodriver' },
  { names: ['d', 'daemon'],                      instead: 'let the service manager put it into the background' },
  { names: ['s', 'stats-interval'],              instead: 'use -o metrics.enabled=true -o metrics.interval=TIME' },
  { names: ['u', 'userspace'],                   instead: 'there is no user-space instrumentation any more' },
  { names: ['k', 'K', 'k8s-api', 'k8s-api-cert'], instead: 'use the k8smeta plugin' },
  { names: ['m', 'mesos-api'],                   instead: 'Mesos is not supported any more' },
  { names: ['list-syscall-events'],              instead: 'use --list-events' },
  { names: ['alternate-lua-dir', 'F'],           instead: 'it has no replacement' },
  { names: ['w'],                                instead: 'use -o capture.enabled=true' },
];
