import assert from 'node:assert/strict';
import { toText } from '../../daemon/events/byte-string.js';
import type { FieldValue } from '../../daemon/fields/field.js';
import { compileOutput, type OutputFormat } from '../../daemon/filter/output-format.js';
import { sourceContext } from '../../daemon/filter/source-context.js';
import type { EventView } from '../../daemon/state/event.js';
import { describeShared, sharedJson } from '../support/shared.js';
import { traceInspector, traceRecord } from '../support/trace.js';

interface Vector {
  readonly test: string;
  readonly format: string;
  readonly mode: 'normal' | 'json';
  readonly resolve_transformed_fields: boolean;
  readonly throws?: boolean;
  readonly ok?: boolean;
  readonly output?: string;
  readonly n_fields?: number;
  readonly fields?: Readonly<Record<string, string>>;
  readonly n_field_names?: number;
  readonly field_names_include?: readonly string[];
  readonly output_not?: readonly string[];
  readonly tid: number;
  readonly setup_events?: readonly Omit<Parameters<typeof traceRecord>[0], 'do' | 'n'>[];
}

const context = sourceContext('syscall');

/** The event that the vectors print: getcwd giving /test/dir, after the events that set the scene. */
function event({ tid, setup_events = [] }: Vector): EventView {
  const inspector = traceInspector();
  let time = 1_566_230_400_000_000_000n;
  const getcwd = { type: 'PPME_SYSCALL_GETCWD_X', tid, params: [-1, '/test/dir'] };
  for (const step of [...setup_events, getcwd]) {
    const record = traceRecord({ do: 'event', n: 0, ...step }, time++);
    assert.ok(record !== null);
    assert.ok(inspector.process(record, 0, 0));
  }
  return inspector.view;
}

function compile(vector: Vector): OutputFormat | null {
  const compiled = compileOutput(vector.format.replace(/^\*/, ''), context, {
    transformed: vector.resolve_transformed_fields,
  });
  return compiled.ok ? compiled.format : null;
}

const shown = (value: FieldValue): string => (value === null ? '<NA>' : toText(String(value)));

describeShared('output formats', () => {
  const { vectors } = sharedJson<{ vectors: readonly Vector[] }>('conformance/output_format.json');
  vectors.forEach((vector, index) => {
    // Without the star a format stops at the first value that is missing. Falco starts every format with it, and so
    // this formatter knows no other: what comes before that value has to be the same.
    const stops = vector.ok === false && !vector.format.startsWith('*');
    it(`agree on vector ${String(index)}: ${vector.mode} ${vector.format}`, () => {
      const format = compile(vector);
      assert.equal(format === null, vector.throws === true);
      if (format === null) return;
      const evt = event(vector);
      const values = format.values(evt);
      if (stops) {
        const present = format.fields.slice(
          0,
          format.fields.findIndex(name => values[name] === null),
        );
        assert.deepEqual(Object.fromEntries(present.map(name => [name, values[name]])), vector.fields);
        assert.ok(vector.mode === 'json' || format.message(evt).startsWith(`${vector.output ?? ''}<NA>`));
        return;
      }
      if (vector.output !== undefined && vector.mode === 'normal')
        assert.equal(format.message(evt), vector.output);
      if (vector.output !== undefined && vector.mode === 'json')
        assert.deepEqual(values, JSON.parse(vector.output === 'null' ? '{}' : vector.output));
      for (const text of vector.output_not ?? []) assert.notEqual(format.message(evt), text);
      for (const [name, text] of Object.entries(vector.fields ?? {}))
        assert.equal(shown(values[name] ?? null), text);
      if (vector.n_fields !== undefined) assert.equal(format.fields.length, vector.n_fields);
      if (vector.n_field_names !== undefined) assert.equal(format.fields.length, vector.n_field_names);
      for (const name of vector.field_names_include ?? []) assert.ok(format.fields.includes(name), name);
    });
  });
});
