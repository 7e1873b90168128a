import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceManager } from '../../../daemon/service/notify.js';
import { removePidFile, writePidFile } from '../../../daemon/service/pid-file.js';
import { endOnSignals, onSignals } from '../../../daemon/service/signals.js';

const later = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

describe('The service manager', () => {
  const talk = (environment: Record<string, string>) => {
    const heard: [string, string][] = [];
    const manager = serviceManager(environment, (path, data) => heard.push([path, String(data)]) * 0, 42);
    return { manager, heard };
  };

  it('hears what the daemon does, at the socket that it names', () => {
    const { manager, heard } = talk({ NOTIFY_SOCKET: '@/run/x' });
    manager.ready('watching');
    manager.reloading();
    manager.alive();
    manager.stopping();
    assert.deepEqual(
      heard.map(([path]) => path),
      Array(4).fill('@/run/x'),
    );
    assert.equal(heard[0]![1], 'READY=1\nSTATUS=watching');
    assert.match(heard[1]![1], /^RELOADING=1\nMONOTONIC_USEC=\d+$/);
    assert.deepEqual([heard[2]![1], heard[3]![1]], ['WATCHDOG=1', 'STOPPING=1']);
  });

  it('hears nothing when there is none', () => {
    const { manager, heard } = talk({ WATCHDOG_USEC: '1000000' });
    manager.ready('watching');
    assert.deepEqual([heard, manager.watchdogMs], [[], null]);
  });

  it('gets signs of life at half the time that it allows, when it means this process', () => {
    const interval = (more: Record<string, string>) =>
      talk({ NOTIFY_SOCKET: '/x', ...more }).manager.watchdogMs;
    assert.equal(interval({ WATCHDOG_USEC: '30000000' }), 15_000);
    assert.equal(interval({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '42' }), 15_000);
    assert.equal(interval({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '43' }), null);
    assert.equal(interval({ WATCHDOG_USEC: 'x' }), null);
    assert.equal(interval({}), null);
  });
});

describe('The pid file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-pid-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('holds the number alone, and goes when it is still ours', () => {
    const path = join(folder, 'pid');
    assert.equal(writePidFile(path, 42), undefined);
    assert.equal(readFileSync(path, 'utf8'), '42');
    writeFileSync(path, '43');
    removePidFile(path, 42);
    assert.ok(existsSync(path));
    removePidFile(path, 43);
    assert.ok(!existsSync(path));
    removePidFile(path, 43);
  });

  it('is a message when it cannot be written', () => {
    const path = join(folder, 'none', 'pid');
    assert.match(writePidFile(path)!, new RegExp(`^Could not write pid file ${path}: ENOENT`));
  });
});

describe('Signals', () => {
  it('stop once, reload once for several in a row, reopen each time', async () => {
    const seen: string[] = [];
    const release = onSignals({
      stop: () => seen.push('stop'),
      reload: () => seen.push('reload'),
      reopen: () => seen.push('reopen'),
    });
    for (const signal of ['SIGHUP', 'SIGHUP', 'SIGUSR1', 'SIGUSR1'] as const) process.emit(signal);
    await later(200);
    assert.deepEqual(seen, ['reopen', 'reopen', 'reload']);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.emit(signal);
    await later(200);
    assert.deepEqual(seen.slice(3), ['stop']);
    release();
    assert.equal(process.listenerCount('SIGHUP'), 0);
  });

  it('end the first process of a container until the daemon has handlers of its own, and no other', () => {
    const count = (): number => process.listenerCount('SIGTERM');
    endOnSignals(4711);
    assert.equal(count(), 0);
    endOnSignals(1);
    assert.equal(count(), 1);
    const seen: string[] = [];
    const release = onSignals({ stop: () => seen.push('stop'), reload: () => null, reopen: () => null });
    assert.equal(count(), 1);
    process.emit('SIGTERM');
    assert.deepEqual(seen, ['stop']);
    release();
    assert.equal(count(), 0);
  });
});
