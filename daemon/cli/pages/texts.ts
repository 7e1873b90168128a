/** What man page and documentation say besides the options: one row a fact. */

export const SUMMARY = 'watches what programs ask of the kernel, and raises alerts by rules';

export const DESCRIPTION: readonly string[] = [
  'falco watches through eBPF what programs ask of the kernel (files opened, programs started, connections made), compares every event with rules, and raises an alert when one fits. It stays in the foreground until a signal ends it. It needs root, or the capabilities BPF, PERFMON, SYS_RESOURCE and SYS_PTRACE.',
  'Options that print something end when they have done so. Letters may stand together, and an argument may be attached: -vU, -M5 is -M 5, --pidfile=PATH.',
];

/** A term, and what is to say of it. */
export type Entry = readonly [term: string, text: string];

export const EXIT_CODES: readonly Entry[] = [
  [
    '0',
    'Done: what was to be printed is printed, the rules are valid, the capture is at its end, or a signal asked for the end.',
  ],
  [
    '1',
    'An error; standard error says "Error: " and which: options, configuration, rules, outputs, driver, or the action exit of syscall_event_drops.',
  ],
  ['255', 'The file of -P cannot be written.'],
];

export const SIGNALS: readonly Entry[] = [
  [
    'SIGINT, SIGTERM',
    'Ends the daemon. What waits for the outputs is delivered, for at most output_timeout.',
  ],
  [
    'SIGHUP',
    'Reads configuration and rules anew. What is bad is reported, by an alert as well, and changes nothing.',
  ],
  ['SIGUSR1', 'Closes what outputs hold open, and opens it anew: files after they were rotated, programs.'],
];

export const ENVIRONMENT: readonly Entry[] = [
  ['FALCO_HOSTNAME', 'Name of this host in alerts, instead of its own.'],
  [
    'HOST_ROOT',
    'Where the root of the host is mounted, in a container: prefix of /proc and of the sockets of container runtimes.',
  ],
];

export const FILES: readonly Entry[] = [
  [
    '/etc/falco/falco.yaml',
    'Configuration. Without it and -c, falco takes etc/falco.yaml of the source tree that it runs from.',
  ],
  ['/etc/falco/config.d/', 'More configuration, laid over it by name.'],
  ['/etc/falco/falco_rules.yaml', 'Rules that come with falco.'],
  ['/etc/falco/falco-extra_rules.yaml', 'More of them, off until rules_files in falco.yaml lists the file.'],
  [
    '/etc/falco/k8s_audit_rules.yaml',
    'Rules for Kubernetes audit events, which rules_files has to name before those of this host.',
  ],
  ['/etc/falco/falco_rules.local.yaml, /etc/falco/rules.d/', 'Rules of this host.'],
];
