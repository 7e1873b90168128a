/** Container runtimes of the machine, and what runs in them: web servers with probes, started, asked, stopped, removed. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startContainerd } from '../support/containerd.js';
import { openKubelet } from '../support/cri.js';
import { startDocker } from '../support/docker.js';
import { startPodman } from '../support/podman.js';
import type { EngineDaemon } from '../support/engine.js';
import { sleep } from '../support/process.js';

export interface Runtime {
  /** Its name in falco.yaml. */
  readonly engine: string;
  readonly socket: string;
  readonly does: string;
  /** Containers come, live and go. */
  live(): Promise<void>;
  stop(): Promise<void>;
}

const IMAGE = 'docker.io/library/web:1';
const SERVER = ['/bin/httpd', '-f', '-p', '8080', '-h', '/tmp'];
/** A health check that looks at a file, and one that a shell does. */
const PROBES = [
  ['/bin/cat', '/etc/passwd'],
  ['/bin/sh', '-c', 'ls /proc/1 >/dev/null && echo ok'],
];
const ROUNDS = 3;
const UID = '0b6f4a0e-6f0e-4c0b-9d5e-2f8f0a1c7d11';

async function ofEngine(engine: string, started: Promise<EngineDaemon>): Promise<Runtime> {
  const daemon = await started;
  await daemon.importImage('web', '1');
  return {
    engine,
    socket: daemon.socket,
    does: `${engine}: web servers with health checks, restarted and removed`,
    async live() {
      const one = await daemon.run('web-1', {
        Image: 'web:1',
        Cmd: SERVER,
        Healthcheck: { Test: ['CMD', ...PROBES[0]!], Interval: 1_000_000_000, Timeout: 5_000_000_000 },
        HostConfig: { NetworkMode: 'none' },
      });
      const two = await daemon.run('web-2', { Image: 'web:1', Cmd: SERVER, User: '33' });
      for (let round = 0; round < ROUNDS; round++) {
        for (const probe of PROBES) {
          await one.exec(probe);
          await two.exec(probe);
        }
        await sleep(300);
      }
      await one.stop();
      await one.start();
      await sleep(300);
      await one.remove();
      await two.remove();
    },
    stop: () => daemon.stop(),
  };
}

/** containerd alone, as ctr and nerdctl use it. */
async function ofContainerd(): Promise<Runtime> {
  const containerd = await startContainerd();
  containerd.importImage(IMAGE);
  return {
    engine: 'containerd',
    socket: containerd.socket,
    does: 'containerd: web servers with commands in them',
    async live() {
      const container = containerd.run({ image: IMAGE, command: SERVER });
      for (let round = 0; round < ROUNDS; round++) for (const probe of PROBES) container.exec(...probe);
      await sleep(300);
      container.remove();
    },
    stop: () => containerd.stop(),
  };
}

/** containerd as the kubelet uses it: pods in their cgroups, probes. */
async function ofKubernetes(): Promise<Runtime> {
  const containerd = await startContainerd({ cri: true });
  containerd.importImage(IMAGE, 'k8s.io');
  const kubelet = openKubelet(containerd.socket);
  const logs = mkdtempSync(join(tmpdir(), 'falco-quiet-logs-'));
  return {
    engine: 'cri',
    socket: containerd.socket,
    does: 'kubernetes: pods in the cgroups of a node, with liveness and readiness probes',
    async live() {
      for (const name of ['web-a', 'web-b']) {
        const pod = await kubelet.runPod({
          metadata: { name, uid: UID, namespace: 'shop', attempt: 0 },
          hostname: name,
          logDirectory: logs,
          labels: new Map([
            ['io.kubernetes.pod.name', name],
            ['io.kubernetes.pod.namespace', 'shop'],
            ['io.kubernetes.pod.uid', UID],
          ]),
          linux: { cgroupParent: `/kubepods/besteffort/pod${UID}` },
        });
        const container = await kubelet.runContainer(pod, {
          metadata: { name: 'httpd' },
          image: { image: IMAGE },
          command: [...SERVER],
          logPath: `${name}.log`,
        });
        for (let round = 0; round < ROUNDS; round++) {
          for (const probe of PROBES) {
            const code = await kubelet.exec(container, probe);
            if (code !== 0) throw new Error(`the probe ${probe.join(' ')} of ${name} gave ${String(code)}`);
          }
          await sleep(300);
        }
        await kubelet.removeContainer(container);
        await kubelet.removePod(pod);
      }
    },
    async stop() {
      kubelet.close();
      await containerd.stop();
    },
  };
}

/** Those that a host may have, and the commands that they need. */
export const RUNTIMES: readonly {
  readonly name: string;
  readonly needs: readonly string[];
  start(): Promise<Runtime>;
}[] = [
  { name: 'docker', needs: ['dockerd', 'runc', 'jq'], start: () => ofEngine('docker', startDocker()) },
  { name: 'podman', needs: ['podman', 'runc'], start: () => ofEngine('podman', startPodman()) },
  { name: 'containerd', needs: ['containerd', 'ctr', 'runc'], start: ofContainerd },
  { name: 'kubernetes', needs: ['containerd', 'ctr', 'runc'], start: ofKubernetes },
];
