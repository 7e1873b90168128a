/** Runs the shared event traces: sequences of events on a made-up host, with checks in between. */
import { eventRow } from '../../daemon/events/event-table.js';
import { writeRecord, type ParamValue } from '../../daemon/events/record-writer.js';
import { FdTable } from '../../daemon/state/fd-table.js';
import { FdType, newFd } from '../../daemon/state/fd.js';
import { Inspector } from '../../daemon/state/inspector.js';
import { newThread, NO_ID } from '../../daemon/state/thread.js';
import { sharedJson } from './shared.js';

type TraceParam = number | string | null | { hex?: string; empty?: true; int?: string; unresolved?: string };

interface TraceEvent {
  readonly do: 'event';
  readonly type: string;
  readonly tid: number;
  readonly params: readonly TraceParam[];
  readonly empty_params?: readonly number[];
  readonly filtered?: true;
  readonly n: number;
}

export interface TraceCheck {
  readonly do: 'check';
  readonly check: string;
  readonly evt?: number;
  readonly field?: string;
  readonly value?: string | number;
  readonly result?: boolean;
  readonly expr?: string;
  /** Of `compiles`. */
  readonly ok?: boolean;
}

type TraceStep = TraceEvent | TraceCheck | { readonly do: 'default_init_thread' | 'open' };

export interface Trace {
  readonly test: string;
  readonly complete: boolean;
  readonly steps: readonly TraceStep[];
}

const FIRST_TIME = 1566230400000000000n;
const STEP = 10_000_000n;

/** All traces of the shared file. */
export function traces(): readonly Trace[] {
  return sharedJson<{ tests: Trace[] }>('conformance/event_traces.json').tests;
}

/** The host that traces begin with: one thread, init, with one open file. */
export function traceInspector(): Inspector {
  const inspector = new Inspector({ live: false });
  const init = newThread(1, 1);
  Object.assign(init, {
    ptid: 0,
    vpgid: 1,
    sid: 0,
    comm: 'init',
    exe: '/sbin/init',
    exepath: '/sbin/init',
    args: ['context', 'ls', '--format', '{{json .}}'],
    env: ['TEST_ENV_PARENT_LINEAGE=secret', 'HOME=/home/user/parent'],
    cwd: '/root/',
    root: '/',
    uid: 0,
    gid: 0,
    loginuid: NO_ID,
    fdlimit: 1048576,
    exeFlags: 1,
    capPermitted: 0x1ffffffffff,
    capEffective: 0x1ffffffffff,
    vmSize: 10000,
    vmRss: 100,
    pfMajor: 222,
    pfMinor: 22,
    cloneTs: FIRST_TIME,
  });
  const stdin = newFd(FdType.fileV2);
  init.fds = new FdTable([[0, Object.assign(stdin, { name: '/dev/null', ino: 5, openFlags: 1 })]]);
  inspector.threads.add(init);
  inspector.accounts.addUser({ uid: 0, gid: 0, name: 'root', home: '/root', shell: '' });
  inspector.accounts.addGroup({ gid: 0, name: 'root' });
  return inspector;
}

/** Codes of events by the constant that the traces name them by. */
function codes(): Map<string, number> {
  const { events } = sharedJson<{ events: { code: number; const: string }[] }>(
    'reference/falco/tables/events.json',
  );
  return new Map(events.map(event => [`PPME_${event.const}`, event.code]));
}

let codesByConstant: Map<string, number> | null = null;

/** Bytes of a trace's event; null when the trace does not hold all that is needed. */
export function traceRecord(event: TraceEvent, time: bigint): Buffer | null {
  codesByConstant ??= codes();
  const type = codesByConstant.get(event.type);
  if (type === undefined) return null;
  const params: ParamValue[] = [];
  for (let i = 0; i < event.params.length; i++) {
    const value = event.params[i]!;
    const kind = eventRow(type).params[i]?.type ?? '';
    if (event.empty_params?.includes(i)) params.push(null);
    else if (value === null) params.push(/CHARBUF|PATH/.test(kind) ? '<NA>' : null);
    else if (typeof value !== 'object') params.push(value);
    else if (value.hex !== undefined) params.push(Buffer.from(value.hex, 'hex'));
    else if (value.int !== undefined) params.push(BigInt(value.int));
    else if (value.empty) params.push(null);
    else if (value.unresolved?.includes('long_path')) params.push(`${'d'.repeat(1100)}/file`);
    else return null;
  }
  return writeRecord({ type, time, tid: event.tid, params });
}

/**
 * Runs a trace. `check` is called for each check right after the event that it is about, and decides; checks about
 * an event that is no longer the present one are passed to it as well, with `present` false.
 */
export function runTrace(
  trace: Trace,
  check: (check: TraceCheck, inspector: Inspector, present: boolean) => void,
): void {
  const inspector = traceInspector();
  let time = FIRST_TIME;
  let last = 0;
  for (const step of trace.steps) {
    if (step.do === 'event') {
      const record = traceRecord(step, (time += STEP));
      if (record === null) return;
      inspector.process(record, 0, 1);
      last = step.n;
    } else if (step.do === 'check') {
      check(step, inspector, step.evt === undefined || step.evt === last);
    }
  }
}
