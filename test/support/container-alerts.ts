/** The daemon on hosts with containers: rules that show everything of a container, and the alerts by what they are about. */
import { eventually } from './process.js';
import { runDaemon, type Daemon } from './run-daemon.js';

/** What alerts show of a container. */
export const FIELDS = [
  'container.id',
  'container.full_id',
  'container.type',
  'container.name',
  'container.image',
  'container.image.repository',
  'container.image.tag',
  'container.mount.source[/data]',
  'container.label[tier]',
  'container.privileged',
  'k8s.pod.name',
  'k8s.ns.name',
  'k8s.pod.uid',
  'k8s.pod.label[app]',
] as const;

export type Shown = Readonly<Record<(typeof FIELDS)[number], unknown>>;

/** A file below /etc in a container; and programs in containers of one image, and of others. */
const RULES = `
- rule: Written
  desc: test
  condition: >
    evt.type in (open, openat) and evt.is_open_write=true and fd.name startswith /etc/falco-test and container.id != host
  output: "Written file=%fd.filename command=%proc.cmdline ${FIELDS.map(field => `%${field}`).join(' ')}"
  priority: NOTICE
- rule: Started in httpd
  desc: test
  condition: evt.type in (execve, execveat) and container.image.repository endswith library/httpd
  output: "Started %proc.cmdline in %container.name"
  priority: NOTICE
- rule: Started elsewhere
  desc: test
  condition: >
    evt.type in (execve, execveat) and container.id != host and not container.image.repository endswith library/httpd
  output: "Started %proc.cmdline in %container.name of %container.image"
  priority: NOTICE
`;

export interface ContainerAlert {
  readonly rule: string;
  readonly output: string;
  readonly output_fields: Readonly<Record<string, unknown>>;
}

/** Sockets by the name of the engine. */
export type Engines = Readonly<Record<string, readonly string[]>>;

/** Alerts wait longer than usual, for tests of what they say, not when: the machine may be busy with other things. */
export const PATIENT = { container_metadata: { hold_ms: 2000 } };

/** The daemon with these sockets and no others. */
export function startWatching(
  engines: Engines,
  config: Readonly<Record<string, unknown>> = {},
): Promise<Daemon> {
  const all = ['docker', 'podman', 'cri', 'containerd'].map(
    name => [name, { enabled: name in engines, sockets: engines[name] ?? [] }] as const,
  );
  const init_config = { engines: Object.fromEntries(all) };
  const plugins = [{ name: 'container', library_path: 'libcontainer.so', init_config }];
  return runDaemon({ rules: RULES, config: { json_output: true, plugins, ...config }, args: ['-v'] });
}

export const alertsOf = (daemon: Daemon): ContainerAlert[] =>
  daemon.stdout
    .filter(({ text }) => text.startsWith('{'))
    .map(({ text }) => JSON.parse(text) as ContainerAlert);

/** The alert for a file. */
export function alertFor(daemon: Daemon, name: string): Promise<ContainerAlert> {
  return eventually(
    `an alert for ${name}`,
    () => alertsOf(daemon).find(({ output }) => output.includes(`file=${name} `)),
    10_000,
  );
}

/** What the alert for a file shows of its container. */
export async function shownFor(daemon: Daemon, name: string): Promise<Shown> {
  const { output_fields: fields } = await alertFor(daemon, name);
  return Object.fromEntries(FIELDS.map(field => [field, fields[field] ?? null])) as Shown;
}

/** A command that makes the file, and one that stays behind it. */
export const write = (name: string): readonly string[] => ['sh', '-c', `echo x > /etc/${name}`];
export const writeAndStay = (name: string): readonly string[] => [
  'sh',
  '-c',
  `echo x > /etc/${name}; sleep 1000`,
];
