/** Compares the fields of a capture's events with what the reference printed for them. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { jsonValue } from '../../daemon/alerts/json.js';
import { compileOutput } from '../../daemon/filter/output-format.js';
import { sourceContext } from '../../daemon/filter/source-context.js';
import { CaptureSource } from '../../daemon/sources/capture/source.js';
import { exceptionFor } from './golden-exceptions.js';
import { Inspector } from '../../daemon/state/inspector.js';

/** What a field of an event should read, and what it reads; as JSON. */
export interface Difference {
  readonly num: number;
  readonly type: string;
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
  /** Why that is as it should be; null: it is not. */
  readonly why: string | null;
}

export interface Comparison {
  readonly events: number;
  readonly values: number;
  readonly differences: readonly Difference[];
}

interface GoldenEvent {
  /** JSON by field. */
  readonly fields: ReadonlyMap<string, string>;
  readonly type: string;
}

/** Fields that a dump has: key and value of one line. */
const LONG_INTEGER = /(?<!\\)": (-?\d{16,})(?=[,}])/g;

/** JSON of the value, with integers of any size kept. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value).replace(/"#(-?\d+)"/g, '$1');
}

/** The events of a dump by their number, in order. */
async function readGolden(path: string): Promise<Map<number, GoldenEvent>> {
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()), crlfDelay: Infinity });
  const events = new Map<number, GoldenEvent>();
  for await (const line of lines) {
    const { f } = JSON.parse(line.replace(LONG_INTEGER, '": "#$1"')) as { f: Record<string, unknown> };
    const fields = new Map(Object.entries(f).map(([key, value]) => [key, canonicalJson(value)]));
    events.set(Number(f['evt.num']), { fields, type: String(f['evt.type']) });
  }
  return events;
}

/**
 * Reads the capture and compares every field of every event that is in the dump.
 *
 * @param whole the dump has all events: one that it lacks must not be shown
 */
export async function compareGolden(
  capturePath: string,
  goldenPath: string,
  whole: boolean,
): Promise<Comparison> {
  const golden = await readGolden(goldenPath);
  const names = [...golden.values()][0]!.fields.keys();
  const compiled = compileOutput([...names].map(name => `%${name}`).join(' '), sourceContext('syscall'));
  if (!compiled.ok) throw new Error(compiled.message);
  const { values } = compiled.format;

  const inspector = new Inspector({ live: false });
  const opened = await CaptureSource.open(capturePath, inspector);
  if (!opened.ok) throw new Error(opened.message);
  const { source } = opened;
  const { view } = inspector;
  const differences: Difference[] = [];
  const seen = new Set<number>();
  let count = 0;
  const note = (
    field: string,
    type: string,
    expected: string,
    actual: string,
    other: (field: string) => string = () => 'null',
  ): void => {
    const difference = { num: view.num, type, field, expected, actual, why: null };
    differences.push({ ...difference, why: exceptionFor(difference, other)?.why ?? null });
  };
  const onRecord = (batch: Buffer, offset: number, cpu: number): void => {
    if (!inspector.process(batch, offset, cpu)) return;
    const event = golden.get(view.num);
    if (event === undefined) {
      if (whole) note('(event)', view.name, 'not shown', 'shown');
      return;
    }
    seen.add(view.num);
    const actual = values(view);
    for (const [field, expected] of event.fields) {
      count++;
      // A field whose argument is missing has no value.
      const text = jsonValue(actual[field] ?? null);
      if (text !== expected)
        note(field, event.type, expected, text, name => event.fields.get(name) ?? 'null');
    }
  };
  for (;;) {
    const state = source.step(1000, onRecord);
    if (state === 'end') break;
    await source.fill();
  }
  await source.close();
  if (source.problem !== null) throw new Error(source.problem);
  for (const [num, { type }] of golden) {
    if (!seen.has(num))
      differences.push({ num, type, field: '(event)', expected: 'shown', actual: 'not shown', why: null });
  }
  return { events: seen.size, values: count, differences };
}
