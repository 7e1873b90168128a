/** Last of this folder: counts the events that the tests before it have looked at, and writes them down as a table. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syscallRows } from '../../../daemon/events/syscall-table.js';
import { projectRoot } from '../../support/project.js';
import { tallies, type Tally } from './tally.js';

const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const TABLE = join(projectRoot, 'build/test/driver-events.md');
const GENERIC = 1;
/** Fewer than the tests of the whole folder look at: only some of them ran. */
const FEW = 140;
const LEAST = architecture === 'x86_64' ? 180 : 140;

/** Calls that cannot fail, or not without making the machine unfit for the next test. */
const ALWAYS_SUCCEED: ReadonlySet<string> = new Set([
  ...['getuid', 'geteuid', 'getgid', 'getegid', 'brk', 'munlockall', 'inotify_init', 'fork', 'vfork'],
]);
/** Calls that nothing can be done with where no kernel modules are. */
const NEED_MODULES: ReadonlySet<string> = new Set(['init_module', 'finit_module', 'delete_module']);
/** Events without a result. */
const WITHOUT_RESULT: ReadonlySet<string> = new Set(['getsockname', 'getpeername']);
/** Calls that return only when they have failed: what succeeds is the event of `execve`. */
const ONLY_FAIL: ReadonlySet<string> = new Set(['execveat']);

function table(): string {
  const rows = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1));
  const line = ([name, { code, succeeded, failed }]: [string, Tally]): string =>
    `| ${name} | ${String(code)} | ${String(succeeded)} | ${String(failed)} |`;
  return ['| call | event | of success | of failure |', '|---|---|---|---|', ...rows.map(line), ''].join(
    '\n',
  );
}

describe('The tests of the driver', () => {
  before(function () {
    if (tallies.size < FEW) this.skip();
    mkdirSync(dirname(TABLE), { recursive: true });
    writeFileSync(TABLE, table());
  });

  it(`look at ${String(LEAST)} events or more`, () => {
    console.log(`      ${String(tallies.size)} events: build/test/driver-events.md`);
    assert.ok(tallies.size >= LEAST, String(tallies.size));
  });

  it('look at every event that a call of this architecture has, of success and of failure', () => {
    const missing = syscallRows().flatMap(row => {
      if (row[architecture] === null || row.exit === null || row.exit === GENERIC) return [];
      const tally = tallies.get(row.name);
      const lacks = [
        ...(ONLY_FAIL.has(row.name) || NEED_MODULES.has(row.name) || (tally?.succeeded ?? 0) > 0
          ? []
          : [`${row.name} succeeding`]),
        ...(ALWAYS_SUCCEED.has(row.name) || WITHOUT_RESULT.has(row.name) || (tally?.failed ?? 0) > 0
          ? []
          : [`${row.name} failing`]),
      ];
      return lacks;
    });
    assert.deepEqual(missing, []);
  });

  it('look at every event that is no call', () => {
    const missing = syscallRows().flatMap(row =>
      row.sets.has('tracepoint') && !/^page_fault_kernel$/.test(row.name) && !tallies.has(row.name)
        ? [row.name]
        : [],
    );
    assert.deepEqual(missing, architecture === 'x86_64' ? [] : ['page_fault_user']);
  });
});
