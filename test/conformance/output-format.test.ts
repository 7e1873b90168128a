import assert from 'node:assert/strict';
import { toText } from '../../daemon/events/byte-string.js';
import type { FieldValue } from '../../daemon/fields/field.js';
import type { FilterContext } from '../../daemon/filter/context.js';
import { compileOutput, type OutputFormat } from '../../daemon/filter/output-format.js';
import { sourceContext } from '../../daemon/filter/source-context.js';
import { fakeBinder, fakeEvent, type FakeField } from '../unit/filter/fake.js';
import { describeShared, sharedJson } from '../support/shared.js';

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
  readonly setup_events?: unknown;
}

/** What thread 1 of the vectors is, and the one event that they print: getcwd giving /test/dir. */
const VALUES: Readonly<Record<string, { readonly field: FakeField; readonly value: FieldValue }>> = {
  'proc.name': { field: { type: 'CHARBUF' }, value: 'init' },
  'thread.tid': { field: { type: 'INT64' }, value: 1 },
  'evt.asynctype': { field: { type: 'CHARBUF' }, value: null },
  'evt.arg[1]': { field: { type: 'CHARBUF' }, value: '/test/dir' },
  'evt.arg.path': { field: { type: 'CHARBUF' }, value: '/test/dir' },
  'proc.aname[0]': { field: { type: 'CHARBUF' }, value: 'init' },
  'proc.aname': { field: { type: 'CHARBUF', flags: ['no_transformer'] }, value: null },
  'proc.apid[0]': { field: { type: 'INT64' }, value: 1 },
  'evt.num': { field: { type: 'UINT64' }, value: 1 },
  'fd.type': { field: { type: 'CHARBUF' }, value: null },
  'proc.pid': { field: { type: 'INT64' }, value: 1 },
};
const event = fakeEvent(
  307,
  Object.fromEntries(Object.entries(VALUES).map(([name, { value }]) => [name, value])),
);
const fake = fakeBinder(Object.fromEntries(Object.entries(VALUES).map(([name, { field }]) => [name, field])));
const context: FilterContext = {
  events: sourceContext('syscall').events,
  fields: {
    bind: (name, argument) => fake.bind(argument === null ? name : `${name}[${argument}]`, null),
    prefix: fake.prefix,
  },
};

/** Falco starts every format with the star that prints missing values; without it the vectors stop at the first. */
const applies = ({ format, ok, setup_events }: Vector): boolean =>
  setup_events === undefined && (ok !== false || format.startsWith('*'));

function compile(vector: Vector): OutputFormat | null {
  const compiled = compileOutput(vector.format.replace(/^\*/, ''), context, {
    transformed: vector.resolve_transformed_fields,
  });
  return compiled.ok ? compiled.format : null;
}

const shown = (value: FieldValue): string => (value === null ? '<NA>' : toText(String(value)));

describeShared('output formats', () => {
  const { vectors } = sharedJson<{ vectors: readonly Vector[] }>('conformance/output_format.json');
  vectors.filter(applies).forEach((vector, index) => {
    it(`agree on vector ${String(index)}: ${vector.mode} ${vector.format}`, () => {
      const format = compile(vector);
      assert.equal(format === null, vector.throws === true);
      if (format === null) return;
      const values = format.values(event);
      if (vector.output !== undefined && vector.mode === 'normal')
        assert.equal(format.message(event), vector.output);
      if (vector.output !== undefined && vector.mode === 'json')
        assert.deepEqual(values, JSON.parse(vector.output === 'null' ? '{}' : vector.output));
      for (const [name, text] of Object.entries(vector.fields ?? {}))
        assert.equal(shown(values[name] ?? null), text);
      if (vector.n_fields !== undefined) assert.equal(format.fields.length, vector.n_fields);
      if (vector.n_field_names !== undefined) assert.equal(format.fields.length, vector.n_field_names);
      for (const name of vector.field_names_include ?? []) assert.ok(format.fields.includes(name), name);
    });
  });
});
