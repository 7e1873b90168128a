import assert from 'node:assert/strict';
import { parseCondition } from '../../../daemon/filter/parse.js';
import { print } from '../../../daemon/filter/print.js';
import { macroReferences, resolveMacros, type Resolved } from '../../../daemon/filter/resolve.js';
import type { Node } from '../../../daemon/filter/tree.js';

function tree(text: string): Node {
  const parsed = parseCondition(text);
  assert.ok(parsed.ok);
  return parsed.tree;
}

const resolve = (text: string, macros: Readonly<Record<string, string>>): Resolved =>
  resolveMacros(tree(text), name => (macros[name] === undefined ? undefined : tree(macros[name])));

describe('macros', () => {
  it('are put in place of their names', () => {
    const resolved = resolve('a and not b', { a: 'x.y = 1 or x.z = 2', b: 'a and x.w exists' });
    assert.ok(resolved.ok);
    assert.equal(
      print(resolved.tree),
      '((x.y = 1 or x.z = 2) and not ((x.y = 1 or x.z = 2) and x.w exists))',
    );
    assert.deepEqual([...resolved.macros].sort(), ['a', 'b']);
  });

  it('that do not exist are named, with where they are used', () => {
    const resolved = resolve('x.y exists and a', { a: 'x.y = 1 or b' });
    assert.ok(!resolved.ok);
    assert.equal(resolved.message, "Undefined macro 'b' used in filter.");
    assert.deepEqual(resolved.within, ['a']);
    assert.equal(resolved.at.span.start.offset, 11);
  });

  it('that contain themselves are told', () => {
    const resolved = resolve('a', { a: 'x.y = 1 or b', b: 'not a' });
    assert.ok(!resolved.ok);
    assert.equal(resolved.message, "reference loop in macro 'a'");
  });

  it('that double themselves again and again are refused at once', () => {
    const macros: Record<string, string> = { m0: 'x.y exists' };
    for (let i = 1; i < 60; i++) macros[`m${String(i)}`] = `m${String(i - 1)} or not m${String(i - 1)}`;
    const resolved = resolve('m59', macros);
    assert.ok(!resolved.ok);
    assert.match(resolved.message, /makes the condition too large/);
  });

  it('that nest for thousands of levels are refused without running off the stack', () => {
    const macros: Record<string, string> = { m0: 'x.y exists' };
    for (let i = 1; i < 5000; i++) macros[`m${String(i)}`] = `not m${String(i - 1)} or x.z = 1`;
    assert.ok(!resolve('m4999', macros).ok);
  });

  it('of a condition are listed once each', () => {
    assert.deepEqual(macroReferences(tree('a and (b or not a) and x.y exists')), ['a', 'b']);
  });
});
