/** A containerd of the test's own (socket, state and images in a temporary folder) and containers in it. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEnclosure, removeEmptyCgroups } from './enclosure.js';
import { busyboxLayer, ociImage } from './oci-image.js';
import { eventually, startProcess } from './process.js';
import type { RunningProcess } from './process.js';

export interface Container {
  readonly id: string;
  /** Runs a command in it to its end. */
  exec(...command: string[]): void;
  /** Ends all its processes and removes it. */
  remove(): void;
}

export interface RunOptions {
  readonly image: string;
  readonly command: readonly string[];
  /** Bind mounts: folder on the host → folder in the container. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Default: 64 hexadecimal digits. */
  readonly id?: string;
  /** Namespace of containerd. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Other words for `ctr run`. */
  readonly options?: readonly string[];
}

export interface ContainerdOptions {
  /** With the plugin that speaks CRI, in a network and with mounts of its own. */
  readonly cri?: boolean;
}

export interface Containerd {
  readonly socket: string;
  /** Imports an image of busybox under this full name. */
  importImage(name: string, namespace?: string): void;
  /** Imports the image of an archive. */
  importArchive(path: string, namespace?: string): void;
  /** Starts a container in the background. */
  run(options: RunOptions): Container;
  /** Runs one in the foreground: its output and its end are the process's, and it has the signals that this gets. */
  attach(options: RunOptions): RunningProcess;
  /** Ends containerd and starts it again; containers run on. */
  restart(): Promise<void>;
  /** Removes what is left of the containers and ends containerd. */
  stop(): Promise<void>;
}

/** Image of the container that holds the namespaces of a pod. */
const PAUSE_IMAGE = 'registry.test/pause:1';

export async function startContainerd(options: ContainerdOptions = {}): Promise<Containerd> {
  const folder = mkdtempSync(join(tmpdir(), 'falco-containerd-'));
  const socket = join(folder, 'containerd.sock');
  const config = join(folder, 'config.toml');
  const cri = options.cri === true;
  writeFileSync(config, configuration(folder, socket, cri).join('\n'));
  if (cri) writeNetwork(folder);
  const enclosure = cri ? await openEnclosure() : null;
  const ctr = (...args: string[]): string => {
    const command = ['ctr', '--address', socket, ...args];
    const [program, ...rest] = enclosure === null ? command : enclosure.inside(command);
    return execFileSync(program!, rest, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    });
  };
  const containers = new Set<Container>();
  const cgroups = new Set(cri ? ['kubepods', 'k8s.io'] : []);
  let running: RunningProcess;
  const start = async (): Promise<void> => {
    const args = ['--config', config, '--log-level', 'warn'];
    running =
      enclosure === null
        ? startProcess('setpriv', ['--pdeathsig', 'TERM', 'setsid', 'containerd', ...args])
        : enclosure.start('containerd', args);
    await eventually(
      'containerd answers',
      () => {
        if (!existsSync(socket)) return false;
        try {
          ctr('version');
          return true;
        } catch {
          return false;
        }
      },
      15_000,
    );
  };
  const importImage = (name: string, namespace: string, command?: readonly string[]): void => {
    const archive = join(folder, 'image.tar');
    writeFileSync(archive, ociImage(name, busyboxLayer(), command));
    ctr('--namespace', namespace, 'image', 'import', archive);
    rmSync(archive);
  };
  await start();
  if (cri) importImage(PAUSE_IMAGE, 'k8s.io', ['/bin/sleep', '1000000']);

  return {
    socket,
    importImage: (name, namespace = 'default') => importImage(name, namespace),
    importArchive: (path, namespace = 'default') =>
      void ctr('--namespace', namespace, 'image', 'import', path),
    attach(spec) {
      cgroups.add(spec.namespace ?? 'default');
      const command = ['ctr', '--address', socket, ...runWords({ id: randomId(), ...spec }, '--rm')];
      const [program, ...rest] = enclosure === null ? command : enclosure.inside(command);
      return startProcess(program!, rest);
    },
    run(spec) {
      const { id = randomId(), namespace = 'default' } = spec;
      const inNamespace = ['--namespace', namespace];
      ctr(...runWords({ ...spec, id }, '--detach'));
      const container: Container = {
        id,
        exec(...command) {
          const exec = `exec-${randomBytes(4).toString('hex')}`;
          ctr(...inNamespace, 'task', 'exec', '--exec-id', exec, id, ...command);
        },
        remove() {
          if (!containers.delete(container)) return;
          ctr(...inNamespace, 'task', 'delete', '--force', id);
          ctr(...inNamespace, 'container', 'delete', id);
        },
      };
      containers.add(container);
      cgroups.add(namespace);
      return container;
    },
    async restart() {
      await running.stop();
      await start();
    },
    async stop() {
      for (const container of [...containers]) container.remove();
      await running.stop();
      await enclosure?.stop();
      rmSync(folder, { recursive: true, force: true });
      for (const group of cgroups) removeEmptyCgroups(group);
    },
  };
}

const randomId = (): string => randomBytes(32).toString('hex');

/** Words for `ctr` that run a container. */
function runWords(spec: RunOptions & { readonly id: string }, how: '--detach' | '--rm'): string[] {
  const words = (option: string, pairs: Readonly<Record<string, string>> = {}): string[] =>
    Object.entries(pairs).flatMap(([key, value]) => [option, `${key}=${value}`]);
  const mounts = Object.entries(spec.mounts ?? {}).flatMap(([from, to]) => {
    mkdirSync(from, { recursive: true });
    return ['--mount', `type=bind,src=${from},dst=${to},options=rbind:rw`];
  });
  const details = [...words('--label', spec.labels), ...words('--env', spec.env), ...(spec.options ?? [])];
  const before = ['--namespace', spec.namespace ?? 'default', 'run', how, ...mounts, ...details];
  return [...before, spec.image, spec.id, ...spec.command];
}

function configuration(folder: string, socket: string, cri: boolean): string[] {
  const disabled = ['io.containerd.internal.v1.opt', ...(cri ? [] : ['io.containerd.grpc.v1.cri'])];
  return [
    'version = 2',
    `root = "${folder}/root"`,
    `state = "${folder}/state"`,
    `disabled_plugins = ${JSON.stringify(disabled)}`,
    '[grpc]',
    `  address = "${socket}"`,
    '[ttrpc]',
    `  address = "${socket}.ttrpc"`,
    '[plugins."io.containerd.grpc.v1.cri"]',
    `  sandbox_image = "${PAUSE_IMAGE}"`,
    // Root may not protect its processes from the out-of-memory killer everywhere.
    '  restrict_oom_score_adj = true',
    '[plugins."io.containerd.grpc.v1.cri".cni]',
    '  bin_dir = "/usr/lib/cni"',
    `  conf_dir = "${folder}/networks"`,
    '',
  ];
}

/** A network for pods: a bridge with addresses from 10.77.0.2 on. */
function writeNetwork(folder: string): void {
  mkdirSync(join(folder, 'networks'));
  const ipam = {
    type: 'host-local',
    dataDir: join(folder, 'addresses'),
    ranges: [[{ subnet: '10.77.0.0/24' }]],
  };
  const network = {
    cniVersion: '0.4.0',
    name: 'pods',
    plugins: [{ type: 'bridge', bridge: 'pods0', isGateway: true, ipam }],
  };
  writeFileSync(join(folder, 'networks/10-pods.conflist'), JSON.stringify(network));
}
