/**
 * Cost of an event in the state engine: `node dist/test/bench/state.js`. A made-up host of 500 processes opens,
 * duplicates, closes, connects and execs, as records of the driver with their context.
 */
import { contextOf, writeRecord } from '../../daemon/events/record-writer.js';
import { Inspector } from '../../daemon/state/inspector.js';

const PROCESSES = 500;
const ROUNDS = 40;
const BASE = 1_700_000_000_000_000_000n;

interface Kind {
  readonly name: string;
  readonly make: (pid: number) => Buffer;
}

function task(pid: number): Parameters<typeof contextOf>[0] {
  return {
    pid,
    ppid: 1,
    uid: 1000,
    gid: 1000,
    loginuid: 1000,
    start: 1_000_000_000n,
    comm: `worker${pid % 7}`,
  };
}

const time = BASE;
// prettier-ignore
const KINDS: readonly Kind[] = [
  { name: 'openat', make: pid => writeRecord({ type: 307, time, tid: pid, params: [5, -100, `/usr/lib/lib${pid % 300}.so`, 1, 0, 5, 77], context: contextOf(task(pid), `/usr/lib/lib${pid % 300}.so`) }) },
  { name: 'openat relative', make: pid => writeRecord({ type: 307, time, tid: pid, params: [6, -100, `file${pid % 300}`, 1, 0, 5, 78], context: contextOf(task(pid), `/srv/data/file${pid % 300}`, '/srv/data') }) },
  { name: 'openat failed', make: pid => writeRecord({ type: 307, time, tid: pid, params: [-2, -100, `/usr/missing${pid % 300}`, 1, 0, 0, 0], context: contextOf(task(pid)) }) },
  { name: 'dup2', make: pid => writeRecord({ type: 363, time, tid: pid, params: [9, 5, 9], context: contextOf(task(pid)) }) },
  { name: 'connect', make: pid => writeRecord({ type: 23, time, tid: pid, params: [0, Buffer.from('020a00000131d40a0000025000', 'hex'), 9, Buffer.from('020a0000025000', 'hex')], context: contextOf(task(pid)) }) },
  { name: 'sendto', make: pid => writeRecord({ type: 31, time, tid: pid, params: [5, 'hello', 9, 5, Buffer.from('020a00000131d40a0000025000', 'hex')], context: contextOf(task(pid)) }) },
  { name: 'read', make: pid => writeRecord({ type: 7, time, tid: pid, params: [5, 'hello', 5, 5], context: contextOf(task(pid)) }) },
  { name: 'generic', make: pid => writeRecord({ type: 1, time, tid: pid, params: [40, 39], context: contextOf(task(pid)) }) },
  { name: 'close', make: pid => writeRecord({ type: 5, time, tid: pid, params: [0, 5], context: contextOf(task(pid)) }) },
];

function run(kinds: readonly Kind[], inspector: Inspector): number {
  const records: Buffer[] = [];
  for (const kind of kinds)
    for (let pid = 0; pid < PROCESSES; pid++) records.push(kind.make(1_000_000 + pid));
  const batch = Buffer.concat(records);
  const offsets = new Int32Array(records.length);
  for (let i = 0, at = 0; i < records.length; at += records[i]!.length, i++) offsets[i] = at;
  const start = process.hrtime.bigint();
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < offsets.length; i++) {
      inspector.process(batch, offsets[i]!, 0);
      if (inspector.view.fdAlias !== '') throw new Error('no alias was expected');
    }
  }
  return Number(process.hrtime.bigint() - start) / (ROUNDS * offsets.length);
}

const inspector = new Inspector({ live: true, procRoot: '/nonexistent' });
run(KINDS, inspector);
console.log(`mixed: ${run(KINDS, inspector).toFixed(0)} ns/event`);
for (const kind of KINDS) console.log(`${kind.name}: ${run([kind], inspector).toFixed(0)} ns/event`);
console.log(`rss ${Math.round(process.memoryUsage().rss / 1048576)} MB`);
