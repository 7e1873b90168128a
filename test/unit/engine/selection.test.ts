import assert from 'node:assert/strict';
import { selectionLines } from '../../../daemon/engine/debug-lines.js';
import {
  eventNames,
  selectSyscalls,
  type BaseSyscalls,
  type Selection,
} from '../../../daemon/engine/selection.js';
import { syscallByName } from '../../../daemon/events/syscall-table.js';
import { rulebook } from '../../support/book.js';

function numbers(
  condition: string,
  base: Partial<BaseSyscalls> = {},
): Omit<Selection, 'numbers'> & { has: (name: string) => boolean; count: number } {
  const { rules } = rulebook(`- {rule: R, desc: d, output: o, priority: INFO, condition: '${condition}'}`);
  const needs = rules.map(rule => ({
    eventTypes: rule.eventTypes,
    eventNames: eventNames(rule.filter.tree),
  }));
  const selection = selectSyscalls(needs, 'x86_64', { customSet: [], repair: false, all: false, ...base });
  const set = new Set(selection.numbers);
  return { ...selection, has: name => set.has(syscallByName(name)?.x86_64 ?? -1), count: set.size };
}

describe('the selection of system calls', () => {
  it('always has those that feed the state tables', () => {
    const chosen = numbers('evt.type = ptrace');
    for (const name of ['execve', 'clone', 'openat', 'close', 'chdir', 'connect'])
      assert.ok(chosen.has(name), name);
  });

  it('adds those that rules can match and no others', () => {
    const chosen = numbers('evt.type in (ptrace, unlinkat)');
    assert.ok(chosen.has('ptrace') && chosen.has('unlinkat'));
    assert.ok(!chosen.has('mkdir') && !chosen.has('getppid'));
  });

  it('finds a system call without an event of its own by its name', () => {
    const chosen = numbers('evt.type = getppid');
    assert.ok(chosen.has('getppid'));
    assert.ok(!chosen.has('gettid'));
  });

  it('adds what the driver sends as the event of another call', () => {
    assert.ok(numbers('evt.type in (chmod, fchmodat)').has('fchmodat2'));
    assert.ok(!numbers('evt.type = chmod').has('fchmodat2'));
    assert.deepEqual(numbers('evt.type in (chmod, fchmodat)').alsoGeneric, []);
    const named = numbers('evt.type = fchmodat2');
    assert.ok(named.has('fchmodat2') && !named.has('fchmodat'));
    assert.deepEqual(named.alsoGeneric, [syscallByName('fchmodat2')!.x86_64]);
  });

  it('sends everything but the high-volume calls for a rule that names no type', () => {
    const chosen = numbers('proc.name = cat');
    assert.ok(chosen.has('getppid') && chosen.has('mkdir'));
    assert.ok(!chosen.has('read'));
  });

  it('adds tracepoints that a rule names, and page faults and context switches to no other rule', () => {
    const always = ['io_uring', 'sched_process_exit'];
    assert.deepEqual(numbers('evt.type = ptrace').tracepoints, always);
    assert.deepEqual(numbers('evt.type = signaldeliver').tracepoints, [...always, 'signal_deliver']);
    assert.deepEqual(numbers('evt.type in (switch, page_fault)').tracepoints, [
      ...['io_uring', 'page_fault_kernel', 'page_fault_user', 'sched_process_exit', 'sched_switch'],
    ]);
    assert.deepEqual(numbers('proc.name = cat').tracepoints, [...always, 'signal_deliver']);
    assert.equal(numbers('proc.name = cat', { all: true }).tracepoints.length, 6);
    const custom = (...customSet: string[]): readonly string[] =>
      numbers('evt.type = switch', { customSet }).tracepoints;
    assert.deepEqual(custom('switch'), ['sched_switch']);
    assert.deepEqual(custom('execve', '!switch'), []);
    assert.deepEqual(custom('mkdirat'), ['io_uring', 'sched_switch']);
  });

  it('says which high-volume calls a rule asks for in vain, and sends them when told to', () => {
    assert.deepEqual(numbers('evt.type = read').unsent, ['read']);
    const all = numbers('evt.type = read', { all: true });
    assert.ok(all.has('read'));
    assert.deepEqual(all.unsent, []);
  });

  it('says which calls a rule asks for that custom_set takes away', () => {
    const excluded = (condition: string, ...customSet: string[]): readonly string[] =>
      numbers(condition, { customSet }).excluded;
    assert.deepEqual(excluded('evt.type in (openat, ptrace, unlink)', '!ptrace', '!openat', '!mkdir'), [
      ...['openat', 'ptrace'],
    ]);
    assert.deepEqual(excluded('evt.type = ptrace', 'execve', '!mkdir'), []);
    assert.deepEqual(excluded('evt.type != ptrace and proc.name = cat', '!ptrace'), []);
    assert.deepEqual(
      numbers('evt.type = execve', { customSet: ['connect', '!execve'], repair: true }).excluded,
      [],
    );
  });

  it('tells the steps of the choice, for the log', () => {
    const lines = (condition: string, base: Partial<BaseSyscalls> = {}): readonly string[] =>
      selectionLines(numbers(condition, base).steps);
    assert.deepEqual(lines('evt.type in (ptrace, read)', { customSet: ['execve'] }), [
      '(2) syscalls in rules: ptrace, read',
      '-(1) ignored syscalls (-> activate via `-A` flag): read',
      '(2) syscalls selected in total (final set): execve, ptrace',
    ]);
    const [ofRules, ofState, total] = lines('evt.type in (ptrace, openat)');
    assert.equal(ofRules, '(2) syscalls in rules: openat, ptrace');
    const [, added] = /^\+\((\d+)\) syscalls \(Falco's state engine set of syscalls\): .*execve/.exec(
      ofState!,
    )!;
    const [, chosen] = /^\((\d+)\) syscalls selected in total \(final set\): /.exec(total!)!;
    assert.equal(Number(chosen), Number(added) + 2);
    assert.ok(!ofState!.includes('openat,') && total!.includes('openat,'));
  });

  it('takes the calls of custom_set, by names of calls or events, instead of those of the tables', () => {
    const chosen = numbers('evt.type = ptrace', {
      customSet: ['execve', 'pread', 'nonsense', '!ptrace'],
      all: true,
    });
    assert.ok(chosen.has('execve') && chosen.has('pread64'));
    assert.ok(!chosen.has('ptrace') && !chosen.has('clone'));
    assert.equal(chosen.count, 2);
    assert.deepEqual([chosen.unknown, chosen.repaired], [['nonsense'], []]);
  });

  it('keeps those of the tables when custom_set only takes away', () => {
    const chosen = numbers('evt.type = ptrace', { customSet: ['!chdir'] });
    assert.ok(chosen.has('ptrace') && chosen.has('clone') && !chosen.has('chdir'));
  });

  it('repairs with the least that keeps the tables right', () => {
    const plain = numbers('evt.type = ptrace', { repair: true });
    assert.ok(plain.has('ptrace') && plain.has('clone3') && plain.has('execve') && plain.has('chdir'));
    assert.ok(!plain.has('openat') && !plain.has('close') && !plain.has('socket'));
    const file = numbers('evt.type = openat', { repair: true });
    assert.ok(file.has('close') && !file.has('socket'));
    const net = numbers('evt.type = accept4', { repair: true });
    assert.ok(net.has('socket') && net.has('bind') && net.has('getsockopt') && net.has('close'));
  });

  it('repairs what custom_set left out, and says what that is', () => {
    const chosen = numbers('evt.type = ptrace', { customSet: ['connect'], repair: true });
    assert.ok(chosen.has('connect') && chosen.has('socket') && chosen.has('clone'));
    assert.ok(chosen.repaired.includes('socket') && !chosen.repaired.includes('connect'));
  });

  it('never sends what custom_set takes away, but when it is needed to repair', () => {
    assert.ok(!numbers('evt.type = ptrace', { customSet: ['!execve'], repair: true }).has('execve'));
    assert.ok(
      numbers('evt.type = ptrace', { customSet: ['connect', '!execve'], repair: true }).has('execve'),
    );
  });
});
