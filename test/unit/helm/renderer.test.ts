/** The stand-in for Helm, where templates depend on how it behaves. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  chartFolder,
  describeChart,
  renderRequests,
  type Answer,
  type Values,
} from '../../support/helm/helm.js';
import { projectRoot } from '../../support/project.js';

describeChart('The renderer of charts', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'falco-chart-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function render(template: string, layers: readonly Values[] = [], defaults = ''): Answer {
    mkdirSync(join(folder, 'templates'), { recursive: true });
    writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: a\nversion: 1.2.3\nappVersion: "4"\n');
    writeFileSync(join(folder, 'values.yaml'), defaults);
    writeFileSync(join(folder, 'file.txt'), 'text');
    writeFileSync(join(folder, 'templates/_x.tpl'), '{{ define "x" }}[{{ .Release.Name }}]{{ end }}');
    writeFileSync(join(folder, 'templates/NOTES.txt'), 'notes of {{ .Chart.Name }}');
    writeFileSync(join(folder, 'templates/t.yaml'), template);
    return renderRequests([{ chart: folder, release: 'r', namespace: 'n', values: layers }])[0]!;
  }
  const text = (...args: Parameters<typeof render>): string => {
    const { error, manifests } = render(...args);
    assert.equal(error, undefined);
    return manifests!['templates/t.yaml'] ?? '';
  };

  it('merges mappings, replaces all else, and takes away what is null', () => {
    const defaults = 'a: {b: 1, c: {d: 2}}\nl: [1, 2]\ns: x\n';
    const { values } = render(
      '',
      [
        { a: { b: 5 }, l: [3] },
        { a: { c: null }, s: null, extra: { e: 1 } },
      ],
      defaults,
    );
    assert.deepEqual(values, { a: { b: 5 }, l: [3], extra: { e: 1 } });
  });

  it('knows what templates ask for', () => {
    assert.equal(
      text('{{ .Release.Namespace }} {{ .Chart.Version }} {{ .Files.Get "file.txt" }}'),
      'n 1.2.3 text',
    );
    assert.equal(text('{{ include "x" . | upper }} {{ tpl "{{ .Chart.AppVersion }}" . }}'), '[R] 4');
    assert.equal(text('{{ toYaml .Values | nindent 2 }}', [], 'a: [1]'), '\n  a:\n  - 1');
    assert.equal(
      text('{{ .Capabilities.APIVersions.Has "apps/v1" }} {{ .Template.Name }}'),
      'true a/templates/t.yaml',
    );
  });

  it('writes nothing for what is not there, and numbers as Go does', () => {
    assert.equal(
      text('<{{ .Values.nothing }}> {{ .Values.count }} {{ .Values.count | int }}', [], 'count: 2000000'),
      '<> 2e+06 2000000',
    );
  });

  it('keeps notes and blank templates apart', () => {
    const { manifests = {}, notes } = render('  \n{{ if false }}x{{ end }}\n');
    assert.deepEqual(manifests, {});
    assert.equal(notes, 'notes of a');
  });

  for (const [title, template, message] of [
    ['what is asked of nothing', '{{ .Values.a.b }}', /nil pointer evaluating interface \{\}\.b/],
    ['fail', '{{ fail "so not" }}', /execution error at \(a\/templates\/t\.yaml\): .*so not/],
    ['required', '{{ required "name it" .Values.a }}', /name it/],
    ['a template that does not end', '{{ if }}', /parse error at \(a\/templates\/t\.yaml\)/],
    ['a look into the environment', '{{ env "HOME" }}', /function "env" not defined/],
  ] as const) {
    it(`refuses ${title}`, () => assert.match(render(template).error ?? '', message));
  }
});

describe('The Helm chart', () => {
  it('is of the release that it is in', () => {
    const chart = parse(readFileSync(join(chartFolder, 'Chart.yaml'), 'utf8')) as Record<string, string>;
    const own = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Record<string, string>;
    assert.equal(chart['appVersion'], own['version']);
  });
});
