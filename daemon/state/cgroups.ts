import type { ByteString } from '../events/byte-string.js';
import { capturedContainerId } from '../containers/captured-id.js';
import { containerOf, type CgroupContainer } from '../containers/container-id.js';
import type { ContainerTable } from '../containers/container-table.js';
import type { ThreadInfo } from './thread.js';

const NEW_NAME = 'io=';
const OLD_NAME = 'blkio=';

/**
 * Puts a thread into its cgroups, and by them into its container. The controller that the kernel calls `io` goes
 * by its older name, `blkio`, as in the fields of the reference. The ids of the thread have to be known.
 * @param containers where the container is noted; null: the container is told as the reference tells it in captures
 */
export function setCgroups(
  thread: ThreadInfo,
  cgroups: ByteString[],
  containers: ContainerTable | null,
): void {
  const io = cgroups.findIndex(cgroup => cgroup.startsWith(NEW_NAME));
  if (io >= 0) cgroups[io] = OLD_NAME + cgroups[io]!.slice(NEW_NAME.length);
  thread.cgroups = cgroups;
  if (containers === null) {
    thread.containerId = thread.containerKey = capturedContainerId(cgroups);
    return;
  }
  const seen = containerOf(cgroups);
  if (seen === null || containers.ignored.includes(seen.type)) {
    enter(thread, containers.elsewhere);
    return;
  }
  containers.sight(seen);
  enter(thread, isProven(thread, seen, containers) ? seen : containers.elsewhere);
}

function enter(thread: ThreadInfo, container: ContainerTable['elsewhere']): void {
  thread.containerId = container?.id ?? '';
  thread.containerKey = container?.key ?? '';
}

/** The ids that a process has in its own pid namespace differ from those of the host only in a namespace of its own. */
function isProven(thread: ThreadInfo, seen: CgroupContainer, containers: ContainerTable): boolean {
  return (
    !seen.unproven || thread.vpid !== thread.pid || thread.vtid !== thread.tid || containers.confirms(seen)
  );
}
