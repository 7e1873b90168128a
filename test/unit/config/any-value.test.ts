/** Whatever stands behind whatever key, the answer is a configuration or words, never an exception. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import { loadConfigText } from '../../../daemon/config/load.js';
import { rows } from '../../../daemon/config/table-walk.js';

const paths = rows().map(({ path }) => path);
const words = [
  ...[
    '',
    'true',
    'no',
    '5',
    '-1',
    '0x1F',
    '1e400',
    '.inf',
    '~',
    '[a]',
    '{a: b}',
    '${HOME}',
    '1h',
    '*',
    'x\ny',
    '\0',
  ],
  ...[
    'constructor',
    '__proto__',
    'all',
    'ignore',
    'modern_ebpf',
    'warning',
    '::1',
    '/etc/x',
    '99999999999999999999',
  ],
];
const value = fc.letrec(tie => ({
  any: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constantFrom(...words, true, false, null, 0, 7, -3, 2.5, 4_294_967_296),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...words, 'enable', 'rule', 'tag', 'path', 'name', 'match'), tie('any'), {
      maxKeys: 3,
    }),
  ),
})).any;

/** One key of a list's entry is written as a list with such an entry. */
function put(root: Record<string, unknown>, path: string, written: unknown): void {
  const steps = path.split('.');
  let at = root;
  for (const [i, step] of steps.entries()) {
    const name = step.replace('[]', '');
    const last = i === steps.length - 1;
    const next = last ? written : {};
    if (last || typeof at[name] !== 'object' || at[name] === null)
      at[name] = step.endsWith('[]') ? [next] : next;
    const inside = at[name];
    at = (Array.isArray(inside) ? inside[0] : inside) as Record<string, unknown>;
    if (typeof at !== 'object' || at === null) return;
  }
}

/** The same keys, sections within sections. */
function shape(config: object): unknown {
  return Object.fromEntries(
    Object.entries(config).map(([name, inner]) => [
      name,
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) && name !== 'static_fields'
        ? shape(inner as object)
        : null,
    ]),
  );
}

describe('Any value behind any key', () => {
  it('in a file or with -o gives a whole configuration or words', () => {
    const wanted = shape(defaultConfig());
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...paths), value), { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...words)), { maxLength: 2 }),
        (written, overrides) => {
          const root: Record<string, unknown> = {};
          for (const [path, one] of written) put(root, path, one);
          const options = overrides.map(([path, text]) => `${path}=${text}`);
          const result = loadConfigText(JSON.stringify(root), options, { HOME: '/nonexistent' });
          if (result.ok) {
            accepted++;
            assert.deepEqual(shape(result.config), wanted);
          } else {
            assert.match(
              result.message,
              /^(config(:\d+:\d+)?|-o \S+|Config error|Error parsing|Could not read configuration file)/,
            );
          }
        },
      ),
      { seed: 5, numRuns: 1500 },
    );
    assert.ok(accepted > 200, String(accepted));
  });
});
