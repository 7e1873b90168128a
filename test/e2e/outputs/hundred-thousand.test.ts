/**
 * A hundred thousand alerts through each output of the real daemon: what arrived and what it reports as lost make up
 * all of them, in order, none twice.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamNumbers, streamRules, writeStream } from '../../support/alert-stream.js';
import { describeLive, patience } from '../../support/live.js';
import { launchDaemon } from '../../support/run-daemon.js';
import { eventually } from '../../support/process.js';
import { Receiver } from '../../support/receiver.js';
import { systemSyslog } from '../../support/rsyslog.js';

const COUNT = 100_000;

interface Ran {
  readonly stdout: readonly string[];
  readonly log: readonly string[];
  readonly ms: number;
}

describe(`${String(COUNT)} alerts`, function () {
  this.timeout(180_000 * patience);
  let folder: string;
  let capture: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-many-'));
    capture = join(folder, 'stream.scap');
    writeStream(capture, COUNT);
  });
  after(() => rmSync(folder, { recursive: true }));

  async function run(config: Readonly<Record<string, unknown>>): Promise<Ran> {
    const start = Date.now();
    const daemon = launchDaemon({
      rules: streamRules(),
      config: {
        engine: { kind: 'replay', replay: { capture_file: capture } },
        stdout_output: { enabled: false },
        output_timeout: 120_000,
        ...config,
      },
    });
    const { code } = await daemon.ended;
    const log = daemon.stderr.map(line => line.text);
    assert.equal(code, 0, log.join('\n'));
    return { stdout: daemon.stdout.map(line => line.text), log, ms: Date.now() - start };
  }

  /** Messages that the closing words report as lost. */
  const lostOf = (name: string, { log }: Ran): number => {
    const match = log
      .map(line => new RegExp(`Output '${name}': (\\d+) messages lost`).exec(line))
      .find(Boolean);
    return match === null || match === undefined ? 0 : Number(match[1]);
  };
  const inOrder = (numbers: readonly number[]): void => {
    numbers.forEach((number, i) => {
      if (i > 0 && number <= numbers[i - 1]!)
        assert.fail(`number ${String(number)} comes after ${String(numbers[i - 1])}`);
    });
  };
  const all = (numbers: readonly number[]): void => {
    inOrder(numbers);
    assert.equal(numbers.length, COUNT);
  };

  it('to stdout', async () => {
    const ran = await run({ stdout_output: { enabled: true } });
    all(streamNumbers(ran.stdout.filter(line => !line.startsWith('   '))));
    assert.equal(lostOf('stdout', ran), 0);
  });

  for (const keepAlive of [true, false]) {
    it(`to a file ${keepAlive ? 'that is kept open' : 'that is opened and closed'}`, async () => {
      const file = join(folder, `file-${String(keepAlive)}`);
      const ran = await run({ file_output: { enabled: true, keep_alive: keepAlive, filename: file } });
      all(streamNumbers(readFileSync(file, 'latin1').split('\n')));
      assert.equal(lostOf('file', ran), 0);
    });
  }

  it('to a file, buffered and by way of a spool', async () => {
    const file = join(folder, 'file-spooled');
    await run({
      buffered_outputs: true,
      file_output: { enabled: true, keep_alive: true, filename: file },
      outputs_spool: { enabled: true, path: join(folder, 'spool-file'), outputs: ['file'] },
    });
    all(streamNumbers(readFileSync(file, 'latin1').split('\n')));
  });

  for (const spooled of [false, true]) {
    it(`to a program${spooled ? ', by way of a spool' : ''}`, async () => {
      const file = join(folder, `program-${String(spooled)}`);
      const ran = await run({
        program_output: { enabled: true, keep_alive: true, program: `cat >${file}` },
        outputs_spool: { enabled: spooled, path: join(folder, 'spool-program') },
      });
      all(streamNumbers(readFileSync(file, 'latin1').split('\n')));
      assert.equal(lostOf('program', ran), 0);
    });
  }

  it('to a program that dies again and again', async () => {
    const file = join(folder, 'program-dies');
    // `dd` reads whole blocks of the pipe and ends: the rest is for the next run.
    const ran = await run({
      program_output: { enabled: true, keep_alive: true, program: `dd bs=1M count=20 2>/dev/null >>${file}` },
    });
    all(streamNumbers(readFileSync(file, 'latin1').split('\n')));
    assert.equal(lostOf('program', ran), 0);
    assert.ok(ran.log.some(line => line.includes("Output 'program': the program ended with code 0")));
  });

  for (const [batch, spooled] of [
    [1, false],
    [500, true],
  ] as const) {
    const how = `${batch > 1 ? `, ${String(batch)} a request` : ', one a request'}${spooled ? ', by way of a spool' : ''}`;
    it(`to a web server${how}`, async () => {
      const receiver = new Receiver();
      await receiver.start();
      try {
        const ran = await run({
          json_output: true,
          http_output: { enabled: true, url: receiver.url, batch_size: batch },
          outputs_spool: { enabled: spooled, path: join(folder, `spool-http-${String(batch)}`) },
        });
        const lines = receiver.taken.flatMap(body => body.split('\n')).filter(line => line !== '');
        for (const line of lines) JSON.parse(line);
        all(streamNumbers(lines));
        assert.equal(lostOf('http', ran), 0);
      } finally {
        await receiver.stop();
      }
    });
  }

  it('to a web server that is too slow: those that found no room are reported to the last one', async () => {
    const receiver = new Receiver();
    receiver.answer = async () => {
      await new Promise(resolve => setTimeout(resolve, 5));
      return { status: 200 };
    };
    await receiver.start();
    try {
      const ran = await run({
        http_output: { enabled: true, url: receiver.url, batch_size: 100 },
        outputs_queue: { capacity: 2000 },
      });
      const numbers = streamNumbers(receiver.taken.flatMap(body => body.split('\n')));
      inOrder(numbers);
      const lost = lostOf('http', ran);
      assert.ok(lost > 0);
      assert.equal(numbers.length + lost, COUNT);
      assert.ok(ran.log.some(line => line.includes('2000 messages wait already, new ones are lost')));
    } finally {
      await receiver.stop();
    }
  });

  it('to a web server that answers 500 and 429, hangs up, and refuses some', async () => {
    const receiver = new Receiver();
    const refused = new Set<string>();
    receiver.answer = (request, before) => {
      if (before % 29 === 3) return { status: 500 };
      if (before % 31 === 5) return { status: 429, headers: { 'Retry-After': '1' } };
      if (before % 37 === 7) return 'reset';
      if (before % 41 !== 11) return { status: 200 };
      request.body.split('\n').forEach(line => line !== '' && refused.add(line));
      return { status: 403 };
    };
    await receiver.start();
    try {
      const ran = await run({
        json_output: true,
        http_output: { enabled: true, url: receiver.url, batch_size: 1000, compress_uploads: true },
        output_timeout: 60_000,
        outputs_spool: { enabled: true, path: join(folder, 'spool-moody') },
      });
      const numbers = streamNumbers(receiver.taken.flatMap(body => body.split('\n')));
      inOrder(numbers);
      assert.ok(refused.size > 0);
      assert.equal(numbers.length + refused.size, COUNT);
      const report = new RegExp(
        `Output 'http': 0 messages lost, ${String(refused.size)} refused, ${String(numbers.length)} delivered`,
      );
      assert.ok(
        ran.log.some(line => report.test(line)),
        ran.log.slice(-5).join('\n'),
      );
    } finally {
      await receiver.stop();
    }
  });

  it('to a web server that takes none of them until it is stopped: the spool has them all', async () => {
    const receiver = new Receiver();
    receiver.answer = () => ({ status: 503, headers: { 'Retry-After': '600' } });
    await receiver.start();
    const spool = { enabled: true, path: join(folder, 'spool-later') };
    const http_output = { enabled: true, url: receiver.url, batch_size: 1000 };
    try {
      const first = await run({ http_output, outputs_spool: spool, output_timeout: 1000 });
      assert.ok(
        first.log.some(line =>
          line.includes(`Output 'http': ${String(COUNT)} messages are kept in the spool`),
        ),
      );
      assert.equal(receiver.requests.length, 1);
      receiver.answer = () => ({ status: 200 });
      const empty = join(folder, 'empty.scap');
      writeStream(empty, 0);
      const second = await run({
        http_output,
        outputs_spool: spool,
        engine: { kind: 'replay', replay: { capture_file: empty } },
      });
      assert.ok(
        second.log.some(line => line.includes(`${String(COUNT)} messages are in the spool from before`)),
      );
      all(streamNumbers(receiver.taken.flatMap(body => body.split('\n'))));
    } finally {
      await receiver.stop();
    }
  });

  describeLive(
    'to syslog',
    () => {
      it('all arrive in the file of rsyslogd', async () => {
        const syslog = await systemSyslog();
        try {
          const ran = await run({ syslog_output: { enabled: true } });
          const ours = (): string[] => syslog.lines().filter(line => line.includes('/stream/'));
          await eventually('rsyslogd has written all', () => ours().length >= COUNT, 30_000);
          all(streamNumbers(ours()));
          assert.equal(lostOf('syslog', ran), 0);
        } finally {
          await syslog.stop();
        }
      });
    },
    ['rsyslogd'],
  );
});
