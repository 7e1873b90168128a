import type { Extractors } from './extractor.js';
import { ofThread } from './thread-reader.js';
import { UNKNOWN_ACCOUNT } from './user.js';

/** The group whose rights the thread has. */
export const groupFields: Extractors = {
  'group.gid': { cost: 1, extract: ofThread(thread => thread.gid) },
  'group.name': {
    cost: 2,
    extract: ofThread((thread, evt) => {
      const { containerId, gid } = thread;
      if (containerId === '') return evt.accounts.group(gid)?.name ?? UNKNOWN_ACCOUNT;
      const told = evt.accounts.containerGroup(containerId, gid);
      return told?.name ?? (gid === 0 ? 'root' : UNKNOWN_ACCOUNT);
    }),
  },
};
