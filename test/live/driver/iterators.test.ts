import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver } from '../../../daemon/addon/driver.js';
import { eventRow } from '../../../daemon/events/event-table.js';
import { RecordReader } from '../../../daemon/events/record.js';
import { walkFrames } from '../../../daemon/sources/syscall/frames.js';
import { describeLive, kernelAtLeast } from '../../support/live.js';
import { opened } from '../addon/workload.js';
import { tallyScanned } from './tally.js';
import { valueOf, type Value } from './calls.js';

interface Found {
  readonly name: string;
  readonly tid: number;
  readonly tgid: number;
  readonly params: Readonly<Record<string, Value>>;
}

function scanned(driver: Driver): Found[] {
  const reader = new RecordReader();
  const found: Found[] = [];
  reader.attach(driver.batch);
  for (;;) {
    const used = driver.scan();
    assert.notEqual(used, false);
    if (used === 0 || used === false) return found;
    walkFrames(driver.batch, used, (_, offset) => {
      if (reader.seek(offset) < 0) throw new Error('a record does not decode');
      const { name, params } = eventRow(reader.type)!;
      tallyScanned(reader.type);
      found.push({
        name,
        tid: reader.tid,
        tgid: reader.tgid,
        params: Object.fromEntries(params.map(param => [param.name, valueOf(reader, param)])),
      });
    });
  }
}

function executable(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return null;
  }
}

// Before 5.18 the kernel's walk over tasks must not sleep, and the daemon reads /proc instead.
const needs = kernelAtLeast(5, 18) ? [] : ['Linux 5.18'];

function scanTests(): void {
  let driver: Driver;
  let sleeper: ChildProcess;
  before(() => {
    driver = opened();
    sleeper = spawn('/bin/sleep', ['1000'], {
      cwd: '/usr/lib',
      env: { SOME: 'thing', OTHER: '' },
      argv0: 'dozer',
    });
  });
  after(() => {
    sleeper.kill('SIGKILL');
    driver.close();
  });

  it('gives a process as /proc has it', () => {
    const { pid } = sleeper;
    const task = scanned(driver).find(({ name, tid }) => name === 'task' && tid === pid)!;
    const { params } = task;
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
      .split(') ')[1]!
      .split(' ');
    const exe = statSync('/bin/sleep', { bigint: true });
    assert.deepEqual(
      [task.tgid, params['ppid'], params['comm'], params['argv']],
      [pid, process.pid, 'sleep', 'dozer\x001000\0'],
    );
    assert.deepEqual(
      [params['env'], params['cwd'], params['root']],
      ['SOME=thing\0OTHER=\0', '/usr/lib', '/'],
    );
    assert.equal(params['exepath'], readlinkSync(`/proc/${String(pid)}/exe`));
    assert.deepEqual([params['pgid'], params['sid'], params['tty']], [Number(stat[2]), Number(stat[3]), 0]);
    assert.deepEqual([params['euid'], params['egid'], params['vpid'], params['vtgid']], [0, 0, pid, pid]);
    assert.deepEqual(
      [BigInt(params['exe_ino_num'] as number), BigInt(params['exe_ino_mtime'] as bigint)],
      [exe.ino, exe.mtimeNs],
    );
    const started = Number(BigInt(params['start_time'] as bigint) / 1_000_000n);
    assert.ok(Math.abs(started - Date.now()) < 60_000);
    assert.equal(String(params['loginuid']), readFileSync(`/proc/${String(pid)}/loginuid`, 'latin1'));
    assert.match(String(params['cgroups']), /^cpuset=\/.*\0.*memory=\//);
  });

  it('gives every process and thread that /proc has, and no kernel thread', () => {
    const before = readdirSync('/proc').filter(name => /^\d+$/.test(name));
    const tasks = scanned(driver).filter(({ name }) => name === 'task');
    const own = tasks.filter(({ tgid }) => tgid === process.pid);
    assert.ok(own.length > 3 && own.some(({ tid }) => tid !== process.pid));
    const known = new Set(tasks.map(({ tid }) => tid));
    for (const pid of before) {
      // Neither kernel threads nor what ended since; nor processes that the machine hides even from root.
      if (executable(pid) !== null) assert.ok(known.has(Number(pid)), `process ${pid} is missing`);
    }
    assert.ok(tasks.every(({ params }) => params['exepath'] !== null));
  });

  it('gives open files of every kind', async () => {
    const path = join(tmpdir(), `falco-scan-${String(process.pid)}`);
    writeFileSync(path, '');
    const fd = openSync(path, 'a');
    unlinkSync(path);
    const folder = openSync('/usr', 'r');
    const server = createServer().listen(0, '127.0.0.1');
    const local = createServer().listen(`${path}.sock`);
    await Promise.all([server, local].map(one => new Promise(done => one.once('listening', done))));
    const address = server.address();
    const files = scanned(driver).filter(
      ({ name, tgid }) => name.startsWith('task_file') && tgid === process.pid,
    );
    server.close();
    local.close();
    closeSync(fd);
    closeSync(folder);
    const at = (number: number): Found => files.find(({ params }) => params['fd'] === number)!;
    assert.deepEqual([at(fd).name, at(fd).params['path']], ['task_file_regular', path]);
    // O_WRONLY, O_APPEND, O_LARGEFILE, O_CLOEXEC
    assert.equal(at(fd).params['flags'], 0x2 | 0x8 | 0x800 | 0x1000);
    assert.deepEqual([at(folder).name, at(folder).params['path']], ['task_file_directory', '/usr']);
    const listening = files.find(
      ({ params }) =>
        address !== null && typeof address === 'object' && params['local_port'] === address.port,
    )!;
    assert.deepEqual(
      [
        listening.name,
        listening.params['sk_type'],
        listening.params['sk_proto'],
        listening.params['remote_port'],
      ],
      ['task_file_socket_inet', 1, 6, 0],
    );
    assert.equal(listening.params['local_ip'], 0x0100007f);
    assert.ok(
      files.some(
        ({ name, params }) => name === 'task_file_socket_unix' && params['sun_path'] === `${path}.sock`,
      ),
    );
    const kinds = files
      .filter(({ name }) => name === 'task_file_anon_inode')
      .map(({ params }) => params['fd_type']);
    assert.ok(kinds.includes(1) && kinds.includes(2));
    assert.ok(files.some(({ name }) => name === 'task_file_pipe'));
  });
}

describeLive('The scan of tasks and files', scanTests, needs);
