import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { DriverError } from '../../../daemon/addon/driver.js';
import { cProgram, compilerFor } from '../../support/c-program.js';
import { describeLive } from '../../support/live.js';
import { startProcess } from '../../support/process.js';
import { driverOptions } from './workload.js';

const SOURCE = 'test/live/addon/pester.c';
const openModule = JSON.stringify(new URL('../../../daemon/addon/open.js', import.meta.url).href);

/** Opens the driver when the first signal comes, walks through what runs, and says what came of it. */
const CHILD = `
  import(${openModule}).then(({ openDriver }) => {
    let begun = false;
    const begin = () => {
      if (begun) return;
      begun = true;
      const { ok, driver, error } = openDriver(${JSON.stringify(driverOptions)});
      let walked = 0;
      for (let used; ok && (used = driver.scan()) > 0;) walked += used;
      console.log(JSON.stringify({ error, flavor: driver?.flavor, walked }));
      process.exit();
    };
    process.on('SIGUSR2', begin);
    process.on('SIGCONT', begin);
    setInterval(() => undefined, 1000);
    console.log('ready');
  });`;

interface Answer {
  readonly error?: DriverError;
  readonly flavor?: string;
  readonly walked: number;
}

/** What a process gets that opens the driver while it is pestered. */
async function openedWhile(...pestering: readonly string[]): Promise<Answer> {
  const child = startProcess(process.execPath, ['-e', CHILD]);
  await child.line('stdout', /ready/, 20_000);
  const pester = spawn(cProgram(SOURCE), [String(child.pid), ...pestering], {
    stdio: 'ignore',
  });
  try {
    const { text } = await child.line('stdout', /walked/, 50_000);
    await child.ended;
    return JSON.parse(text) as Answer;
  } finally {
    pester.kill();
    await child.stop('SIGKILL');
  }
}

describeLive(
  'A driver that is loaded',
  () => {
    let best: Answer;
    before(async () => {
      best = await openedWhile('signal', '1');
      assert.equal(best.error, undefined);
    });

    it('while signals pour in is the same as in silence', async () => {
      const { error, flavor, walked } = await openedWhile('signal');
      assert.equal(error, undefined);
      assert.equal(flavor, best.flavor);
      assert.ok(walked > best.walked / 2, `walked through ${walked} bytes, in silence ${best.walked}`);
    });

    it('while the process is stopped now and then is the same, too', async () => {
      const { error, flavor } = await openedWhile('stop', '80');
      assert.equal(error, undefined);
      assert.equal(flavor, best.flavor);
    });

    it('while the process is never left alone is given up, and why is said', async () => {
      const { error } = await openedWhile('stop');
      assert.equal(error?.code, 'interrupted');
      assert.match(error.message, /was stopped again and again while the kernel checked the driver\./);
    });
  },
  compilerFor(SOURCE),
);
