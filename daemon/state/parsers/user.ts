import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

/** Parameter that becomes the effective id, by event code. */
// prettier-ignore
const USER_PARAM: Readonly<Record<number, number>> = {
  193: 2, // setresuid
  199: 1, // setuid
  427: 2, // setreuid
};
// prettier-ignore
const GROUP_PARAM: Readonly<Record<number, number>> = {
  195: 2, // setresgid
  201: 1, // setgid
  429: 2, // setregid
};

export const SET_USER_CODES: readonly number[] = Object.keys(USER_PARAM).map(Number);
export const SET_GROUP_CODES: readonly number[] = Object.keys(GROUP_PARAM).map(Number);

/**
 * setuid, setreuid, setresuid. With the kernel's context the id is there already, and in the numbering of the
 * host; the argument is in that of the caller's user namespace. In a capture the reference takes the argument as it
 * is, even where -1 stands for "as it was".
 */
export function parseSetUser(state: State, thread: ThreadInfo): void {
  if (state.contextAt >= 0 || state.record.number(0) < 0) return;
  const uid = state.record.uint32(USER_PARAM[state.record.type]!);
  thread.uid = uid;
}

/** setgid, setregid, setresgid. */
export function parseSetGroup(state: State, thread: ThreadInfo): void {
  if (state.contextAt >= 0 || state.record.number(0) < 0) return;
  const gid = state.record.uint32(GROUP_PARAM[state.record.type]!);
  thread.gid = gid;
}

/** capset: the sets of the caller after the call. */
export function parseCapset(state: State, thread: ThreadInfo): void {
  const { record } = state;
  if (record.number(0) < 0) return;
  thread.capInheritable = record.uint(1);
  thread.capPermitted = record.uint(2);
  thread.capEffective = record.uint(3);
}
