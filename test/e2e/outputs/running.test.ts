/** The running daemon and its surroundings: signals, rotation, readers that are slow or gone, the service manager. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLive } from '../../support/live.js';
import { eventually, sleep } from '../../support/process.js';
import { falco, runDaemon, writeConfig, type Daemon } from '../../support/run-daemon.js';

/** A rule for opens of one file. */
const rule = (name: string, file: string): string =>
  [
    `- rule: ${name}`,
    '  desc: d',
    `  condition: evt.type in (open, openat, openat2) and fd.name = ${file}`,
    `  output: ${name} (file=%fd.name)`,
    '  priority: WARNING',
    '',
  ].join('\n');

describeLive('The running daemon', () => {
  let folder: string;
  let marker: string;
  let daemon: Daemon | undefined;
  const touch = (): void => closeSync(openSync(marker, 'r'));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-running-'));
    marker = join(folder, 'marker');
    writeFileSync(marker, '');
  });
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
    rmSync(folder, { recursive: true });
  });

  it('ends with the closing words and code 0 on SIGTERM, and takes its pid file away', async () => {
    const pidFile = join(folder, 'pid');
    daemon = await runDaemon({ rules: rule('Opened', marker), args: ['-P', pidFile] });
    assert.equal(readFileSync(pidFile, 'utf8'), String(daemon.pid));
    assert.equal(readFileSync(`/proc/${String(daemon.pid)}/comm`, 'utf8'), 'falco\n');
    touch();
    await daemon.line('stdout', /Warning Opened \(file=/);
    assert.deepEqual(await daemon.stop('SIGTERM'), { code: 0, signal: null });
    assert.deepEqual(
      daemon.stdout.slice(-6).map(line => line.text.replace(/^.*Warning/, 'Warning')),
      [
        `Warning Opened (file=${marker})`,
        'Events detected: 1',
        'Rule counts by severity:',
        '   WARNING: 1',
        'Triggered rules by rule name:',
        '   Opened: 1',
      ],
    );
    assert.ok(daemon.stderr.some(line => /: SIGINT received, exiting\.\.\.$/.test(line.text)));
    assert.ok(!existsSync(pidFile));
  });

  it('takes new rules on SIGHUP, and keeps the old ones when the new are bad', async () => {
    daemon = await runDaemon({ rules: rule('Before', marker) });
    const rules = join(daemon.folder, 'rules.yaml');
    writeFileSync(rules, rule('After', marker));
    daemon.child.kill('SIGHUP');
    await daemon.line('stderr', /Rules are reloaded/);
    touch();
    await daemon.line('stdout', /Warning After /);

    writeFileSync(rules, '- rule: broken\n');
    daemon.child.kill('SIGHUP');
    await daemon.line('stdout', /: Critical Falco internal: hot restart failure: could not load rules: /);
    await daemon.line('stderr', /Reload failed, the running rules stay: /);
    const before = daemon.stdout.length;
    touch();
    await daemon.line('stdout', /Warning After /, 5000, before);
    assert.ok(!daemon.stdout.some(line => line.text.includes('Warning Before')));
  });

  it('opens its file anew on SIGUSR1', async () => {
    const file = join(folder, 'events.txt');
    const config = { file_output: { enabled: true, keep_alive: true, filename: file } };
    daemon = await runDaemon({ rules: rule('Opened', marker), config });
    touch();
    await eventually('the first line', () => existsSync(file) && readFileSync(file, 'utf8') !== '');
    renameSync(file, `${file}.1`);
    daemon.child.kill('SIGUSR1');
    await daemon.line('stderr', /SIGUSR1 received, reopening outputs\.\.\./);
    touch();
    await eventually('a line in the new file', () => existsSync(file) && readFileSync(file, 'utf8') !== '');
    assert.equal(readFileSync(`${file}.1`, 'utf8').split('\n').length, 2);
  });

  it('writes to another file after a reload, and no more to standard output', async () => {
    const path = (name: string): string => join(folder, name);
    const config = (name: string, toStdout: boolean) => ({
      stdout_output: { enabled: toStdout },
      file_output: { enabled: true, keep_alive: true, filename: path(name) },
    });
    daemon = await runDaemon({ rules: rule('Opened', marker), config: config('a', true) });
    touch();
    await eventually('a line in the first file', () => linesOf(path('a')) === 1);
    const settings = join(daemon.folder, 'falco.yaml');
    const before = JSON.parse(readFileSync(settings, 'utf8')) as object;
    writeFileSync(settings, JSON.stringify({ ...before, ...config('b', false) }));
    daemon.child.kill('SIGHUP');
    await daemon.line('stderr', /Rules are reloaded/);
    touch();
    await eventually('a line in the second file', () => linesOf(path('b')) === 1);
    assert.equal(linesOf(path('a')), 1);
    assert.equal(daemon.stdout.filter(line => line.text.includes('Warning Opened')).length, 1);
  });

  it('goes on when the reader of its standard output is gone', async () => {
    const file = join(folder, 'events.txt');
    const bare = await startBare({ file_output: { enabled: true, filename: file } });
    bare.child.stdout!.destroy();
    for (let i = 0; i < 5; i++) {
      touch();
      await sleep(20);
    }
    await eventually('five lines in the file', () => linesOf(file) === 5);
    assert.match(bare.log(), /Output 'stdout': cannot write: .*; nothing more is written there/);
    const cpu = (): number =>
      Number(readFileSync(`/proc/${String(bare.child.pid)}/stat`, 'utf8').split(' ')[13]);
    const before = cpu();
    await sleep(500);
    assert.ok(cpu() - before < 20, `${String(cpu() - before)} ticks of processor time in half a second`);
    assert.equal(await bare.stop(), 0, bare.log());
  });

  it('delivers to its file, and ends in time, while nobody reads its standard output', async () => {
    const file = join(folder, 'events.txt');
    const bare = await startBare({ file_output: { enabled: true, filename: file }, output_timeout: 500 });
    const count = 5000;
    for (let i = 0; i < count; i++) touch();
    await eventually('every line in the file', () => linesOf(file) === count, 10_000);
    const start = Date.now();
    assert.equal(await bare.stop(), 0, bare.log());
    assert.ok(Date.now() - start < 4000, `${String(Date.now() - start)} ms to end`);
    assert.match(bare.log(), /Output 'stdout': still blocked, \d+ messages are lost/);
  });

  const linesOf = (file: string): number =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;

  interface Bare {
    readonly child: ChildProcess;
    log(): string;
    /** @returns the exit code */
    stop(): Promise<number | null>;
  }

  let bare: Bare | undefined;
  let configFolder = '';
  afterEach(() => {
    bare?.child.kill('SIGKILL');
    bare = undefined;
    rmSync(configFolder, { recursive: true, force: true });
  });

  /** A daemon whose standard output nobody reads. */
  async function startBare(config: Readonly<Record<string, unknown>>): Promise<Bare> {
    configFolder = writeConfig({ rules: rule('Opened', marker), config });
    const child = spawn(falco, ['-c', join(configFolder, 'falco.yaml')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>(resolve => child.on('exit', resolve));
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    bare = {
      child,
      log: () => log,
      stop() {
        child.kill('SIGTERM');
        return ended;
      },
    };
    await eventually('it watches', () => log.includes('watching'), 10_000);
    return bare;
  }
});
