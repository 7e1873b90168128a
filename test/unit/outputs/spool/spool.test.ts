import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Spool } from '../../../../daemon/outputs/spool/spool.js';
import { Random } from '../../../support/random.js';

interface Opened {
  readonly spool: Spool;
  /** What it said: losses as `count reason`, else the text. */
  readonly said: string[];
}

function opened(folder: string, maxBytes = 64 << 20): Opened {
  const said: string[] = [];
  const result = Spool.open({
    folder,
    maxBytes,
    lost: (count, reason) => said.push(`${String(count)} ${reason}`),
    trouble: text => said.push(text),
    saved: () => undefined,
  });
  if (!result.ok) throw new Error(result.message);
  return { spool: result.spool, said };
}

const noop = (): void => undefined;
const texts = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `message ${String(from + i)}`);
const buffers = (messages: readonly string[]): Buffer[] => messages.map(message => Buffer.from(message));

async function readAll(spool: Spool): Promise<string[]> {
  const all: string[] = [];
  for (let part = await spool.read(); part.length > 0; part = await spool.read())
    all.push(...part.map(String));
  return all;
}

describe('The spool', () => {
  let folder: string;
  let copies = 0;
  /** The folder as a process that is killed now leaves it. */
  const killed = (): string => {
    const copy = `${folder}-${String(copies++)}`;
    cpSync(folder, copy, { recursive: true });
    return copy;
  };
  const segmentsOf = (path: string): string[] =>
    readdirSync(path)
      .filter(name => name.endsWith('.spool'))
      .sort()
      .map(name => join(path, name));
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'falco-spool-'));
    folder = join(root, 'spool');
    copies = 0;
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('gives back in order what was put in', async () => {
    const { spool } = opened(folder);
    assert.equal(await spool.append(buffers(texts(0, 1000))), undefined);
    assert.equal(await spool.append([Buffer.alloc(0), Buffer.alloc(1 << 20, 'x')]), undefined);
    assert.equal(spool.spooled, 1002);
    const read = await readAll(spool);
    assert.deepEqual(read, [...texts(0, 1000), '', 'x'.repeat(1 << 20)]);
    assert.equal(spool.unread, 0);
    await spool.close();
  });

  it('keeps what is not acknowledged for the next process', async () => {
    const first = opened(folder);
    await first.spool.append(buffers(texts(0, 100)));
    await first.spool.read();
    first.spool.acknowledge(40);
    assert.equal(first.spool.spooled, 60);
    await first.spool.close();
    const second = opened(folder);
    assert.equal(second.spool.spooled, 60);
    await second.spool.append(buffers(texts(100, 110)));
    assert.deepEqual(await readAll(second.spool), texts(40, 110));
    second.spool.acknowledge(70);
    await second.spool.close();
    assert.deepEqual(second.said, []);
    assert.deepEqual(segmentsOf(folder), []);
    const third = opened(folder);
    assert.equal(third.spool.spooled, 0);
    await third.spool.append(buffers(['last']));
    assert.deepEqual(await readAll(third.spool), ['last']);
    await third.spool.close();
  });

  it('belongs to one process at a time', async () => {
    const { spool } = opened(folder);
    const second = Spool.open({ folder, maxBytes: 1, lost: noop, trouble: noop, saved: noop });
    assert.deepEqual(second, {
      ok: false,
      message: `cannot lock the spool ${folder}: another process uses it`,
    });
    await spool.close();
    await opened(folder).spool.close();
  });

  it('cuts off what is torn at the end, wherever it is torn', async () => {
    const { spool } = opened(folder);
    await spool.append(buffers(['first', 'second']));
    const whole = statSync(segmentsOf(folder)[0]!).size;
    await spool.append(buffers(['third one']));
    const size = statSync(segmentsOf(folder)[0]!).size;
    for (let length = whole; length < size; length++) {
      const copy = killed();
      truncateSync(segmentsOf(copy)[0]!, length);
      const next = opened(copy);
      assert.equal(next.spool.spooled, 2);
      await next.spool.append(buffers(['another']));
      assert.deepEqual(await readAll(next.spool), ['first', 'second', 'another'], `cut at ${String(length)}`);
      await next.spool.close();
      assert.deepEqual(next.said, []);
    }
    await spool.close();
  });

  it('says what damage costs in the part that grew last', async () => {
    const { spool } = opened(folder);
    await spool.append(buffers(texts(0, 100)));
    await spool.close();
    const [path] = segmentsOf(folder);
    const bytes = readFileSync(path!);
    const at = bytes.indexOf('message 60');
    bytes[at] = 0x4d;
    writeFileSync(path!, bytes);
    const next = opened(folder);
    assert.deepEqual(await readAll(next.spool), texts(0, 60));
    const lost = bytes.length - at + 8;
    assert.deepEqual(next.said, [`${path!} is damaged: the last ${String(lost)} bytes of it are lost`]);
    await next.spool.close();
    bytes.write('something else');
    writeFileSync(path!, bytes);
    const last = opened(folder);
    assert.deepEqual(last.said, [
      `${path!} is damaged: the last ${String(bytes.length)} bytes of it are lost`,
    ]);
    assert.equal(last.spool.spooled, 0);
    await last.spool.close();
  });

  it('says so of a place where no folder can be made, and makes all that are missing elsewhere', async () => {
    const file = join(folder, '..', 'file');
    writeFileSync(file, '');
    assert.throws(
      () => opened('/proc/spool/http'),
      /cannot use the spool \/proc\/spool\/http: no such file or directory/,
    );
    assert.throws(() => opened(join(file, 'http')), /cannot use the spool .*: not a directory/);
    await opened(join(folder, 'a', 'b')).spool.close();
    assert.equal(statSync(join(folder, 'a')).mode & 0o777, 0o700);
  });

  it('holds nothing open of a folder that it cannot use', async () => {
    await opened(folder).spool.close();
    mkdirSync(join(folder, `${'1'.padStart(20, '0')}.spool`));
    const open = (): number => readdirSync('/proc/self/fd').length;
    assert.throws(() => opened(folder), /cannot use the spool/);
    await setImmediate();
    const before = open();
    for (let i = 0; i < 5; i++) assert.throws(() => opened(folder), /cannot use the spool/);
    await setImmediate();
    assert.equal(open(), before);
  });

  it('passes over damage, and counts exactly what it costs', async () => {
    const { spool } = opened(folder, 1 << 20);
    for (let i = 0; i < 8; i++)
      await spool.append(buffers(texts(i * 1000, (i + 1) * 1000).map(text => text.padEnd(100))));
    await spool.close();
    const [first, second, third] = segmentsOf(folder);
    const bytes = readFileSync(first!);
    const at = bytes.indexOf('message 10 ');
    bytes[at] = 0x4d;
    writeFileSync(first!, bytes);
    const start = Number(/(\d+)\.spool/.exec(second!)![1]);
    const end = Number(/(\d+)\.spool/.exec(third!)![1]);
    rmSync(second!);
    const next = opened(folder, 1 << 20);
    const read = (await readAll(next.spool)).map(text => text.trim());
    assert.deepEqual(read, [...texts(0, 10), ...texts(end, 8000)]);
    assert.deepEqual(next.said, [`${String(end - 10)} ${first!} is damaged`]);
    assert.ok(start < end);
    next.spool.acknowledge(read.length);
    assert.equal(next.spool.spooled, 0);
    await next.spool.close();
    const after = opened(folder, 1 << 20);
    assert.deepEqual([after.spool.spooled, after.said], [0, []]);
    await after.spool.close();
  });

  it('drops the oldest when it is full, and counts them once, also over a restart', async () => {
    const { spool, said } = opened(folder, 1 << 20);
    for (let i = 0; i < 40; i++)
      await spool.append(buffers(texts(i * 1000, (i + 1) * 1000).map(text => text.padEnd(100))));
    const size = segmentsOf(folder).reduce((sum, path) => sum + statSync(path).size, 0);
    assert.ok(size <= 1 << 20, `${String(size)} bytes`);
    const lost = said.reduce((sum, text) => sum + Number.parseInt(text, 10), 0);
    assert.equal(lost + spool.spooled, 40_000);
    assert.match(said[0]!, /^\d+ its spool is full \(1 MB\), the oldest messages are dropped$/);
    const next = opened(killed(), 1 << 20);
    assert.equal(next.spool.spooled, 40_000 - lost);
    assert.deepEqual(
      (await readAll(next.spool)).map(text => text.trim()),
      texts(lost, 40_000),
    );
    assert.deepEqual(next.said, []);
    await next.spool.close();
    await spool.close();
  });

  it('is whole when one of the two marks of its position is torn', async () => {
    const { spool } = opened(folder);
    await spool.append(buffers(texts(0, 10)));
    await spool.read();
    spool.acknowledge(3);
    await new Promise(resolve => setTimeout(resolve, 50));
    spool.acknowledge(2);
    await new Promise(resolve => setTimeout(resolve, 50));
    for (const [slot, expected] of [
      [0, 3],
      [1, 5],
    ] as const) {
      const copy = killed();
      const path = join(copy, 'position');
      const bytes = readFileSync(path);
      bytes[slot * 32 + 9] = 0xff;
      writeFileSync(path, bytes);
      const next = opened(copy);
      assert.deepEqual(await readAll(next.spool), texts(expected, 10));
      await next.spool.close();
    }
    await spool.close();
  });

  it('sends everything again when its position is lost', async () => {
    const { spool } = opened(folder);
    await spool.append(buffers(texts(0, 10)));
    await spool.read();
    spool.acknowledge(3);
    const copy = killed();
    rmSync(join(copy, 'position'));
    const next = opened(copy);
    assert.deepEqual([await readAll(next.spool), next.said], [texts(0, 10), []]);
    await next.spool.close();
    await spool.close();
  });

  for (let seed = 1; seed <= 4; seed++) {
    it(`loses nothing and doubles only what was not acknowledged, whatever happens (${String(seed)})`, async () => {
      await anything(new Random(seed), root);
    });
  }
});

/** Appends, reads, acknowledges, and is killed at random; the messages that were read must be as if nothing had been. */
async function anything(chance: Random, root: string): Promise<void> {
  let folder = join(root, 'run-0');
  let { spool, said } = opened(folder, 64 << 20);
  let appended = 0;
  let acknowledged = 0;
  let read: number[] = [];
  for (let step = 1; step <= 200; step++) {
    const what = chance.below(10);
    if (what < 4) {
      const count = 1 + chance.below(50);
      const caughtUp = spool.unread === 0;
      const messages = texts(appended, appended + count).map(text => text.padEnd(chance.below(400)));
      assert.equal(await spool.append(buffers(messages)), undefined);
      if (caughtUp && chance.below(2) === 0) {
        spool.passOver();
        read.push(...messages.map((_, i) => appended + i));
      }
      appended += count;
    } else if (what < 7) {
      for (const message of await spool.read())
        read.push(Number(/^message (\d+) *$/.exec(String(message))![1]));
    } else if (what < 9) {
      const count = chance.below(read.length + 1);
      spool.acknowledge(count);
      acknowledged += count;
      read.splice(0, count);
    } else {
      // The position is written soon after; it may or may not be there.
      if (chance.below(2) === 0) await new Promise(resolve => setTimeout(resolve, 5));
      const next = join(root, `run-${String(step)}`);
      cpSync(folder, next, { recursive: true });
      await spool.close();
      folder = next;
      ({ spool, said } = opened(folder, 64 << 20));
      const doubled = acknowledged - (appended - spool.spooled);
      assert.ok(doubled >= 0, 'a message is lost that was not acknowledged');
      acknowledged -= doubled;
      read = [];
    }
    assert.equal(spool.spooled, appended - acknowledged);
    assert.deepEqual(
      read,
      Array.from({ length: read.length }, (_, i) => acknowledged + i),
    );
    assert.equal(spool.unread, appended - acknowledged - read.length);
  }
  await spool.close();
  assert.deepEqual(said, []);
}
