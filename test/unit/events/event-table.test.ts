import assert from 'node:assert/strict';
import { eventRow, eventRows, eventsByName, isEventName } from '../../../daemon/events/event-table.js';
import { FLAG_TABLES } from '../../../daemon/events/tables/flags.js';
import { DYNAMIC_TABLES } from '../../../daemon/events/tables/dynamic-types.js';
import {
  syscallByName,
  syscallByNumber,
  syscallRows,
  syscallsInSet,
} from '../../../daemon/events/syscall-table.js';
import { describeShared, sharedJson } from '../../support/shared.js';

interface SharedEvent {
  code: number;
  name: string;
  category: string;
  source: string;
  flags: string[];
  direction: string;
  params: { name: string; type: string; fmt: string; info?: string; dirfd?: number }[];
}

const tables: Record<string, unknown> = { ...FLAG_TABLES, ...DYNAMIC_TABLES };

describeShared('the event table', () => {
  it('has every row of the reference', () => {
    const { events } = sharedJson<{ events: SharedEvent[] }>('reference/falco/tables/events.json');
    assert.equal(eventRows().length, events.length);
    for (const expected of events) {
      const row = eventRow(expected.code);
      assert.deepEqual(
        [row.name, row.category, row.source, [...row.flags], row.exit],
        [expected.name, expected.category, expected.source, expected.flags, expected.direction === 'exit'],
      );
      const params = row.params.map(p => [p.name, p.type, p.format, p.dirfd, p.names ?? p.dynamic]);
      const wanted = expected.params.map(p => [
        p.name,
        p.type,
        p.fmt,
        p.dirfd ?? -1,
        p.info ? tables[p.info] : null,
      ]);
      assert.deepEqual(params, wanted, expected.name);
    }
  });

  it('has every flag in match order', () => {
    const shared = sharedJson<{ tables: Record<string, [string, number][]> }>(
      'reference/falco/tables/flags.json',
    );
    assert.deepEqual(JSON.parse(JSON.stringify(FLAG_TABLES)), shared.tables);
  });

  it('has every system call with its numbers and sets', () => {
    const shared = sharedJson<{
      syscalls: { sc: number; name: string; evt_type: string; x86_64: number | null; arm64: number | null }[];
      sets: Record<string, string[]>;
    }>('reference/falco/tables/syscalls.json');
    assert.equal(syscallRows().length, shared.syscalls.length);
    for (const expected of shared.syscalls) {
      const row = syscallByName(expected.name)!;
      assert.deepEqual(
        [row.code, row.eventName, row.x86_64, row.arm64],
        [expected.sc, expected.evt_type, expected.x86_64, expected.arm64],
      );
    }
    for (const set of [
      'state',
      'io',
      'io_other',
      'file',
      'net',
      'proc',
      'sys',
      'generic',
      'repair_base',
    ] as const) {
      assert.deepEqual(
        syscallsInSet(set)
          .map(row => row.name)
          .sort(),
        [...shared.sets[set]!].sort(),
        set,
      );
    }
  });
});

describe('event names', () => {
  it('lead to all codes of that name, old ones included', () => {
    assert.deepEqual(
      eventsByName('open').map(row => row.code),
      [2, 3],
    );
    assert.ok(eventsByName('execve').length > 4);
  });

  it('lead to the generic event for calls without one of their own', () => {
    assert.deepEqual(
      eventsByName('getpid').map(row => row.code),
      [0, 1],
    );
    assert.equal(isEventName('getpid'), true);
  });

  it('are not made up', () => {
    assert.equal(isEventName('nosuchcall'), false);
    assert.equal(isEventName('NA'), false);
    assert.deepEqual(eventsByName('nosuchcall'), []);
  });

  it('tell where the result and the descriptor are', () => {
    assert.equal(eventRow(5).resultParam, 0);
    assert.equal(eventRow(5).fdParam, 1);
    assert.equal(eventRow(307).resultParam, 0);
    assert.equal(eventRow(303).fdParam, 1);
    assert.equal(syscallByNumber('x86_64', 257)?.name, 'openat');
  });
});
