import type { ByteString } from '../events/byte-string.js';

/** One mount of a container, as its runtime tells it. */
export interface Mount {
  readonly source: ByteString;
  readonly destination: ByteString;
  readonly mode: ByteString;
  readonly writable: boolean;
  readonly propagation: ByteString;
}

/** A port of the host that leads into the container. */
export interface PortMapping {
  /** IPv4 address as a number; 0: all addresses. */
  readonly hostIp: number;
  readonly hostPort: number;
  readonly containerPort: number;
}

export type Labels = readonly (readonly [key: ByteString, value: ByteString])[];

/** What is known of one container. Texts that are not known are empty, numbers 0. */
export interface Container {
  /** 12 characters. */
  readonly id: ByteString;
  readonly fullId: ByteString;
  /** docker, containerd, cri-o, … */
  readonly type: ByteString;
  readonly name: ByteString;
  /** Image as it was asked for: `docker.io/library/httpd:2.4`. */
  readonly image: ByteString;
  /** Hexadecimal, without `sha256:` in front. */
  readonly imageId: ByteString;
  readonly imageRepository: ByteString;
  readonly imageTag: ByteString;
  /** With `sha256:` in front. */
  readonly imageDigest: ByteString;
  readonly ip: ByteString;
  readonly cniJson: ByteString;
  readonly privileged: boolean;
  readonly hostPid: boolean;
  readonly hostNetwork: boolean;
  readonly hostIpc: boolean;
  /** The pod's name, namespace and uid are the labels `io.kubernetes.pod.name`, `.namespace` and `.uid`. */
  readonly labels: Labels;
  readonly mounts: readonly Mount[];
  /** `NAME=value`. */
  readonly env: readonly ByteString[];
  readonly ports: readonly PortMapping[];
  readonly user: ByteString;
  /** Seconds since the epoch. */
  readonly createdTime: number;
  /** Bytes of the writable layer; -1: not asked for. */
  readonly size: number;
  /** Command line of the health check of Docker or podman; `NONE`: switched off. */
  readonly healthcheck: ByteString;
  /** Command lines of Kubernetes' probes. */
  readonly livenessProbe: ByteString;
  readonly readinessProbe: ByteString;
  /** It is the sandbox of a pod itself (the pause container). */
  readonly isPodSandbox: boolean;
  /** Full id of the sandbox; empty outside of pods. */
  readonly podSandboxId: ByteString;
  readonly podSandboxLabels: Labels;
}
