import type { ByteString } from '../events/byte-string.js';

/** One mount of a container, as its runtime tells it. */
export interface Mount {
  readonly source: ByteString;
  readonly destination: ByteString;
  readonly mode: ByteString;
  readonly writable: boolean;
  readonly propagation: ByteString;
}

export type Labels = readonly (readonly [key: ByteString, value: ByteString])[];

/** What is known of one container. Texts that are not known are empty. */
export interface Container {
  /** 12 characters. */
  readonly id: ByteString;
  readonly fullId: ByteString;
  /** docker, containerd, cri-o, … */
  readonly type: ByteString;
  readonly name: ByteString;
  readonly image: ByteString;
  readonly imageId: ByteString;
  readonly imageRepository: ByteString;
  readonly imageTag: ByteString;
  readonly imageDigest: ByteString;
  readonly ip: ByteString;
  readonly cniJson: ByteString;
  readonly privileged: boolean;
  readonly hostPid: boolean;
  readonly hostNetwork: boolean;
  readonly hostIpc: boolean;
  readonly labels: Labels;
  readonly mounts: readonly Mount[];
  readonly podSandboxId: ByteString;
  readonly podSandboxLabels: Labels;
}
