import assert from 'node:assert/strict';
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Driver } from '../../../daemon/addon/driver.js';
import { eventRow, eventsByName, paramIndex } from '../../../daemon/events/event-table.js';
import { RecordReader } from '../../../daemon/events/record.js';
import { walkFrames } from '../../../daemon/sources/syscall/frames.js';
import { describeLive } from '../../support/live.js';
import { projectRoot } from '../../support/project.js';
import { startProcess, type RunningProcess } from '../../support/process.js';
import { opened } from './workload.js';

interface Task {
  readonly tgid: number;
  readonly comm: string;
  readonly argv: string;
  readonly cwd: string;
  readonly exepath: string;
  readonly ppid: number;
}

interface Walked {
  readonly tasks: Map<number, Task>;
  /** By `tgid fd`: the path. */
  readonly files: Map<string, string>;
  readonly pieces: number;
}

const TASK = eventsByName('task')[0]!.code;

function walk(driver: Driver): Walked {
  const tasks = new Map<number, Task>();
  const files = new Map<string, string>();
  const reader = new RecordReader();
  reader.attach(driver.batch);
  let pieces = 0;
  for (;;) {
    const used = driver.scan();
    assert.ok(used !== false, 'this kernel has iterators, the walk broke off');
    if (used === 0) return { tasks, files, pieces };
    pieces++;
    walkFrames(driver.batch, used, (_, offset) => {
      assert.notEqual(reader.seek(offset), -1);
      const row = eventRow(reader.type);
      const text = (name: string): string => reader.bytes(paramIndex(row, name)).replace(/\0$/, '');
      if (reader.type === TASK) {
        tasks.set(reader.tid, {
          tgid: reader.tgid,
          comm: text('comm'),
          argv: text('argv'),
          cwd: text('cwd'),
          exepath: text('exepath'),
          ppid: reader.number(paramIndex(row, 'ppid')),
        });
      } else {
        const path = paramIndex(row, 'path');
        files.set(
          `${String(reader.tgid)} ${String(reader.number(paramIndex(row, 'fd')))}`,
          path < 0 ? '' : text('path'),
        );
      }
    });
  }
}

const read = (path: string): string => readFileSync(path, 'latin1');
const numbers = (path: string): number[] => readdirSync(path).map(Number).filter(Number.isInteger);

/** All threads with an address space, as /proc has them. */
function procTasks(): Map<number, Task> {
  const tasks = new Map<number, Task>();
  for (const pid of numbers('/proc')) {
    try {
      const exepath = readlinkSync(`/proc/${String(pid)}/exe`);
      for (const tid of numbers(`/proc/${String(pid)}/task`)) {
        const folder = `/proc/${String(pid)}/task/${String(tid)}`;
        tasks.set(tid, {
          tgid: pid,
          exepath,
          comm: read(`${folder}/comm`).replace(/\n$/, ''),
          argv: read(`${folder}/cmdline`).slice(0, 4095).replace(/\0$/, ''),
          cwd: readlinkSync(`${folder}/cwd`, 'latin1'),
          ppid: Number(/^PPid:\s+(\d+)/m.exec(read(`${folder}/status`))?.[1]),
        });
      }
    } catch {
      // Kernel threads have no executable; others have just ended.
      continue;
    }
  }
  return tasks;
}

describeLive('The scan of the running system', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'falco-scan-\xe9-')));
  let sleeper: RunningProcess;
  before(async () => {
    sleeper = startProcess(
      'sh',
      [
        '-c',
        'cd "$0"; exec 7<"$0" 8>"$0/file"; exec sh -c "echo ready; kill -STOP \\$\\$" "two words" ""',
        folder,
      ],
      {},
    );
    await sleeper.line('stdout', /ready/);
  });
  after(async () => {
    await sleeper.stop('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('finds the threads that /proc has, with their command lines, directories and parents', () => {
    const driver = opened();
    // What is the same before and after was so in between.
    const earlier = procTasks();
    const { tasks } = walk(driver);
    const later = procTasks();
    driver.close();
    let compared = 0;
    for (const [tid, task] of earlier) {
      if (JSON.stringify(later.get(tid)) !== JSON.stringify(task)) continue;
      const found = tasks.get(tid);
      assert.ok(found, `thread ${String(tid)} (${task.comm}) is missing`);
      // What the scan itself cannot see in the same way: paths outside of this mount namespace.
      const { cwd, exepath, argv, ppid, ...rest } = found;
      assert.deepEqual(rest, { tgid: task.tgid, comm: task.comm });
      // The iterator names the very thread that made it, /proc the process of that.
      if (tasks.has(ppid)) assert.equal(tasks.get(ppid)!.tgid, task.ppid);
      if (argv.length < 4000) assert.equal(argv, task.argv);
      if (tid === process.pid || tid === sleeper.pid)
        assert.deepEqual([cwd, exepath], [task.cwd, task.exepath]);
      compared++;
    }
    assert.ok(compared > 5 && earlier.has(process.pid) && tasks.has(sleeper.pid));
    for (const [tid, task] of tasks) assert.ok(task.tgid > 0 && tid > 0);
  });

  it('finds the open files of a process', () => {
    const driver = opened();
    const { files } = walk(driver);
    driver.close();
    const path = Buffer.from(folder, 'utf8').toString('latin1');
    assert.equal(files.get(`${String(sleeper.pid)} 7`), path);
    assert.equal(files.get(`${String(sleeper.pid)} 8`), `${path}/file`);
    assert.equal(files.get(`${String(sleeper.pid)} 0`), '/dev/null');
  });

  it('comes in pieces when it does not fit one batch, and can be made again', () => {
    const driver = opened({ batchBytes: 128 * 1024 });
    const own: number[] = [];
    try {
      for (let i = 0; i < 2000; i++) own.push(openSync(`/proc/self/status`, 'r'));
      const first = walk(driver);
      assert.ok(first.pieces > 1);
      for (const fd of own) assert.ok(first.files.has(`${String(process.pid)} ${String(fd)}`));
      const again = walk(driver);
      assert.ok(again.files.size >= 2000 && again.tasks.has(process.pid));
    } finally {
      for (const fd of own) closeSync(fd);
      driver.close();
    }
  });

  it('is not there where the object of the iterators is missing', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'falco-objects-'));
    copyFileSync(join(projectRoot, 'build/driver/falco.raw_tp.bpf.o'), join(elsewhere, 'falco.raw_tp.bpf.o'));
    const driver = opened({ objectDir: elsewhere });
    assert.deepEqual([driver.flavor, driver.scan()], ['raw_tp', false]);
    driver.close();
    rmSync(elsewhere, { recursive: true });
  });
});
