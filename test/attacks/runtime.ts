/** Containers of the suite: by the runtime that runs here, or by one that is started for the suite alone. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startContainerd } from '../support/containerd.js';
import { startDocker } from '../support/docker.js';
import { isInstalled } from '../support/live.js';
import { busyboxLayer, ociImage } from '../support/oci-image.js';

export type ContainerKind = 'plain' | 'privileged' | 'capable' | 'mount';

export interface Container {
  /** As `container.id` shows it. */
  readonly shownId: string;
  /** The command that runs a command in it, with more variables in its environment. */
  command(variables: Readonly<Record<string, string>>, words: readonly string[]): readonly string[];
}

export interface Runtime {
  readonly name: string;
  /** Kinds of containers that it does not make, or does not tell of. */
  readonly lacks: readonly ContainerKind[];
  /** Settings for the daemon, so that it finds a runtime which is not at its usual place. */
  readonly settings: readonly string[];
  /** Starts a container whose first process is this. */
  start(
    kind: ContainerKind,
    variables: Readonly<Record<string, string>>,
    words: readonly string[],
  ): Promise<Container>;
  /** Removes its containers and its image. */
  stop(): Promise<void>;
}

/** Where a runtime is reached. */
export interface Reach {
  readonly kind: 'docker' | 'podman' | 'containerd';
  /** Its socket, when it is not at its usual place. */
  readonly socket?: string;
}

const IMAGE = 'docker.io/library/falco-attack-suite:1';
/** Programs that the attack program is in there, too, and what scripts need of busybox. */
const STAND_INS = ['apt-get', 'debugfs', 'docker', 'scp', 'ssh', 'useradd'];
const APPLETS = ['base64', 'chmod', 'env', 'mount', 'umount', 'wget'];
const SHOWN = 12;

/** Output of a command. @throws Error with what it said */
function run(words: readonly string[], input?: Buffer): Promise<string> {
  const [program, ...rest] = words;
  return new Promise((done, fail) => {
    const child = execFile(program!, rest, { timeout: 60_000 }, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else fail(new Error(`${words.join(' ')}: ${stderr.trim() || error.message}`));
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

const answers = (words: readonly string[]): Promise<boolean> =>
  run(words).then(
    () => true,
    () => false,
  );

/**
 * The runtime to use: the one that is asked for; or else the first that runs here; or else one of the suite's own.
 * @returns why there is none, in words
 */
export async function findRuntime(root: string, wanted: Reach | null): Promise<Runtime | string> {
  if (!existsSync('/bin/busybox')) return 'needs /bin/busybox, linked statically, for the image';
  const layer = imageLayer(root);
  if (wanted !== null) return open(wanted, layer);
  if (await answers(['docker', 'version'])) return open({ kind: 'docker' }, layer);
  if (await answers(['ctr', 'version'])) return open({ kind: 'containerd' }, layer);
  if (isInstalled('dockerd') && isInstalled('docker')) {
    const own = await startDocker();
    return open({ kind: 'docker', socket: own.socket }, layer, () => own.stop());
  }
  if (isInstalled('containerd') && isInstalled('ctr') && isInstalled('runc')) {
    const own = await startContainerd();
    return open({ kind: 'containerd', socket: own.socket }, layer, () => own.stop());
  }
  if (await answers(['podman', 'version'])) return open({ kind: 'podman' }, layer);
  return 'needs docker, containerd or podman';
}

function open(
  reach: Reach,
  layer: Buffer,
  end: () => Promise<void> = async () => undefined,
): Promise<Runtime> {
  return reach.kind === 'containerd' ? openContainerd(reach, layer, end) : openDocker(reach, layer, end);
}

/** Root of the containers: busybox, the attack program also under names of others, the scripts. */
function imageLayer(root: string): Buffer {
  const suite = join(root, 'test/attacks');
  const file = (path: string, from: string, mode = 0o644) =>
    ({ kind: 'file', path, mode, content: readFileSync(from) }) as const;
  const link = (path: string, target: string) => ({ kind: 'link', path, target }) as const;
  return busyboxLayer([
    file('bin/attack', join(root, 'build/attacks/attack'), 0o755),
    ...STAND_INS.map(name => link(`stand-in/${name}`, '/bin/attack')),
    ...APPLETS.map(name => link(`bin/${name}`, 'busybox')),
    file('attacks/lib.sh', join(suite, 'lib.sh')),
    ...readdirSync(join(suite, 'scripts')).map(name =>
      file(`attacks/scripts/${name}`, join(suite, 'scripts', name)),
    ),
  ]);
}

/** Words of `docker run` for each kind. */
const DOCKER_KINDS: Readonly<Record<ContainerKind, readonly string[]>> = {
  plain: [],
  privileged: ['--privileged'],
  capable: ['--cap-add', 'SYS_ADMIN'],
  mount: ['--volume', '/etc:/host/etc:ro'],
};

/** Docker, and podman, which takes the same words. */
async function openDocker(reach: Reach, layer: Buffer, end: () => Promise<void>): Promise<Runtime> {
  const cli =
    reach.socket === undefined
      ? [reach.kind]
      : [reach.kind, reach.kind === 'docker' ? '--host' : '--url', `unix://${reach.socket}`];
  const names: string[] = [];
  await run([...cli, 'import', '-', IMAGE], layer);
  return {
    name: reach.kind,
    lacks: [],
    settings: settingsFor(reach),
    async start(kind, variables, words) {
      const name = `falco-attack-${randomBytes(4).toString('hex')}`;
      names.push(name);
      const options = ['--detach', '--name', name, ...environment(variables), ...DOCKER_KINDS[kind]];
      const id = await run([...cli, 'run', ...options, IMAGE, ...words]);
      return {
        shownId: id.trim().slice(0, SHOWN),
        command: (variables, inside) => [...cli, 'exec', ...environment(variables), name, ...inside],
      };
    },
    async stop() {
      for (const name of names) await run([...cli, 'rm', '--force', name]).catch(() => undefined);
      await run([...cli, 'rmi', IMAGE]).catch(() => undefined);
      await end();
    },
  };
}

/** Words of `ctr run` for each kind. */
const CTR_KINDS: Readonly<Record<ContainerKind, readonly string[]>> = {
  // Without a network of its own: containerd alone would give it one in which nothing can be connected to.
  plain: ['--net-host'],
  privileged: ['--privileged'],
  capable: ['--cap-add', 'CAP_SYS_ADMIN'],
  mount: ['--mount', 'type=bind,src=/etc,dst=/host/etc,options=rbind:ro'],
};

async function openContainerd(reach: Reach, layer: Buffer, end: () => Promise<void>): Promise<Runtime> {
  const ctr = ['ctr', ...(reach.socket === undefined ? [] : ['--address', reach.socket])];
  const ids: string[] = [];
  const archive = join('/tmp', `falco-attack-image-${randomBytes(4).toString('hex')}.tar`);
  writeFileSync(archive, ociImage(IMAGE, layer));
  await run([...ctr, 'image', 'import', archive]).finally(() => run(['rm', '-f', archive]));
  let execs = 0;
  return {
    name: 'containerd',
    // It does not say of a container that it is privileged.
    lacks: ['privileged'],
    settings: settingsFor(reach),
    async start(kind, variables, words) {
      const id = randomBytes(32).toString('hex');
      ids.push(id);
      const options = ['--detach', ...environment(variables), ...CTR_KINDS[kind]];
      await run([...ctr, 'run', ...options, IMAGE, id, ...words]);
      return {
        shownId: id.slice(0, SHOWN),
        command: (variables, inside) => [
          ...ctr,
          'task',
          'exec',
          '--exec-id',
          `attack-${++execs}`,
          id,
          '/bin/env',
          ...Object.entries(variables).map(([key, value]) => `${key}=${value}`),
          ...inside,
        ],
      };
    },
    async stop() {
      for (const id of ids) {
        await run([...ctr, 'task', 'delete', '--force', id]).catch(() => undefined);
        await run([...ctr, 'container', 'delete', id]).catch(() => undefined);
      }
      await run([...ctr, 'image', 'delete', IMAGE]).catch(() => undefined);
      await end();
    },
  };
}

/** Words for a runtime. */
function environment(variables: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
}

function settingsFor({ kind, socket }: Reach): readonly string[] {
  if (socket === undefined) return [];
  const init_config = { engines: { [kind]: { enabled: true, sockets: [socket] } } };
  return [`plugins[]=${JSON.stringify({ name: 'container', library_path: 'libcontainer.so', init_config })}`];
}
