import { joinUnsigned } from '../events/integer.js';
import type { ByteString } from '../events/byte-string.js';
import type { EventView } from '../state/event.js';
import { withoutValue, type Extractor, type Extractors } from './extractor.js';
import type { FieldValue } from './field.js';
import { pidnsStart, span } from './proc-exe.js';
import { ofThread } from './thread-reader.js';
import { fieldTable } from './tables/fields.js';

const HOST = 'host';

/** Metadata of the container; on the host a fixed value. In a container nothing is known yet but its id. */
function onHost(value: FieldValue): Extractor {
  return { cost: 2, extract: ofThread(thread => (thread.containerId === '' ? value : null)) };
}

function containerId(evt: EventView): ByteString | null {
  if (evt.thread === null) return null;
  return evt.thread.containerId === '' ? HOST : evt.thread.containerId;
}

const known: Extractors = {
  'container.id': { cost: 1, extract: containerId },
  'container.full_id': onHost(HOST),
  'container.name': onHost(HOST),
  'container.type': onHost(HOST),
  'container.image': onHost(''),
  'container.image.id': onHost(''),
  'container.image.repository': onHost(''),
  'container.image.tag': onHost(''),
  'container.image.digest': onHost(''),
  'container.ip': onHost(''),
  'container.labels': onHost(''),
  'container.mounts': onHost(''),
  'container.cni.json': onHost(''),
  'container.privileged': onHost(false),
  'container.host_pid': onHost(false),
  'container.host_network': onHost(false),
  'container.host_ipc': onHost(false),
  'container.start_ts': { cost: 2, extract: ofThread(pidnsStart) },
  'container.duration': {
    cost: 2,
    extract: ofThread((thread, evt) =>
      span(joinUnsigned(evt.record.tsHigh, evt.record.tsLow), pidnsStart(thread, evt) ?? 0),
    ),
  },
};

/** The container of the thread. The other fields of the class compile and have no value. */
export const containerFields: Extractors = {
  ...Object.fromEntries(
    fieldTable.filter(row => row.class === 'container').map(row => [row.name, withoutValue]),
  ),
  ...known,
};
