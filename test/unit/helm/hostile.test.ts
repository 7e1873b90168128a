/** Each value taken away, or emptied, with everything else switched on: refused by name, or rendered well. */
import assert from 'node:assert/strict';
import { loadConfigText } from '../../../daemon/config/load.js';
import {
  describeChart,
  mergedValues,
  renderCharts,
  valuesFile,
  valuesProblem,
  type Values,
} from '../../support/helm/helm.js';
import { problemsOf } from '../../support/kubernetes.js';

const EVERYTHING: Values = {
  metrics: { enabled: true },
  serviceMonitor: { create: true },
  grafana: { dashboards: { enabled: true, configMaps: { falco: { folder: 'a' } } } },
  networkPolicy: { enabled: true },
  customRules: { 'a.yaml': '[]' },
  falcosidekick: { enabled: true, fullfqdn: true },
  falcoctl: { artifact: { install: { enabled: true }, follow: { enabled: true } } },
  certs: { server: { key: 'k', crt: 'c' }, ca: { crt: 'a' }, client: { key: 'k', crt: 'c' } },
  services: [{ name: 'a', ports: [{ port: 1 }] }],
};
const OPENSHIFT = { apiVersions: ['security.openshift.io/v1'] };

/** What a template says when it met what it did not expect. */
const BLUNDER =
  /nil pointer|wrong type|can't evaluate|invalid value|error converting|reflect|interface conversion/;

describeChart('Values of the Helm chart that are hostile', () => {
  const TEXTS = [
    ...[
      'yes',
      'on',
      'null',
      '~',
      '',
      '012',
      '0x1f',
      '1e3',
      '.inf',
      '1:30',
      '2026-11-26',
      '=',
      '<<',
      '!!int 3',
    ],
    ...[
      '{{ .Values }}',
      '{{',
      '${HOME}',
      'a: b',
      '- x',
      '# c',
      ' lead',
      'trail ',
      '%x',
      '@x',
      '`x`',
      '&a',
      '*a',
    ],
    ...['a\tb', 'a\r\nb', '\n\nx\n\n', 'x\n', '  two\n one\n', '\ttab first\nline', '"', "'", '\\', 'a\\nb'],
    ...['é', '\u2028', '\ufeffx', '\u0000', '\u001b[0m', '\u{1f600}', 'x'.repeat(5000), '--- a', '...'],
  ];

  it('come through whole, whatever is in texts', () => {
    const numbered = Object.fromEntries(TEXTS.map((text, index) => [`t${String(index)}`, text]));
    const rules = Object.fromEntries(TEXTS.map((text, index) => [`r${String(index)}.yaml`, text]));
    const [rendered] = renderCharts([[{ falco: { static_fields: numbered }, customRules: rules }]]);
    if (rendered instanceof Error) throw rendered;
    const maps = rendered!.objects.filter(({ kind }) => kind === 'ConfigMap');
    const [config, custom] = ['falco', 'falco-rules'].map(
      wanted =>
        maps.find(({ metadata }) => metadata.name === wanted)!['data'] as Readonly<Record<string, string>>,
    );
    assert.deepEqual(custom, rules);
    const loaded = loadConfigText(config!['falco.yaml']!, []);
    assert.ok(loaded.ok);
    // What looks like a variable of the environment is one.
    assert.deepEqual({ ...loaded.config.static_fields, t16: '${HOME}' }, numbered);
  });

  // What is below `falco` the daemon's own schema judges.
  const paths = pathsOf(valuesFile('values.yaml')).filter(
    ([first, ...more]) => first !== 'falco' || more.length < 2,
  );
  /** Objects that were judged already, as JSON: one value changes few of them. */
  const good = new Set<string>();

  for (const [title, base] of [
    ['with everything switched on', EVERYTHING],
    ['of audit events alone', { ...valuesFile('values-k8saudit.yaml'), networkPolicy: { enabled: true } }],
  ] as const) {
    for (const [how, value] of [
      ['null', null],
      ['an empty text', ''],
      ['an empty mapping', {}],
      ['an empty list', []],
      ['a number', 7],
    ] as const) {
      it(`${title}: each set to ${how}`, async function () {
        this.timeout(60_000);
        const layers = paths.map(path => [
          base,
          path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Values,
        ]);
        const merged = mergedValues(layers);
        const refused = merged.filter(values => valuesProblem(values) !== null).length;
        // Many come to the same: what is empty already.
        const distinct = new Map(merged.map((values, index) => [JSON.stringify(values), index]));
        const chosen = [...distinct.values()].filter(index => valuesProblem(merged[index]!) === null);
        const answers = renderCharts(
          chosen.map(index => layers[index]!),
          OPENSHIFT,
        );
        assert.ok(refused > 0 && answers.length > 0);
        for (const [at, answer] of answers.entries()) {
          const path = paths[chosen[at]!]!.join('.');
          if (answer instanceof Error) {
            assert.doesNotMatch(answer.message, BLUNDER, path);
            continue;
          }
          for (const object of answer.objects) {
            const text = JSON.stringify(object);
            if (good.has(text)) continue;
            assert.deepEqual(await problemsOf(object), [], `${path}: ${object.kind} ${object.metadata.name}`);
            good.add(text);
          }
        }
      });
    }
  }
});

/** Every section and every value, as lists of names. */
function pathsOf(values: Values, above: readonly string[] = []): readonly (readonly string[])[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = [...above, key];
    const section = typeof value === 'object' && value !== null && !Array.isArray(value);
    return section ? [path, ...pathsOf(value as Values, path)] : [path];
  });
}
