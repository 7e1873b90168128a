import assert from 'node:assert/strict';
import type { FieldType, FieldValue } from '../../daemon/fields/field.js';
import type { FilterContext } from '../../daemon/filter/context.js';
import { sourceContext } from '../../daemon/filter/source-context.js';
import { transformerRow } from '../../daemon/filter/transformers/table.js';
import type { Argument } from '../../daemon/filter/transformers/transformer.js';
import type { Source } from '../../daemon/filter/typed.js';
import { compileText, fakeBinder, fakeEvent, type FakeField } from '../unit/filter/fake.js';
import { describeShared, sharedJson } from '../support/shared.js';

interface Vector {
  readonly test: string;
  readonly kind: 'run' | 'compile' | 'modifiers' | 'transform';
  readonly factory?: 'default' | 'mock';
  readonly expr?: string;
  readonly result?: boolean;
  readonly ok?: boolean;
  readonly warnings?: number;
  readonly message?: string;
  readonly modifiers?: readonly (string | null)[];
  readonly transformer?: string;
  readonly input_type?: string;
  readonly input_is_list?: boolean;
  readonly input?: readonly (string | number)[];
  readonly output_type?: string;
  readonly output?: readonly (string | number)[];
}

interface Vectors {
  readonly vectors: readonly Vector[];
  readonly transformer_types: Readonly<
    Record<
      string,
      {
        readonly supported_types: readonly string[];
        readonly supported_list_types: readonly string[] | 'ALL';
      }
    >
  >;
}

const real = sourceContext('syscall');

/** The made-up fields of the vectors: what they compare with decides, so text does for all of them. */
const MOCK: Readonly<Record<string, FakeField>> = {
  'c.true': { type: 'CHARBUF' },
  'c.false': { type: 'CHARBUF' },
  'c.singlequote': { type: 'CHARBUF' },
  'c.doublequote': { type: 'CHARBUF' },
  'c.buffer': { type: 'BYTEBUF' },
};
const EVENT = fakeEvent(307, {
  'c.true': '1',
  'c.false': '0',
  'c.singlequote': "hello 'quoted'",
  'c.doublequote': 'hello "quoted"',
  'c.buffer': '',
});
const fake = fakeBinder(MOCK);
const mock: FilterContext = {
  events: real.events,
  fields: {
    bind: (name, argument) => (name in MOCK ? fake.bind(name, argument) : real.fields.bind(name, argument)),
    prefix: fake.prefix,
  },
};

function source(type: FieldType, list: boolean, value: FieldValue): Source {
  return { text: 'x.y', key: 'x.y', type, list, fields: [], candidates: null, extract: () => value, cost: 1 };
}

const typeOf = (text: string): FieldType => text.replace(/^PT_/, '') as FieldType;

function transform(vector: Vector): void {
  const type = typeOf(vector.input_type!);
  const row = transformerRow(vector.transformer!)!;
  const inputs = vector.input_is_list === true ? [vector.input!] : vector.input!;
  const results = inputs.map(input => {
    const argument: Argument = { kind: 'source', source: source(type, vector.input_is_list!, input) };
    const built = row.build([argument], null);
    assert.ok(built.ok, built.ok ? '' : built.message);
    assert.equal(built.outcome.type, typeOf(vector.output_type!));
    return built.outcome.extract(EVENT);
  });
  assert.deepEqual(results.flat(), vector.output);
}

describeShared('the compiler of conditions', () => {
  const { vectors, transformer_types } = sharedJson<Vectors>('conformance/filter_compile.json');
  vectors.forEach((vector, index) => {
    const { kind, expr = '' } = vector;
    it(`agrees on vector ${String(index)}: ${vector.transformer ?? expr}`, () => {
      if (kind === 'transform') {
        transform(vector);
        return;
      }
      const compiled = compileText(expr, vector.factory === 'mock' ? mock : real);
      switch (kind) {
        case 'run':
          // Two strings that a quote in the middle breaks: not compiling is as good as not matching.
          assert.equal(compiled.ok && compiled.filter.matches(EVENT), vector.result);
          break;
        case 'compile':
          assert.equal(compiled.ok, vector.ok, compiled.ok ? '' : compiled.message);
          if (compiled.ok) assert.equal(compiled.warnings.length, vector.warnings);
          else if (vector.message !== undefined) assert.equal(compiled.message, vector.message);
          break;
        case 'modifiers':
          assert.ok(compiled.ok);
      }
    });
  });

  for (const [name, types] of Object.entries(transformer_types)) {
    it(`takes the right types for ${name}`, () => {
      const row = transformerRow(name)!;
      const scalar: FieldType[] = [
        'INT64',
        'UINT64',
        'PORT',
        'BOOL',
        'DOUBLE',
        'RELTIME',
        'IPADDR',
        'IPNET',
        'CHARBUF',
        'FSPATH',
        'FSRELPATH',
        'BYTEBUF',
      ];
      for (const type of scalar) {
        for (const list of [false, true]) {
          const taken = list ? types.supported_list_types : types.supported_types;
          const built = row.build([{ kind: 'source', source: source(type, list, null) }], null);
          assert.equal(built.ok, taken === 'ALL' || taken.includes(`PT_${type}`), `${name} of ${type}`);
        }
      }
    });
  }
});
