import { joinUnsigned, type Integer } from '../events/integer.js';
import type { EventView } from '../state/event.js';
import type { ThreadInfo } from '../state/thread.js';
import type { Extractors } from './extractor.js';
import { known, span } from './proc-exe.js';
import { ofOwn, ofParent } from './thread-reader.js';

function age(thread: ThreadInfo, evt: EventView): Integer | null {
  return span(joinUnsigned(evt.record.tsHigh, evt.record.tsLow), thread.cloneTs);
}

function parentStart(evt: EventView): Integer | null {
  if (evt.thread === null) return null;
  const main = evt.threads.main(evt.thread);
  const parent = evt.captured ? evt.threads.parentThread(main) : evt.threads.parent(main);
  return parent?.cloneTs ?? null;
}

/** Start times and ages of the process and its parent. Ages cost most: large integers, of which each is an object. */
export const procTimeFields: Extractors = {
  'proc.duration': { cost: 8, extract: ofOwn(age) },
  'proc.ppid.duration': { cost: 9, extract: ofParent(age) },
  'proc.pid.ts': { cost: 1, extract: ofOwn(thread => known(thread.cloneTs)) },
  'proc.ppid.ts': { cost: 2, extract: parentStart },
};
