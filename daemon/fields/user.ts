import type { ByteString } from '../events/byte-string.js';
import type { User } from '../state/accounts.js';
import type { EventView } from '../state/event.js';
import type { ThreadInfo } from '../state/thread.js';
import type { Extractors } from './extractor.js';
import { ofThread } from './thread-reader.js';

/** What stands for the name, home, shell of a user that has no account: a value, not the absence of one. */
export const UNKNOWN_ACCOUNT = '<NA>';
const NO_LOGIN = 0xffff_ffff;

/** Of users of containers, that nothing told of, only root is known: the accounts of the host are not theirs. */
const CONTAINER_ROOT: User = { uid: 0, gid: 0, name: 'root', home: '/root', shell: '' };

function userOf(evt: EventView, thread: ThreadInfo): User | null {
  const { containerId, uid } = thread;
  if (containerId === '') return evt.accounts.user(uid);
  return evt.accounts.containerUser(containerId, uid) ?? (uid === 0 ? CONTAINER_ROOT : null);
}

function ofUser(read: (user: User) => ByteString): (evt: EventView) => ByteString | null {
  return evt => {
    if (evt.thread === null) return null;
    const user = userOf(evt, evt.thread);
    const text = user === null ? '' : read(user);
    return text === '' ? UNKNOWN_ACCOUNT : text;
  };
}

function loginName(evt: EventView): ByteString | null {
  if (evt.thread === null) return null;
  if (evt.thread.loginuid === NO_LOGIN) return UNKNOWN_ACCOUNT;
  return evt.accounts.user(evt.thread.loginuid)?.name ?? UNKNOWN_ACCOUNT;
}

/** The user whose rights the thread has, and the one who logged in. */
export const userFields: Extractors = {
  'user.uid': { cost: 1, extract: evt => (evt.thread === null ? null : evt.thread.uid) },
  'user.name': { cost: 2, extract: ofUser(user => user.name) },
  'user.homedir': { cost: 2, extract: ofUser(user => user.home) },
  'user.shell': { cost: 2, extract: ofUser(user => user.shell) },
  'user.loginuid': {
    cost: 1,
    extract: ofThread(thread => (thread.loginuid === NO_LOGIN ? -1 : thread.loginuid)),
  },
  'user.loginname': { cost: 2, extract: loginName },
};
