import assert from 'node:assert/strict';
import { eventNames, selectSyscalls } from '../../../daemon/engine/selection.js';
import { syscallByName } from '../../../daemon/events/syscall-table.js';
import { rulebook } from '../../support/book.js';

function numbers(
  condition: string,
  all = false,
): { has: (name: string) => boolean; unsent: readonly string[] } {
  const { rules } = rulebook(`- {rule: R, desc: d, output: o, priority: INFO, condition: '${condition}'}`);
  const needs = rules.map(rule => ({
    eventTypes: rule.eventTypes,
    eventNames: eventNames(rule.filter.tree),
  }));
  const selection = selectSyscalls(needs, 'x86_64', all);
  const set = new Set(selection.numbers);
  return { has: name => set.has(syscallByName(name)?.x86_64 ?? -1), unsent: selection.unsent };
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

  it('sends everything but the high-volume calls for a rule that names no type', () => {
    const chosen = numbers('proc.name = cat');
    assert.ok(chosen.has('getppid') && chosen.has('mkdir'));
    assert.ok(!chosen.has('read'));
  });

  it('says which high-volume calls a rule asks for in vain, and sends them when told to', () => {
    assert.deepEqual(numbers('evt.type = read').unsent, ['read']);
    const all = numbers('evt.type = read', true);
    assert.ok(all.has('read'));
    assert.deepEqual(all.unsent, []);
  });
});
