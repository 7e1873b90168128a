/**
 * Every option of the command line: parser, --help, man page, shell completions and docs/command-line.md come from this
 * table; after a change of it, `make docs`. Facts: reference/falco/cli.md 2.1. Options of earlier releases: gone-flags.ts.
 *
 * `kind`: switch (there or not), text (last one counts), texts (may be repeated), words (as texts, and takes the words
 * behind it up to the next option), optional (`--list` or `--list=source`).
 */
import { EVENT_SOURCES } from '../events/sources.js';

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
  /** Falco does not have it. */
  readonly own?: true;
  /** What the argument can be, for completion. */
  readonly values?: FlagValues;
}

/** Files, folders as well; keys of the configuration with a `=`; or these words. */
export type FlagValues = 'file' | 'key' | readonly string[];

const flag = <const K extends FlagKind>(
  short: string,
  long: string,
  kind: K,
  argument: string,
  meaning: string,
  more: Pick<Flag, 'values' | 'own'> = {},
) => ({ short, long, kind, argument, meaning, ...more }) satisfies Flag & { kind: K };

const SOURCES = EVENT_SOURCES;

// prettier-ignore
export const FLAGS = {
  help:           flag('h', 'help',           'switch',   '',          'Print this text.'),
  config:         flag('c', '',               'text',     'PATH',      'Configuration file; default /etc/falco/falco.yaml.', { values: 'file' }),
  configSchema:   flag('',  'config-schema',  'switch',   '',          'Print the JSON schema of the configuration file.'),
  ruleSchema:     flag('',  'rule-schema',    'switch',   '',          'Print the JSON schema of rules files.'),
  disableSources: flag('',  'disable-source', 'texts',    'SOURCE',    'Do not read events of this source.', { values: SOURCES }),
  enableSources:  flag('',  'enable-source',  'texts',    'SOURCE',    'Read events of this source only.', { values: SOURCES }),
  explain:        flag('',  'explain',        'text',     'RULE',      'Watch, and tell of each event of the rule\'s types which check stopped the rule.', { own: true }),
  dryRun:         flag('',  'dry-run',        'switch',   '',          'Load configuration and rules, then end without watching.'),
  ignored:        flag('i', '',               'switch',   '',          'Print the system calls that are not watched by default.'),
  describeAll:    flag('L', '',               'switch',   '',          'Describe all rules.'),
  describe:       flag('l', '',               'text',     'RULE',      'Describe one rule.'),
  list:           flag('',  'list',           'optional', 'SOURCE',    'List the fields for conditions and outputs.', { values: SOURCES }),
  listEvents:     flag('',  'list-events',    'switch',   '',          'List the events.'),
  listPlugins:    flag('',  'list-plugins',   'switch',   '',          'List the plugins; those that are built in count.'),
  seconds:        flag('M', '',               'text',     'SECONDS',   'End after so many seconds; 0: never. Of a capture, seconds of its own time.'),
  markdown:       flag('',  'markdown',       'switch',   '',          'Lists in Markdown (deprecated: --format markdown).'),
  format:         flag('',  'format',         'text',     'FORMAT',    'Form of lists: text, markdown or json.', { values: ['text', 'markdown', 'json'] }),
  namesOnly:      flag('N', '',               'switch',   '',          'With --list: names of fields only.'),
  overrides:      flag('o', 'option',         'texts',    'KEY=VALUE', 'Set a key of the configuration: key=value, a.b=value, list[]=value.', { values: 'key' }),
  pluginInfo:     flag('',  'plugin-info',    'text',     'PLUGIN',    'Describe a plugin, by its name or the path of its library.', { values: ['container', 'k8saudit', 'json'] }),
  print:          flag('p', 'print',          'text',     'FORMAT',    'Append this to the output of every rule (deprecated: append_output).'),
  pidFile:        flag('P', 'pidfile',        'text',     'PATH',      'Write the process id to this file.', { values: 'file' }),
  rules:          flag('r', '',               'texts',    'PATH',      'Rules file or folder, instead of those of the configuration.', { values: 'file' }),
  support:        flag('',  'support',        'switch',   '',          'Print what helps to answer a bug report.'),
  test:           flag('',  'test',           'words',    'FILE...',   'Run these rule tests and end; with -v, name those that passed.', { values: 'file', own: true }),
  unbuffered:     flag('U', 'unbuffered',     'switch',   '',          'Write each alert at once (as is the rule anyway).'),
  validate:       flag('V', 'validate',       'texts',    'PATH',      'Check this rules file and end.', { values: 'file' }),
  verbose:        flag('v', '',               'switch',   '',          'At the end, print counters of the driver on stderr; with --list: types of fields.'),
  version:        flag('',  'version',        'switch',   '',          'Print the version.'),
  pageSize:       flag('',  'page-size',      'switch',   '',          'Print the size of memory pages.'),
} as const;
