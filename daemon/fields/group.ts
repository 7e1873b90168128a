import type { Extractors } from './extractor.js';
import { ofThread } from './thread-reader.js';
import { UNKNOWN_ACCOUNT } from './user.js';

/** The group whose rights the thread has. */
export const groupFields: Extractors = {
  'group.gid': { cost: 1, extract: ofThread(thread => thread.gid) },
  'group.name': {
    cost: 2,
    extract: ofThread((thread, evt) => {
      if (thread.containerId !== '') return thread.gid === 0 ? 'root' : UNKNOWN_ACCOUNT;
      return evt.accounts.group(thread.gid)?.name ?? UNKNOWN_ACCOUNT;
    }),
  },
};
