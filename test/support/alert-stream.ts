/** A known stream of alerts: a capture of opens of /stream/0000000, /stream/0000001, …, and a rule that each of them fits. */
import { createWriteStream, writeFileSync } from 'node:fs';
import { writeRecord } from '../../daemon/events/record-writer.js';
import { eventBlock, section } from './capture-file.js';
import { sleep } from './process.js';

const OPENAT = 307;
const DIGITS = 7;
const START = 1_700_000_000_000_000_000n;
const PATH = `/stream/${'0'.repeat(DIGITS)}`;

const BLOCK = eventBlock(
  writeRecord({ type: OPENAT, time: START, tid: 100, params: [3, -100, PATH, 1, 0, 0xfe00, 42] }),
);
const TIME_AT = BLOCK.indexOf(
  writeRecord({ type: OPENAT, time: START, tid: 100, params: [] }).subarray(0, 8),
);
const NUMBER_AT = BLOCK.indexOf(PATH) + PATH.length - DIGITS;

/** The events with these numbers, as they stand in a capture. */
export function streamEvents(from: number, to: number): Buffer {
  const all = Buffer.alloc(BLOCK.length * (to - from));
  for (let number = from; number < to; number++) {
    const at = BLOCK.length * (number - from);
    BLOCK.copy(all, at);
    all.writeBigUInt64LE(START + BigInt(number) * 1000n, at + TIME_AT);
    all.write(String(number).padStart(DIGITS, '0'), at + NUMBER_AT, 'latin1');
  }
  return all;
}

/** Writes a capture with as many events. */
export function writeStream(path: string, count: number): void {
  writeFileSync(path, Buffer.concat([section(), streamEvents(0, count)]));
}

/**
 * Writes a capture into a pipe with a name, so many events every so many milliseconds, until `stop` says so; `begun` is
 * called when somebody reads it. @returns events that were written
 */
export async function feedStream(
  path: string,
  pace: { readonly events: number; readonly everyMs: number; readonly total: number },
  stop: () => boolean = () => false,
  begun: () => void = () => undefined,
): Promise<number> {
  const pipe = createWriteStream(path);
  let gone = false;
  let wake: () => void = () => undefined;
  const closed = new Promise<void>(resolve =>
    pipe.on('close', () => {
      gone = true;
      resolve();
      wake();
    }),
  );
  pipe.on('error', () => undefined);
  pipe.on('drain', () => wake());
  pipe.on('open', begun);
  pipe.write(section());
  let next = 0;
  while (next < pace.total && !gone && !stop()) {
    const to = Math.min(pace.total, next + pace.events);
    const full = !pipe.write(streamEvents(next, to));
    next = to;
    if (full) await new Promise<void>(resolve => (wake = resolve));
    await sleep(pace.everyMs);
  }
  pipe.end();
  await closed;
  return next;
}

/** The rule. @param words what its alerts say in front of the number */
export function streamRules(words = 'Opened'): string {
  return [
    '- rule: Stream',
    '  desc: Every event of the stream',
    '  condition: evt.type = openat and fd.name startswith /stream/',
    `  output: "${words} %fd.name end"`,
    '  priority: WARNING',
    '',
  ].join('\n');
}

/** Numbers of the alerts in these lines, in order; a line that mentions the stream and is not whole fails. */
export function streamNumbers(lines: Iterable<string>, words = 'Opened'): number[] {
  const whole = new RegExp(`^\\S.*Warning ${words} /stream/(\\d{${String(DIGITS)}}) end\\b`);
  const numbers: number[] = [];
  for (const line of lines) {
    if (!line.includes('stream') && !line.includes('Warning')) continue;
    const match = whole.exec(line);
    if (match === null) throw new Error(`a torn line: ${line}`);
    numbers.push(Number(match[1]));
  }
  return numbers;
}
