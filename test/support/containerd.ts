/** A containerd of the test's own (socket, state and images in a temporary folder) and containers in it. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busyboxLayer, ociImage } from './oci-image.js';
import { eventually, startProcess } from './process.js';

export interface Container {
  /** 64 hexadecimal digits, as the higher-level clients name containers. */
  readonly id: string;
  /** Ends all its processes and removes it. */
  remove(): void;
}

export interface RunOptions {
  readonly image: string;
  readonly command: readonly string[];
  /** Bind mounts: folder on the host → folder in the container. */
  readonly mounts?: Readonly<Record<string, string>>;
}

export interface Containerd {
  readonly socket: string;
  /** Imports an image of busybox under this full name. */
  importImage(name: string): void;
  /** Starts a container in the background. */
  run(options: RunOptions): Container;
  /** Removes what is left of the containers and ends containerd. */
  stop(): Promise<void>;
}

export async function startContainerd(): Promise<Containerd> {
  const folder = mkdtempSync(join(tmpdir(), 'falco-containerd-'));
  const socket = join(folder, 'containerd.sock');
  const config = join(folder, 'config.toml');
  writeFileSync(
    config,
    [
      'version = 2',
      `root = "${folder}/root"`,
      `state = "${folder}/state"`,
      'disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]',
      '[grpc]',
      `  address = "${socket}"`,
      '[ttrpc]',
      `  address = "${socket}.ttrpc"`,
      '',
    ].join('\n'),
  );
  const running = startProcess('containerd', ['--config', config, '--log-level', 'warn']);
  const ctr = (...args: string[]): string =>
    execFileSync('ctr', ['--address', socket, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    });
  const containers = new Set<Container>();
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

  return {
    socket,
    importImage(name) {
      const archive = join(folder, 'image.tar');
      writeFileSync(archive, ociImage(name, busyboxLayer()));
      ctr('image', 'import', archive);
      rmSync(archive);
    },
    run(options) {
      const id = randomBytes(32).toString('hex');
      const mounts = Object.entries(options.mounts ?? {}).flatMap(([from, to]) => {
        mkdirSync(from, { recursive: true });
        return ['--mount', `type=bind,src=${from},dst=${to},options=rbind:rw`];
      });
      ctr('run', '--detach', ...mounts, options.image, id, ...options.command);
      const container: Container = {
        id,
        remove() {
          if (!containers.delete(container)) return;
          ctr('task', 'delete', '--force', id);
          ctr('container', 'delete', id);
        },
      };
      containers.add(container);
      return container;
    },
    async stop() {
      for (const container of [...containers]) container.remove();
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
