import { CAPABILITY_NAMES } from '../events/tables/capabilities.js';
import type { Integer } from '../events/integer.js';
import type { ThreadInfo } from '../state/thread.js';
import type { EventView } from '../state/event.js';
import type { Extractors } from './extractor.js';
import { ofMain, ofOwn, ofThread } from './thread-reader.js';

const LARGEST_TID = 0xffff_ffff;

/** Names of the capabilities in a set, joined by one blank, in bit order. */
function capabilityNames(set: Integer): string {
  const low = Number(BigInt.asUintN(32, BigInt(set)));
  const high = Number(BigInt.asUintN(32, BigInt(set) >> 32n));
  let text = '';
  for (let bit = 0; bit < CAPABILITY_NAMES.length; bit++) {
    const word = bit < 32 ? low : high;
    if ((word & (1 << (bit & 31))) === 0) continue;
    text = text === '' ? CAPABILITY_NAMES[bit]! : `${text} ${CAPABILITY_NAMES[bit]!}`;
  }
  return text;
}

/** The sets that occur are few: their names are made once. */
const MOST_SETS = 256;
const namesBySet = new Map<Integer, string>();

function capabilities(set: Integer): string {
  let names = namesBySet.get(set);
  if (names === undefined) {
    if (namesBySet.size >= MOST_SETS) namesBySet.clear();
    names = capabilityNames(set);
    namesBySet.set(set, names);
  }
  return names;
}

function cgroupPath(thread: ThreadInfo, prefix: string): string | null {
  for (let i = 0; i < thread.cgroups.length; i++) {
    if (thread.cgroups[i]!.startsWith(prefix)) return thread.cgroups[i]!.slice(prefix.length);
  }
  return null;
}

/** Without a thread, the id that the event came with, which may be -1. */
function tid(evt: EventView): number | null {
  const id = evt.thread?.tid ?? evt.record.tid;
  if (id <= LARGEST_TID) return id;
  // So near to 2^64 the number is not exact.
  return evt.thread === null && id >= 2 ** 63 ? Math.min(id - 2 ** 64, -1) : null;
}

/** Only events of old captures could tell it, and of those the reference makes nothing. */
function cpuShare(evt: EventView): number | null {
  return evt.thread !== null && evt.row.name === 'procinfo' ? 0 : null;
}

/** A thread and its share of memory and time. */
export const threadFields: Extractors = {
  'thread.cap_permitted': { cost: 2, extract: ofThread(thread => capabilities(thread.capPermitted)) },
  'thread.cap_inheritable': { cost: 2, extract: ofThread(thread => capabilities(thread.capInheritable)) },
  'thread.cap_effective': { cost: 2, extract: ofThread(thread => capabilities(thread.capEffective)) },
  'proc.vmsize': { cost: 1, extract: ofOwn(thread => thread.vmSize) },
  'proc.vmrss': { cost: 1, extract: ofOwn(thread => thread.vmRss) },
  'proc.vmswap': { cost: 1, extract: ofMain(main => main.vmSwap) },
  'thread.pfmajor': { cost: 1, extract: ofThread(thread => thread.pfMajor) },
  'thread.pfminor': { cost: 1, extract: ofThread(thread => thread.pfMinor) },
  'thread.tid': { cost: 1, extract: tid },
  'thread.ismain': { cost: 1, extract: ofThread(thread => thread.tid === thread.pid) },
  'thread.vtid': { cost: 1, extract: ofThread(thread => (thread.vtid < 0 ? null : thread.vtid)) },
  'thread.nametid': { cost: 3, extract: ofThread(thread => `${thread.comm}${thread.tid}`) },
  'thread.exectime': { cost: 1, extract: () => 0 },
  'thread.totexectime': { cost: 1, extract: ofThread(() => 0) },
  'thread.cgroups': {
    cost: 5,
    extract: ofThread(({ cgroups }) => (cgroups.length === 0 ? null : cgroups.join(' '))),
  },
  'thread.cgroup': {
    cost: 3,
    bind: argument => {
      const prefix = argument.kind === 'key' ? `${argument.key}=` : '=';
      return { extract: ofThread(thread => cgroupPath(thread, prefix)) };
    },
  },
  'proc.nthreads': { cost: 1, extract: ofThread((thread, evt) => evt.threads.aliveCount(thread)) },
  'proc.nchilds': {
    cost: 1,
    extract: ofThread((thread, evt) => Math.max(evt.threads.childCount(thread), 0)),
  },
  'thread.cpu': { cost: 1, extract: cpuShare },
  'thread.cpu.user': { cost: 1, extract: cpuShare },
  'thread.cpu.system': { cost: 1, extract: cpuShare },
  'thread.vmsize': { cost: 1, extract: ofThread(thread => (thread.tid === thread.pid ? thread.vmSize : 0)) },
  'thread.vmrss': { cost: 1, extract: ofThread(thread => (thread.tid === thread.pid ? thread.vmRss : 0)) },
  'thread.vmsize.b': {
    cost: 1,
    extract: ofThread(thread => (thread.tid === thread.pid ? thread.vmSize * 1024 : 0)),
  },
  'thread.vmrss.b': {
    cost: 1,
    extract: ofThread(thread => (thread.tid === thread.pid ? thread.vmRss * 1024 : 0)),
  },
};
