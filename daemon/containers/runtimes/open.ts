/** Runtimes by their kind. */
import { openContainerd } from './containerd.js';
import { openCri } from './cri.js';
import { openDocker } from './docker.js';
import { openPodman } from './podman.js';
import type { OpenRuntime, RuntimeClient, RuntimeKind, RuntimeOptions } from './runtime.js';

const OPEN: Readonly<Record<RuntimeKind, OpenRuntime>> = {
  docker: openDocker,
  podman: openPodman,
  cri: openCri,
  containerd: openContainerd,
};

export function openRuntime(kind: RuntimeKind, options: RuntimeOptions): RuntimeClient {
  return OPEN[kind](options);
}
