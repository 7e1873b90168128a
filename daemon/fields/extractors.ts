import type { Extractors } from './extractor.js';
import { auditFields } from './audit.js';
import { auditContainerFields } from './audit-containers.js';
import { auditRequestFields } from './audit-request.js';
import { containerFields } from './container.js';
import { evtFields } from './evt.js';
import { evtArgFields } from './evt-args.js';
import { evtIoFields } from './evt-io.js';
import { evtOpenFields } from './evt-open.js';
import { evtResultFields } from './evt-result.js';
import { evtTimeFields } from './evt-time.js';
import { fdFileFields } from './fd-file.js';
import { fdNameFields } from './fd-name.js';
import { fdSocketFields } from './fd-socket.js';
import { fdlistFields } from './fdlist.js';
import { fsPathFields } from './fs-path.js';
import { groupFields } from './group.js';
import { jsonFields } from './json.js';
import { procAncestorFields } from './proc-ancestors.js';
import { procExeFields } from './proc-exe.js';
import { procFdFields } from './proc-fds.js';
import { procIdentityFields } from './proc-identity.js';
import { procTimeFields } from './proc-times.js';
import { threadFields } from './thread.js';
import { userFields } from './user.js';
import { utilFields } from './util.js';

/** The extractors of all classes by field name. */
export const extractors: Extractors = {
  ...evtTimeFields,
  ...evtFields,
  ...evtArgFields,
  ...evtIoFields,
  ...evtOpenFields,
  ...evtResultFields,
  ...procIdentityFields,
  ...procAncestorFields,
  ...procExeFields,
  ...procTimeFields,
  ...procFdFields,
  ...threadFields,
  ...userFields,
  ...groupFields,
  ...fdNameFields,
  ...fdSocketFields,
  ...fdFileFields,
  ...fsPathFields,
  ...utilFields,
  ...fdlistFields,
  ...containerFields,
  ...auditFields,
  ...auditRequestFields,
  ...auditContainerFields,
  ...jsonFields,
};
