import type { ByteString } from '../events/byte-string.js';
import { capturedContainerId } from '../containers/captured-id.js';
import { containerOf, type CgroupContainer } from '../containers/container-id.js';
import type { ContainerTable } from '../containers/container-table.js';
import type { ThreadInfo } from './thread.js';

const NEW_NAME = 'io=';
const OLD_NAME = 'blkio=';

interface Membership {
  readonly cgroups: readonly ByteString[];
  /** As the reference tells it in captures; null: not asked for so far. */
  capturedId: ByteString | null;
}

/** What was found out about lists that are still in use: the reader hands out the same list for the same bytes. */
const KNOWN = new WeakMap<readonly ByteString[], Membership>();

/**
 * Puts a thread into its cgroups, and by them into its container. The controller that the kernel calls `io` goes
 * by its older name, `blkio`, as in the fields of the reference. The ids of the thread have to be known.
 * @param containers where the container is noted; null: the container is told as the reference tells it in captures
 */
export function setCgroups(
  thread: ThreadInfo,
  read: readonly ByteString[],
  containers: ContainerTable | null,
): void {
  let membership = KNOWN.get(read);
  if (membership === undefined) KNOWN.set(read, (membership = { cgroups: renamed(read), capturedId: null }));
  const { cgroups } = membership;
  thread.cgroups = cgroups;
  if (containers === null) {
    membership.capturedId ??= capturedContainerId(cgroups);
    thread.containerId = thread.containerKey = membership.capturedId;
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

function renamed(read: readonly ByteString[]): readonly ByteString[] {
  const io = read.findIndex(cgroup => cgroup.startsWith(NEW_NAME));
  return io < 0 ? read : read.with(io, OLD_NAME + read[io]!.slice(NEW_NAME.length));
}
