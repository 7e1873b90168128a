import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../../daemon/config/config.js';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import { Outputs } from '../../../daemon/outputs/outputs.js';
import { eventually } from '../../support/process.js';
import { Receiver } from '../../support/receiver.js';

describe('Outputs under a new configuration', () => {
  let folder: string;
  let receiver: Receiver;
  let outputs: Outputs;
  let said: string[];
  let next: number;
  const base = defaultConfig();
  const start = (config: Config): void => {
    said = [];
    next = 0;
    outputs = new Outputs({
      config,
      hostname: 'host',
      send: () => 0,
      report: (level, text) => said.push(`${level}: ${text}`),
    });
    outputs.open();
  };
  const raise = (count: number): void => {
    for (let i = 0; i < count; i++) {
      outputs.alert({
        rule: 'R',
        priority: 4,
        source: 'syscall',
        tags: [],
        time: 0n,
        message: `alert ${String(next++)}`,
        fields: {},
      });
    }
  };
  const toFile = (filename: string): Pick<Config, 'file_output'> => ({
    file_output: { enabled: true, keep_alive: true, filename: join(folder, filename) },
  });
  const toServer = (): Pick<Config, 'http_output'> => ({
    http_output: { ...base.http_output, enabled: true, url: receiver.url, batch_size: 100 },
  });
  const numbers = (text: string): number[] =>
    [...text.matchAll(/Warning alert (\d+)/g)].map(match => Number(match[1]));
  const inFile = (filename: string): number[] => {
    const path = join(folder, filename);
    return existsSync(path) ? numbers(readFileSync(path, 'utf8')) : [];
  };
  const upTo = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'falco-outputs-'));
    receiver = new Receiver();
    await receiver.start();
  });
  afterEach(async () => {
    await outputs.close();
    await receiver.stop();
    rmSync(folder, { recursive: true });
  });

  it('write to another file from there on, and to none twice', async () => {
    start({ ...base, ...toFile('a') });
    raise(1000);
    outputs.apply({ ...base, ...toFile('b') });
    raise(1000);
    assert.deepEqual(await outputs.drain(), []);
    const [a, b] = [inFile('a'), inFile('b')];
    assert.deepEqual([...a, ...b], upTo(0, 2000));
    assert.ok(b.length >= 1000);
    assert.deepEqual(
      outputs.statistics().map(one => one.delivered),
      [2000, 0, 0, 0],
    );
  });

  it('are switched on, and off when they have delivered what waits', async () => {
    start({ ...base, ...toFile('a') });
    raise(10);
    await eventually('they are in the file', () => inFile('a').length === 10);
    receiver.answer = async () => {
      await new Promise(resolve => setTimeout(resolve, 50));
      return { status: 200 };
    };
    outputs.apply({ ...base, ...toServer() });
    raise(500);
    outputs.apply({ ...base, ...toFile('a') });
    raise(10);
    assert.deepEqual(await outputs.drain(), []);
    assert.deepEqual(inFile('a'), [...upTo(0, 10), ...upTo(510, 520)]);
    assert.deepEqual(receiver.taken.flatMap(numbers), upTo(10, 510));
    assert.deepEqual(said, []);
  });

  it('leave a server that is away for one that is there, with all that waited', async () => {
    const config = { ...base, ...toServer() };
    start({ ...config, http_output: { ...config.http_output, url: 'http://localhost:1/' } });
    raise(300);
    await eventually('it is said', () => said.length > 0);
    outputs.apply({ ...config, json_output: true });
    raise(300);
    assert.deepEqual(await outputs.drain(), []);
    const lines = receiver.taken.flatMap(body => body.split('\n'));
    assert.deepEqual(lines.flatMap(numbers), upTo(0, 600));
    assert.ok(lines[0]!.includes('Warning alert 0') && lines[599]!.startsWith('{"hostname":"host"'));
  });

  it('say what is lost of one that is switched off and cannot deliver', async () => {
    const config = { ...base, ...toServer(), output_timeout: 50 };
    start({ ...config, http_output: { ...config.http_output, url: 'http://localhost:1/' } });
    raise(3);
    outputs.apply({ ...base, output_timeout: 50 });
    await outputs.drain();
    assert.equal(
      said.at(-1),
      "notice: Output 'http': switched off; 3 messages are lost, 0 kept in the spool",
    );
  });

  it('keep the spool of one that is switched off, and go on with it when it is on again', async () => {
    const spool = { outputs_spool: { ...base.outputs_spool, enabled: true, path: join(folder, 'spool') } };
    const config = { ...base, ...toServer(), ...spool, output_timeout: 1000 };
    receiver.answer = () => ({ status: 500 });
    start(config);
    raise(300);
    outputs.apply({ ...base, ...spool, output_timeout: 50 });
    await outputs.drain();
    assert.equal(
      said.at(-1),
      "notice: Output 'http': switched off; 0 messages are lost, 300 kept in the spool",
    );
    receiver.answer = () => ({ status: 200 });
    outputs.apply(config);
    raise(300);
    await eventually('all have arrived', () => receiver.taken.flatMap(numbers).length === 600);
    assert.deepEqual(receiver.taken.flatMap(numbers), upTo(0, 600));
  });

  it('go on with the spool of one that is off for a moment only', async () => {
    const spool = { outputs_spool: { ...base.outputs_spool, enabled: true, path: join(folder, 'spool') } };
    const config = { ...base, ...toServer(), ...spool, output_timeout: 2000 };
    let answers: (() => void)[] = [];
    receiver.answer = () => new Promise(resolve => answers.push(() => resolve({ status: 200 })));
    start({ ...config, http_output: { ...config.http_output, batch_size: 1 } });
    raise(3);
    await eventually('the first is on its way', () => answers.length === 1);
    outputs.apply({ ...base, ...spool, output_timeout: 2000 });
    outputs.apply({ ...config, http_output: { ...config.http_output, batch_size: 1 } });
    raise(3);
    receiver.answer = () => ({ status: 200 });
    answers.forEach(answer => answer());
    answers = [];
    await eventually('all have arrived', () => receiver.taken.flatMap(numbers).length >= 6);
    assert.deepEqual(await outputs.drain(), []);
    assert.deepEqual(receiver.taken.flatMap(numbers), upTo(0, 6));
    assert.deepEqual(said, []);
    assert.deepEqual(
      outputs.statistics().find(one => one.name === 'http'),
      { name: 'http', delivered: 6, failed: 0, dropped: 0, waiting: 0, spooled: 0, retries: 0, cut: 0 },
    );
  });

  it('lose nothing of one that is switched off and on as often as one likes', async () => {
    const spool = { outputs_spool: { ...base.outputs_spool, enabled: true, path: join(folder, 'spool') } };
    // No time to deliver: it is closed at once, and opened again beside what is closing.
    const on = { ...base, ...toServer(), ...spool, output_timeout: 20 };
    const off = { ...base, ...spool, output_timeout: 0 };
    start(on);
    for (let round = 0; round < 30; round++) {
      raise(10);
      outputs.apply(off);
      if (round % 3 === 0) await new Promise(resolve => setImmediate(resolve));
      outputs.apply(on);
    }
    outputs.apply({ ...on, output_timeout: 2000 });
    await eventually('all have arrived', () => new Set(receiver.taken.flatMap(numbers)).size === 300);
    assert.deepEqual(
      said.filter(text => /cannot|[1-9]\d* messages are lost/.test(text)),
      [],
    );
  });

  it('let a program finish the line that it has begun', async () => {
    const out = (name: string): string => `cat >>${join(folder, name)}`;
    const toProgram = (program: string): Config => ({
      ...base,
      program_output: { enabled: true, keep_alive: true, program },
    });
    start(toProgram(`sleep 0.3; ${out('old')}`));
    raise(5000);
    outputs.apply(toProgram(out('new')));
    raise(10);
    assert.deepEqual(await outputs.drain(), []);
    await outputs.close();
    await eventually('both have written', () => inFile('old').length + inFile('new').length >= 5010);
    assert.deepEqual([...inFile('old'), ...inFile('new')], upTo(0, 5010));
    assert.ok(inFile('old').length > 0);
  });
});
