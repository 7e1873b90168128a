/**
 * Options of earlier releases that people still type. What can be said in today's words is done, with a warning that
 * says these words; what has lost its meaning is passed over with a warning; what cannot be had any more is refused with
 * what replaces it. (reference/falco/cli.md 2.1)
 */

/** `run`: stands for today's options. `ignore`: warned of. `refuse`: the daemon does not start. `never`: what
 * people take for another. */
export type GoneFlag = {
  readonly names: readonly string[];
  /** What its argument was called; empty when it had none. */
  readonly argument: string;
  /** The releases that had it. */
  readonly releases: string;
  /** Words behind "use" or a reason of their own. */
  readonly instead: string;
} & (
  | {
      readonly kind: 'run';
      /** Texts of `-o` that it stands for. */
      readonly overrides: (value: string) => readonly string[];
    }
  | { readonly kind: 'ignore' | 'refuse' | 'never' | 'list-events' }
);

type Common = readonly [names: readonly string[], argument: string, releases: string, instead: string];

const run = (...[names, argument, releases, instead]: Common) => ({
  as: (overrides: (value: string) => readonly string[]): GoneFlag => ({
    ...{ names, argument, releases, instead, kind: 'run', overrides },
  }),
});
const plain =
  (kind: 'ignore' | 'refuse' | 'never' | 'list-events') =>
  (...[names, argument, releases, instead]: Common): GoneFlag => ({
    names,
    argument,
    releases,
    instead,
    kind,
  });
const [ignore, refuse, never] = [plain('ignore'), plain('refuse'), plain('never')];

const METADATA = 'metadata of Kubernetes comes with the containers; it is not fetched from the API server';
const ASYNC = 'runtimes never hold up events; container_metadata.hold_ms says how long alerts wait for them';
const GVISOR = 'gVisor is not supported any more';

// prettier-ignore
export const GONE_FLAGS: readonly GoneFlag[] = [
  run(['A'],                      '',      'up to 0.40', 'use -o base_syscalls.all=true').as(() => ['base_syscalls.all=true']),
  run(['b', 'print-base64'],      '',      'up to 0.40', 'use -o buffer_format_base64=true').as(() => ['buffer_format_base64=true']),
  run(['S', 'snaplen'],           'BYTES', 'up to 0.40', 'use -o falco_libs.snaplen=BYTES').as(bytes => [`falco_libs.snaplen=${bytes}`]),
  run(['D'],                      'TEXT',  'up to 0.39', "use -o 'rules[].disable.rule=*TEXT*'").as(text => [`rules[].disable.rule=*${text}*`]),
  run(['T'],                      'TAG',   'up to 0.39', "use -o 'rules[].disable.tag=TAG'").as(tag => [`rules[].disable.tag=${tag}`]),
  run(['t'],                      'TAG',   'up to 0.39', "use -o 'rules[].disable.rule=*' -o 'rules[].enable.tag=TAG'").as(tag => [`rules[].enable.tag=${tag}`]),
  run(['e'],                      'FILE',  'up to 0.37', 'use -o engine.kind=replay -o engine.replay.capture_file=FILE').as(file => ['engine.kind=replay', `engine.replay.capture_file=${file}`]),
  run(['modern-bpf'],             '',      '0.33 to 0.37', 'use -o engine.kind=modern_ebpf').as(() => ['engine.kind=modern_ebpf']),
  run(['nodriver'],               '',      '0.35 to 0.37', 'use -o engine.kind=nodriver').as(() => ['engine.kind=nodriver']),
  run(['s'],                      'FILE',  'up to 0.35', 'use -o metrics.enabled=true -o metrics.output_file=FILE').as(file => ['metrics.enabled=true', `metrics.output_file=${file}`]),
  run(['stats-interval'],         'MS',    'up to 0.35', 'use -o metrics.interval=MSms').as(ms => [`metrics.interval=${ms}ms`]),
  plain('list-events')(['list-syscall-events'], '', '0.32 to 0.35', 'use --list-events'),
  run(['cri'],                    'PATH',  'up to 0.40', 'write init_config.engines.cri.sockets of the plugin container').as(path => [`container_engines.cri.sockets[]=${path}`]),
  ignore(['disable-cri-async'],   '',      'up to 0.40', ASYNC),
  ignore(['k', 'k8s-api'],        'URL',   'up to 0.35', METADATA),
  ignore(['K', 'k8s-api-cert'],   'FILE',  'up to 0.35', METADATA),
  ignore(['k8s-node'],            'NAME',  'up to 0.35', METADATA),
  ignore(['alternate-lua-dir'],   'PATH',  'up to 0.30', 'there is no Lua any more'),
  never(['B'],                    '',      '—',     '-b was -o buffer_format_base64=true'),
  never(['a'],                    '',      '—',     '-A was -o base_syscalls.all=true'),
  refuse(['m', 'mesos-api'],      'URL',   'up to 0.34', 'Mesos is not supported any more'),
  refuse(['d', 'daemon'],         '',      'up to 0.35', 'let the service manager put it into the background, or the shell (falco &)'),
  refuse(['g', 'G', 'gvisor-config'], 'FILE', '0.33 to 0.37', GVISOR),
  refuse(['gvisor-root'],         'PATH',  '0.33 to 0.37', GVISOR),
  refuse(['gvisor-generate-config'], 'PATH', '0.33 to 0.43', GVISOR),
  refuse(['u', 'userspace'],      '',      'up to 0.36', 'there is no instrumentation in user space any more'),
  refuse(['w'],                   'FILE',  'up to 0.29', 'use -o capture.enabled=true -o capture.mode=all_rules, which records around alerts'),
  refuse(['F'],                   '',      'up to 0.29', 'it has no replacement'),
];
