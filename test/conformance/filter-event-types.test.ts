import assert from 'node:assert/strict';
import { bindCondition } from '../../daemon/filter/bind.js';
import { eventTypes, type EventTypes } from '../../daemon/filter/event-types.js';
import { parseCondition } from '../../daemon/filter/parse.js';
import { eventCatalog, sourceContext } from '../../daemon/filter/source-context.js';
import { describeShared, sharedJson } from '../support/shared.js';

interface Vector {
  readonly test: string;
  readonly expr: string;
  readonly event_types?: 'all' | readonly string[] | { readonly all_except: readonly string[] };
  readonly same_events_as?: string;
  readonly throws?: boolean;
}

const context = sourceContext('syscall');

function analyse(text: string): EventTypes {
  const parsed = parseCondition(text);
  assert.ok(parsed.ok);
  const bound = bindCondition(parsed.tree, context);
  assert.ok(bound.ok, bound.ok ? '' : bound.message);
  return eventTypes(bound.tree, eventCatalog);
}

function codes(text: string): number[] {
  const types = analyse(text);
  assert.ok(types.ok);
  return [...types.codes].sort((a, b) => a - b);
}

const named = (names: readonly string[]): Set<number> =>
  new Set(names.flatMap(name => [...eventCatalog.named(name)!]));

function expected(types: NonNullable<Vector['event_types']>): number[] {
  const all = [...eventCatalog.all].sort((a, b) => a - b);
  if (types === 'all') return all;
  if ('all_except' in types) {
    const left = named(types.all_except);
    return all.filter(code => !left.has(code));
  }
  const wanted = named(types as readonly string[]);
  return all.filter(code => wanted.has(code));
}

describeShared('the event types of a condition', () => {
  const { vectors } = sharedJson<{ vectors: readonly Vector[] }>('conformance/filter_event_types.json');
  vectors.forEach((vector, index) => {
    it(`agree on vector ${String(index)}: ${vector.expr}`, () => {
      if (vector.throws !== undefined) assert.equal(!analyse(vector.expr).ok, vector.throws);
      if (vector.event_types !== undefined)
        assert.deepEqual(codes(vector.expr), expected(vector.event_types));
      if (vector.same_events_as !== undefined)
        assert.deepEqual(codes(vector.expr), codes(vector.same_events_as));
    });
  });
});
