/** System calls made by a small C program, and the records that the driver sent of them, decoded by the event table. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver, DriverOptions } from '../../../daemon/addon/driver.js';
import { eventRow, type ParamRow } from '../../../daemon/events/event-table.js';
import type { Integer } from '../../../daemon/events/integer.js';
import { RecordReader } from '../../../daemon/events/record.js';
import { syscallByName } from '../../../daemon/events/syscall-table.js';
import { walkFrames } from '../../../daemon/sources/syscall/frames.js';
import { describeLive, kernelAtLeast, patience } from '../../support/live.js';
import { compilerFor, cProgram } from '../../support/c-program.js';
import { attach, opened, runnableFlavors } from '../addon/workload.js';
import { tallyNarrow, tallyRecord } from './tally.js';

export const AT_FDCWD = -100;
const CLOSE = 5;
const FIRST_MARK = 770_001;
const LAST_MARK = 770_002;

/** An argument: a number, a string, or one of the helper's other forms (see calls.c). */
export type Argument = number | bigint | string | Buffer | { readonly token: string };
export const result = (call: number): Argument => ({ token: `r:${String(call)}` });
export const same = (call: number, arg: number): Argument => ({ token: `p:${String(call)}.${String(arg)}` });
export const word = (call: number, arg: number, index: number): Argument => ({
  token: `w:${String(call)}.${String(arg)}.${String(index)}`,
});
export const room = (size: number): Argument => ({ token: `o:${String(size)}` });
export const bytes = (content: Uint8Array): Argument => ({
  token: `b:${Buffer.from(content).toString('hex')}`,
});
export const strings = (...list: string[]): Argument => ({
  token: `v:${list.map(text => Buffer.from(text, 'latin1').toString('hex')).join(',')}`,
});
/** 64-bit words: numbers, or the address that an argument of an earlier call had. */
export const words = (...list: (number | readonly [call: number, arg: number])[]): Argument => ({
  token: `q:${list.map(item => (typeof item === 'number' ? String(item) : `@${item.join('.')}`)).join(',')}`,
});

/** 32-bit words: numbers, the address of an argument, or the result, of an earlier call. */
export const narrow = (...list: (number | readonly [call: number, arg?: number])[]): Argument => ({
  token: `d:${list.map(item => (typeof item === 'number' ? String(item) : item.length === 1 ? `%${String(item[0])}` : `@${item.join('.')}`)).join(',')}`,
});

/** Name of the call, or its 32-bit number, and the arguments. */
export type Call = readonly [string | { readonly ia32: number; readonly name: string }, ...Argument[]];

export type Value = Integer | string | null;

export interface Sent {
  readonly name: string;
  readonly code: number;
  readonly tid: number;
  readonly cpu: number;
  readonly time: bigint;
  /** By name; strings and bytes as byte strings, null when empty. */
  readonly params: Readonly<Record<string, Value>>;
  readonly context: {
    readonly tgid: number;
    readonly ppid: number;
    readonly euid: number;
    readonly egid: number;
    readonly loginuid: number;
    readonly startBoottime: Integer;
    readonly cgroupId: Integer;
    readonly comm: string;
    readonly file: string;
    readonly base1: string;
    readonly base2: string;
  };
}

const SIGNED = /^(FD|PID|ERRNO|INT|PID32|FD32)/;

/** One parameter; strings and bytes as byte strings, null when empty. */
export function valueOf(reader: RecordReader, row: ParamRow): Value {
  if (!reader.present(row.index)) return null;
  if (row.size > 0) return SIGNED.test(row.type) ? reader.int(row.index) : reader.uint(row.index);
  return /^(CHARBUF|FSPATH|FSRELPATH)$/.test(row.type) ? reader.string(row.index) : reader.bytes(row.index);
}

/** The record that `reader` stands on. */
export function decode(reader: RecordReader, cpu: number): Sent {
  const row = eventRow(reader.type)!;
  const task = row.params.length;
  return {
    name: row.name,
    code: reader.type,
    tid: reader.tid,
    cpu,
    time: reader.time(),
    params: Object.fromEntries(row.params.map(param => [param.name, valueOf(reader, param)])),
    context: {
      tgid: reader.uint32At(task, 0),
      ppid: reader.uint32At(task, 4),
      euid: reader.uint32At(task, 8),
      egid: reader.uint32At(task, 12),
      loginuid: reader.uint32At(task, 16),
      startBoottime: reader.uint64At(task, 24),
      cgroupId: reader.uint64At(task, 32),
      comm: reader.stringAt(task, 40),
      file: reader.string(task + 1),
      base1: reader.string(task + 2),
      base2: reader.string(task + 3),
    },
  };
}

/** Everything that the rings hold. */
export function drained(driver: Driver): Sent[] {
  const reader = new RecordReader();
  const sent: Sent[] = [];
  reader.attach(driver.batch);
  for (;;) {
    const used = driver.drain();
    walkFrames(driver.batch, used, (_, offset, cpu) => {
      if (reader.seek(offset) < 0) throw new Error('a record does not decode');
      sent.push(decode(reader, cpu));
    });
    if (used === 0 && !driver.wait(0)) return sent;
  }
}

export function numberOf(name: string): number {
  const row = syscallByName(name);
  const number = process.arch === 'arm64' ? row?.arm64 : row?.x86_64;
  if (number === undefined || number === null) throw new Error(`no system call ${name}`);
  return number;
}

function token(argument: Argument): string {
  if (typeof argument === 'number' || typeof argument === 'bigint')
    return `n:${String(BigInt.asUintN(64, BigInt(argument)))}`;
  if (typeof argument === 'string') return `s:${Buffer.from(argument, 'latin1').toString('hex')}`;
  if (Buffer.isBuffer(argument)) return `s:${argument.toString('hex')}`;
  return argument.token;
}

export interface Performed {
  /** Of the helper's process, which is also its only thread. */
  readonly pid: number;
  readonly results: readonly number[];
  /** What was sent between the helper's marks, of the helper and its children, in order. */
  readonly sent: readonly Sent[];
  /** The records of one event. */
  of(name: string): Sent[];
  /** The only record of one event. */
  one(name: string): Sent;
}

/** A driver with the helper at hand, and an empty directory for it to work in. */
export class Bench {
  readonly driver: Driver;
  readonly directory = mkdtempSync(join(tmpdir(), 'falco-driver-'));
  readonly #helper: string;

  constructor(options: Partial<DriverOptions>) {
    this.#helper = cProgram('test/live/driver/calls.c');
    this.driver = opened(options);
    attach(this.driver);
  }

  /** Makes the calls one after the other; `also` is of interest besides, and `generic` as the generic event, too. */
  perform(calls: readonly Call[], also: readonly string[] = [], generic: readonly string[] = []): Performed {
    const numbers = calls.map(([call]) => numberOf(typeof call === 'string' ? call : call.name));
    this.driver.setInterest([...numbers, ...also.map(numberOf), numberOf('close')], generic.map(numberOf));
    const lines = calls.map(([call, ...args], index) =>
      [typeof call === 'string' ? String(numbers[index]!) : `i${String(call.ia32)}`, ...args.map(token)].join(
        ' ',
      ),
    );
    const child = spawnSync(this.#helper, {
      cwd: this.directory,
      input: `${lines.join('\n')}\n`,
      maxBuffer: 1e8,
      timeout: 20_000 * patience,
      env: { PATH: '/bin' },
    });
    this.driver.setInterest([]);
    const { pid } = child;
    const family = drained(this.driver).filter(({ context }) => context.tgid === pid || context.ppid === pid);
    const mark = (fd: number): number =>
      family.findIndex(({ code, params }) => code === CLOSE && params['fd'] === fd);
    const last = mark(LAST_MARK);
    const sent = family.slice(mark(FIRST_MARK) + 1, last < 0 ? undefined : last);
    const results = child.stdout.toString().trim().split('\n').map(Number);
    for (const record of sent) tallyRecord(record);
    calls.forEach(([call], index) => {
      if (typeof call !== 'string') tallyNarrow(call.ia32, sent, numbers[index]!, results[index]!);
    });
    const of = (name: string): Sent[] => sent.filter(record => record.name === name);
    const one = (name: string): Sent => {
      const found = of(name);
      if (found.length !== 1) throw new Error(`${String(found.length)} records of ${name}, expected one`);
      return found[0]!;
    };
    return { pid, results, sent, of, one };
  }

  close(): void {
    this.driver.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Whether this kernel may preempt programs on plain tracepoints, so that the driver takes perf's. */
export const mayPreempt = Number.parseInt(release(), 10) >= 7;

/** The builds that this kernel can run, and (from 5.15, whose helpers it needs) one of them as on kernels that may preempt programs. */
function variants(): readonly { readonly name: string; readonly options: Partial<DriverOptions> }[] {
  const plain = runnableFlavors().map(flavor => ({ name: flavor as string, options: { flavor } }));
  const first = plain[0];
  if (mayPreempt || first === undefined || !kernelAtLeast(5, 15)) return plain;
  return [...plain, { name: `${first.name}, perf`, options: { ...first.options, kernelRelease: '7.0.0' } }];
}

/** Where tracepoints of perf are named. */
export const TRACEFS = '/sys/kernel/tracing';

/** Tracefs where it belongs; returns what takes it away again. */
function mountTracefs(): () => void {
  if (existsSync(join(TRACEFS, 'events'))) return () => undefined;
  execFileSync('mount', ['-t', 'tracefs', 'tracefs', TRACEFS]);
  return () => execFileSync('umount', [TRACEFS]);
}

/** Whether the driver takes perf's tracepoints, whose numbers it reads in tracefs: on such kernels, and where it is told so. */
const readsTracefs = ({ kernelRelease }: Partial<DriverOptions>): boolean =>
  mayPreempt || kernelRelease !== undefined;

const PROGRAMS = ['calls', 'storm', 'spin', 'counted'];

/** A suite for each way in which this kernel can run the driver. */
export function describeDriver(title: string, body: (bench: () => Bench) => void): void {
  for (const { name, options } of variants()) {
    describeLive(
      `${title} (${name})`,
      function (this: Mocha.Suite) {
        this.timeout(30_000 * patience);
        let bench: Bench | null = null;
        let unmount = (): void => undefined;
        before(() => {
          if (readsTracefs(options)) unmount = mountTracefs();
          bench = new Bench(options);
          assert.equal(bench.driver.maySkip, false);
        });
        after(() => {
          bench?.close();
          unmount();
        });
        body(() => bench!);
      },
      compilerFor(...PROGRAMS.map(name => `test/live/driver/${name}.c`)),
    );
  }
}
