import type { ByteString } from '../events/byte-string.js';
import type { EventView } from '../state/event.js';
import type { ThreadInfo } from '../state/thread.js';
import type { FieldValue } from './field.js';

type ThreadRead = (thread: ThreadInfo, evt: EventView) => FieldValue;
type Extract = (evt: EventView) => FieldValue;

/** Reads from the thread of the event. */
export function ofThread(read: ThreadRead): Extract {
  return evt => (evt.thread === null ? null : read(evt.thread, evt));
}

/** Reads from the main thread of the event's process. */
export function ofMain(read: ThreadRead): Extract {
  return evt => (evt.thread === null ? null : read(evt.threads.main(evt.thread), evt));
}

/** Reads from the main thread; of captures from the very thread, as the reference does. */
export function ofOwn(read: ThreadRead): Extract {
  return evt => {
    if (evt.thread === null) return null;
    return read(evt.captured ? evt.thread : evt.threads.main(evt.thread), evt);
  };
}

/** Reads from the main thread of the parent process. */
export function ofParent(read: ThreadRead): Extract {
  return evt => {
    if (evt.thread === null) return null;
    const parent = evt.threads.parent(evt.threads.main(evt.thread));
    return parent === null ? null : read(parent, evt);
  };
}

/** Arguments joined by one blank. */
export function argsText(thread: ThreadInfo): ByteString {
  const args = thread.args;
  if (args.length === 0) return '';
  let text = args[0]!;
  for (let i = 1; i < args.length; i++) text += ` ${args[i]!}`;
  return text;
}

/** proc.cmdline: the name and the arguments. */
export function commandLine(thread: ThreadInfo): ByteString {
  const args = argsText(thread);
  return args === '' ? thread.comm : `${thread.comm} ${args}`;
}
