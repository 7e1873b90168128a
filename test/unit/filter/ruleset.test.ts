import assert from 'node:assert/strict';
import { buildRuleset, generateSource, type RulesetRule } from '../../../daemon/filter/compile/ruleset.js';
import { Graph } from '../../../daemon/filter/compile/graph.js';
import type { TypedNode } from '../../../daemon/filter/typed.js';
import { compileText, fakeContext, fakeEvent } from './fake.js';

const context = fakeContext({
  'evt.type': { type: 'CHARBUF' },
  's.a': { type: 'CHARBUF' },
  's.b': { type: 'CHARBUF', cost: 8 },
});

const OPENAT = 307;
const CLOSE = 5;

function rule(index: number, condition: string): RulesetRule {
  const compiled = compileText(condition, context);
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  return { index, filter: compiled.filter.tree, eventTypes: compiled.filter.eventTypes };
}

function source(...conditions: string[]): string {
  const graph = new Graph();
  const entries = conditions.map((condition, index) => ({
    index,
    node: graph.add(rule(index, condition).filter),
  }));
  return generateSource(entries, 'first').source;
}

describe('a ruleset', () => {
  it('reports the first match, or all, in the order of the rules', () => {
    const rules = [rule(7, 's.a = x'), rule(3, 's.a startswith y'), rule(5, 's.a = y')];
    const evt = fakeEvent(OPENAT, { 's.a': 'y' });
    const out = new Int32Array(8);
    assert.equal(buildRuleset(rules, 'first').evaluate(evt, out), 1);
    assert.equal(out[0], 3);
    assert.equal(buildRuleset(rules, 'all').evaluate(evt, out), 2);
    assert.deepEqual([...out.subarray(0, 2)], [3, 5]);
  });

  it('has nothing to do for types that no rule asks for', () => {
    const ruleset = buildRuleset([rule(0, 'evt.type = openat and s.a = x')], 'first');
    assert.ok(ruleset.eventTypes.has(OPENAT));
    assert.ok(!ruleset.eventTypes.has(CLOSE));
    assert.equal(ruleset.evaluate(fakeEvent(CLOSE, { 's.a': 'x', 'evt.type': 'close' }), []), 0);
  });

  it('makes one function for all types that it cannot tell apart', () => {
    assert.equal(buildRuleset([rule(0, 's.a = x')], 'first').functions, 1);
    // One for open and openat, and one for async events, whose type comes with the event.
    assert.equal(buildRuleset([rule(0, 's.a = x and evt.type in (open, openat)')], 'first').functions, 2);
  });

  it('never has text of a rule in its source', () => {
    const text = source('s.a = "marker" and s.b contains "`;process.exit()//"', 's.a in (marker, other)');
    assert.ok(!/marker|process/.test(text));
    assert.match(text, /^[\w\s'(){}[\];,=!?:|&]*$/);
  });

  it('looks at cheap fields first and reads each once', () => {
    const reads: string[] = [];
    const spied = (tree: TypedNode): TypedNode => {
      if (tree.kind === 'not') return { kind: 'not', child: spied(tree.child) };
      if (tree.kind !== 'check') return { kind: tree.kind, children: tree.children.map(spied) };
      const { left } = tree;
      const extract: typeof left.extract = evt => {
        reads.push(left.text);
        return left.extract(evt);
      };
      return { ...tree, left: { ...left, extract } };
    };
    const rules = ['s.b = x and s.a = x', 's.b = y and s.a = y', 's.b = z and s.a = y'].map(
      rule.bind(null, 0),
    );
    const ruleset = buildRuleset(
      rules.map(({ filter, eventTypes }, index) => ({ index, filter: spied(filter), eventTypes })),
      'all',
    );
    assert.equal(ruleset.evaluate(fakeEvent(OPENAT, { 's.a': 'y', 's.b': 'z' }), [0, 0, 0]), 1);
    assert.deepEqual(reads, ['s.a', 's.b']);
  });

  it('becomes several functions when there is too much for one', () => {
    const many = Array.from({ length: 2000 }, (_, i) => `s.a = v${String(i)}`).join(' or ');
    assert.ok(!source('s.a = x').includes('function r0'));
    assert.ok(source(many).includes('function r0'));
  });
});
