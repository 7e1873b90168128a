/** Texts of rules files: lists put in place, and every character traced back to where it was written. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { resolveLists, substituteLists, type ListSource } from '../../../daemon/rules/list-resolution.js';
import {
  joined,
  mapped,
  origin,
  replaced,
  trimmed,
  type MappedText,
} from '../../../daemon/rules/mapped-text.js';
import { parseYaml, type YamlNode, type YamlScalar } from '../../../daemon/rules/yaml.js';

function scalars(node: YamlNode): readonly YamlScalar[] {
  if (node.kind === 'scalar') return [node];
  if (node.kind === 'sequence') return node.items.flatMap(scalars);
  return node.entries.flatMap(({ key, value }) => [...scalars(key), ...scalars(value)]);
}

function scalarsOf(text: string): readonly YamlScalar[] {
  const { documents, error } = parseYaml('t.yaml', Buffer.from(text));
  assert.equal(error, null);
  return documents.flatMap(scalars);
}

const plain = (text: string): MappedText => mapped(scalarsOf(JSON.stringify(text))[0]!);

describe('places of characters', () => {
  it('are right in scalars of every style', () => {
    const words = fc.array(fc.stringMatching(/^[a-zA-Z0-9(),='".%\\/-]{1,12}$/), {
      minLength: 1,
      maxLength: 30,
    });
    const style = fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_FOLDED', 'BLOCK_LITERAL');
    const blank = fc.constantFrom(' ', '  ', '\n', '\n  ');
    fc.assert(
      fc.property(words, style, blank, (list, defaultStringType, between) => {
        const value = list.join(between);
        const text = stringify([{ key: value }], {
          defaultStringType,
          defaultKeyType: 'PLAIN',
          lineWidth: 40,
        });
        const scalar = scalarsOf(text)[1]!;
        assert.equal(scalar.text.trim(), value.trim());
        const whole = mapped(scalar);
        for (let i = 0; i < scalar.text.length; i++) {
          const char = scalar.text[i]!;
          if (/\s/.test(char)) continue;
          const found = text[origin(whole, i, i + 1).start]!;
          assert.ok(
            found === char || found === '\\',
            `${char} of ${JSON.stringify(value)} is at ${found} in ${text}`,
          );
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('survive joining, cutting and replacing', () => {
    const text = 'a: one two three\nb: four five\n';
    const [, first, , second] = scalarsOf(text) as [YamlScalar, YamlScalar, YamlScalar, YamlScalar];
    const whole = trimmed(joined([mapped(first), mapped(second)]));
    const changed = replaced(whole, [
      { start: 4, end: 7, text: 'a long way' },
      { start: 13, end: 17, text: '' },
    ]);
    assert.equal(changed.text, 'one a long way three five');
    const at = (word: string): string => {
      const start = changed.text.indexOf(word);
      const { start: from, end } = origin(changed, start, start + word.length);
      return text.slice(from, end);
    };
    assert.deepEqual(['one', 'long', 'three', 'five'].map(at), ['one', 'two', 'three', 'five']);
  });
});

describe('lists in conditions', () => {
  const source = (
    name: string,
    index: number,
    items: readonly string[],
    visibility = index,
  ): [string, ListSource] => [name, { name, index, visibility, items }];
  const substitute = (text: string, ...lists: readonly [string, ListSource][]): string | undefined => {
    const used = new Set<string>();
    return substituteLists(plain(text), resolveLists(new Map(lists), used), used)?.text;
  };

  it('are put in place wherever their names stand between delimiters', () => {
    const list = source('l', 0, ['a', 'b c', "'d'"]);
    assert.equal(
      substitute('x in (l) and y in (k,l, m)', list),
      `x in (a, "b c", 'd') and y in (k,a, "b c", 'd', m)`,
    );
    assert.equal(substitute('ll=l and l.x in (l_)', list), `ll=a, "b c", 'd' and l.x in (l_)`);
  });
  it('take a comma along when they are empty', () => {
    const list = source('l', 0, []);
    assert.equal(substitute('x in (l, a)', list), 'x in ( a)');
    assert.equal(substitute('x in (a, l)', list), 'x in (a)');
    assert.equal(substitute('x in (a, l, b)', list), 'x in (a,  b)');
    assert.equal(substitute('x in (l,l)', list), 'x in ()');
    assert.equal(substitute('x in (l)', list), 'x in ()');
  });
  it('hold the items of lists that were there before, as they were written', () => {
    const lists = [source('a', 0, ['x']), source('b', 1, ['a', 'y']), source('c', 2, ['b'])];
    // c has what b was written with: the a in there is put in place by nobody, as lists resolve in their order.
    assert.equal(substitute('f in (c)', ...lists), 'f in (a, y)');
    assert.equal(substitute('f in (b)', ...lists), 'f in (x, y)');
  });
  it('see no list that came later, until they are touched again', () => {
    const later = source('b', 1, ['y']);
    assert.deepEqual(resolveLists(new Map([source('a', 0, ['b']), later]), new Set())[0]?.text, 'b');
    assert.deepEqual(resolveLists(new Map([source('a', 0, ['b'], 2), later]), new Set())[0]?.text, 'y');
  });
});
