import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

const UNSHARE = 285;
const CLONE_NEWUSER = 0x100000;
/** Every capability that there is. */
const ALL_CAPABILITIES = 0x1ff_ffff_ffff;

/**
 * unshare, setns: who enters another user namespace has every capability in it. Nothing is inheritable then; the
 * reference takes that set for full, too, and so do we in its captures.
 */
export function parseNamespace(state: State, thread: ThreadInfo): void {
  const { record, view } = state;
  const flags = record.uint32(record.type === UNSHARE ? 1 : 2);
  if (record.number(0) < 0 || (flags & CLONE_NEWUSER) === 0) return;
  thread.capInheritable = view.captured ? ALL_CAPABILITIES : 0;
  thread.capPermitted = ALL_CAPABILITIES;
  thread.capEffective = ALL_CAPABILITIES;
}
