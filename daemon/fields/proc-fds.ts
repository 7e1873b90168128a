import type { EventView } from '../state/event.js';
import type { Extractors } from './extractor.js';
import type { FieldValue } from './field.js';
import { typeName } from './fd-type.js';

function stream(evt: EventView, fd: number, what: 'type' | 'name'): FieldValue {
  if (evt.thread === null) return null;
  const info = evt.threads.fd(evt.thread, fd);
  if (info === null) return null;
  return what === 'type' ? typeName(info.type) : info.name;
}

/** A process without an id (see state/inspector.ts) counts none. */
function openCount(evt: EventView): number | null {
  if (evt.thread === null) return null;
  return evt.thread.pid < 0 ? 0 : (evt.threads.main(evt.thread).fds?.size ?? 0);
}

/** Descriptors in use, in percent of the limit; more than all of them is all of them. */
function usage(evt: EventView): number | null {
  const count = openCount(evt);
  const limit = evt.thread === null ? 0 : Number(evt.threads.main(evt.thread).fdlimit);
  if (count === null) return null;
  return limit <= 0 ? 0 : Math.min(100, (count * 100) / limit);
}

function limit(evt: EventView): FieldValue {
  return evt.thread === null ? null : evt.threads.main(evt.thread).fdlimit;
}

/** The descriptors of the process. */
export const procFdFields: Extractors = {
  'proc.fdopencount': { cost: 1, extract: openCount },
  'proc.fdlimit': { cost: 1, extract: limit },
  'proc.fdusage': { cost: 2, extract: usage },
  'proc.stdin.type': { cost: 2, extract: evt => stream(evt, 0, 'type') },
  'proc.stdout.type': { cost: 2, extract: evt => stream(evt, 1, 'type') },
  'proc.stderr.type': { cost: 2, extract: evt => stream(evt, 2, 'type') },
  'proc.stdin.name': { cost: 2, extract: evt => stream(evt, 0, 'name') },
  'proc.stdout.name': { cost: 2, extract: evt => stream(evt, 1, 'name') },
  'proc.stderr.name': { cost: 2, extract: evt => stream(evt, 2, 'name') },
};
