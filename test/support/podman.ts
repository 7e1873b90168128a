/** A podman service of the test's own: socket, state, images, network and mounts; nothing of it stays. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEnclosure, removeEmptyCgroups } from './enclosure.js';
import { answering, openEngine, type EngineDaemon } from './engine.js';
import type { RunningProcess } from './process.js';

export async function startPodman(): Promise<EngineDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'falco-podman-'));
  const socket = join(folder, 'podman.sock');
  const [containers, storage] = [join(folder, 'containers.conf'), join(folder, 'storage.conf')];
  for (const name of ['networks', 'tmp']) mkdirSync(join(folder, name));
  writeFileSync(
    containers,
    [
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
      '',
    ].join('\n'),
  );
  writeFileSync(
    storage,
    [
      '[storage]',
      'driver = "overlay"',
      `runroot = "${folder}/run"`,
      `graphroot = "${folder}/graph"`,
      '',
    ].join('\n'),
  );
  const env = {
    ...process.env,
    CONTAINERS_CONF: containers,
    CONTAINERS_STORAGE_CONF: storage,
    TMPDIR: join(folder, 'tmp'),
  };
  const enclosure = await openEnclosure();
  const engine = openEngine(socket);
  let daemon: RunningProcess;
  const start = async (): Promise<void> => {
    daemon = enclosure.start('podman', ['system', 'service', '--time', '0', `unix://${socket}`], { env });
    await answering(engine, 'podman');
  };
  await start();
  return {
    ...engine,
    socket,
    async restart() {
      await daemon.stop();
      await start();
    },
    async stop() {
      await engine.removeAll();
      await daemon.stop();
      await enclosure.stop();
      rmSync(folder, { recursive: true, force: true });
      removeEmptyCgroups('libpod_parent');
    },
  };
}
