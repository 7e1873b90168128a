import type { ByteString } from '../events/byte-string.js';
import { capturedContainerId } from '../containers/captured-id.js';
import { containerIdOf } from '../containers/container-id.js';
import type { ThreadInfo } from './thread.js';

const NEW_NAME = 'io=';
const OLD_NAME = 'blkio=';

/**
 * Puts a thread into its cgroups, and by them into its container. The controller that the kernel calls `io` goes
 * by its older name, `blkio`, as in the fields of the reference.
 * @param captured the container is told as the reference tells it
 */
export function setCgroups(thread: ThreadInfo, cgroups: ByteString[], captured: boolean): void {
  const io = cgroups.findIndex(cgroup => cgroup.startsWith(NEW_NAME));
  if (io >= 0) cgroups[io] = OLD_NAME + cgroups[io]!.slice(NEW_NAME.length);
  thread.cgroups = cgroups;
  thread.containerId = captured ? capturedContainerId(cgroups) : containerIdOf(cgroups);
}
