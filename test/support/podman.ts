/** A podman service of the test's own: socket, state, images, network and mounts; nothing of it stays. */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEnclosure, removeEmptyCgroups } from './enclosure.js';
import { answering, openEngine, type EngineDaemon } from './engine.js';
import type { RunningProcess } from './process.js';

export interface PodmanOptions {
  /** As an ordinary user runs it. */
  readonly rootless?: boolean;
}

/** A user that nobody else is. */
const USER = { name: 'falco-test', id: 42_424 } as const;

export async function startPodman({ rootless = false }: PodmanOptions = {}): Promise<EngineDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'falco-podman-'));
  const socket = join(folder, 'podman.sock');
  const folders = ['networks', 'tmp', 'home', 'runtime'].map(name => join(folder, name));
  for (const path of folders) mkdirSync(path, { mode: 0o700 });
  if (rootless) for (const path of [folder, ...folders]) chownSync(path, USER.id, USER.id);
  const env = { ...process.env, ...writeConfiguration(folder, rootless) };
  const enclosure = await openEnclosure();
  const command = ['podman', 'system', 'service', '--time', '0', `unix://${socket}`];
  if (rootless) {
    const passwd = join(folder, 'passwd');
    const entry = `${USER.name}:x:${USER.id}:${USER.id}::${folder}/home:/bin/sh\n`;
    writeFileSync(passwd, readFileSync('/etc/passwd', 'utf8') + entry);
    const [enter, ...mount] = enclosure.inside(['mount', '--bind', passwd, '/etc/passwd']);
    execFileSync(enter!, mount);
    const user = [
      'setpriv',
      '--pdeathsig',
      'KILL',
      '--reuid',
      String(USER.id),
      '--regid',
      String(USER.id),
      '--clear-groups',
    ];
    // What it leaves behind ends with the first process of its namespace.
    command.unshift('unshare', '--pid', '--fork', '--mount-proc', '--kill-child=KILL', ...user);
  }
  const engine = openEngine(socket);
  let daemon: RunningProcess;
  const start = async (): Promise<void> => {
    daemon = enclosure.start(command[0]!, command.slice(1), { env });
    await answering(engine, 'podman');
  };
  const end = (): Promise<unknown> => daemon.stop(rootless ? 'SIGKILL' : 'SIGTERM');
  await start();
  return {
    ...engine,
    socket,
    async restart() {
      await end();
      await start();
    },
    async stop() {
      await engine.removeAll();
      await end();
      await enclosure.stop();
      rmSync(folder, { recursive: true, force: true });
      removeEmptyCgroups('libpod_parent');
    },
  };
}

/** Writes the configuration; gives the variables that point there. */
function writeConfiguration(folder: string, rootless: boolean): Readonly<Record<string, string>> {
  const [containers, storage] = [join(folder, 'containers.conf'), join(folder, 'storage.conf')];
  const lines = {
    [containers]: [
      '[containers]',
      // The limits that podman takes by itself are more than root may have everywhere.
      'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]',
      '[engine]',
      'runtime = "runc"',
      'events_logger = "file"',
      'cgroup_manager = "cgroupfs"',
      '[network]',
      'network_backend = "cni"',
      `network_config_dir = "${folder}/networks"`,
    ],
    [storage]: [
      '[storage]',
      `driver = "${rootless ? 'vfs' : 'overlay'}"`,
      `runroot = "${folder}/run"`,
      `graphroot = "${folder}/graph"`,
      '[storage.options]',
      // An ordinary user may give files to nobody else.
      `ignore_chown_errors = "${String(rootless)}"`,
    ],
  };
  for (const [path, text] of Object.entries(lines)) writeFileSync(path, `${text.join('\n')}\n`);
  return {
    CONTAINERS_CONF: containers,
    CONTAINERS_STORAGE_CONF: storage,
    TMPDIR: join(folder, 'tmp'),
    ...(rootless && {
      HOME: join(folder, 'home'),
      XDG_RUNTIME_DIR: join(folder, 'runtime'),
      USER: USER.name,
    }),
  };
}
