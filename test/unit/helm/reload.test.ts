/** Which changes of values replace pods, and which reach running ones. */
import assert from 'node:assert/strict';
import { AT_START_ONLY } from '../../../daemon/cli/reload.js';
import type { Config } from '../../../daemon/config/config.js';
import { prometheusText } from '../../../daemon/metrics/prometheus.js';
import { describeChart, renderChart, type Values } from '../../support/helm/helm.js';
import { ALL, sample } from '../metrics/sample.js';
import { workloadOf } from './workload.js';

/** Another value of keys of falco.yaml. Those that only a new process takes over must all be here. */
const CHANGES: Partial<Record<keyof Config, unknown>> = {
  engine: { modern_ebpf: { more: 1 } },
  capture: { enabled: true },
  falco_libs: { snaplen: 100 },
  load_plugins: ['json'],
  plugins: [{ name: 'json', library_path: 'libjson.so' }],
  outputs_spool: { max_size_mb: 1 },
  rules: [{ disable: { tag: 'network' } }],
  rules_files: ['/etc/falco/rules.d'],
  priority: 'error',
  json_output: true,
  http_output: { enabled: true, url: 'http://a.example.org' },
  alerts: { throttle: { enabled: true } },
  log_level: 'debug',
  static_fields: { site: 'lab' },
  syscall_event_drops: { rate: 1 },
};

describeChart('A change of values of the Helm chart', () => {
  const templateOf = (values: Values): unknown => {
    const { workload } = workloadOf(renderChart([{ customRules: { 'a.yaml': '' } }, values]).objects);
    return (workload['spec'] as { template: unknown }).template;
  };
  const before = (): unknown => templateOf({});

  for (const [key, value] of Object.entries(CHANGES)) {
    const replaces = (AT_START_ONLY as readonly string[]).includes(key);
    it(`${replaces ? 'replaces pods' : 'reaches running pods'} when it is one of falco.${key}`, () => {
      const after = templateOf({ falco: { [key]: value } });
      if (replaces) assert.notDeepEqual(after, before());
      else assert.deepEqual(after, before());
    });
  }

  it('is tried with every key that only a new process takes over', () => {
    assert.deepEqual(
      AT_START_ONLY.filter(key => !(key in CHANGES)),
      [],
    );
  });

  it('replaces pods when audit events come at another path, or are larger', () => {
    assert.notDeepEqual(templateOf({ falco: { webserver: { k8s_audit_endpoint: '/a' } } }), before());
    assert.notDeepEqual(templateOf({ falco: { k8s_audit: { max_body_mb: 20 } } }), before());
  });

  it('replaces pods when it is one of the certificates of http_output, and not for that of the web server', () => {
    const certificates = (of: 'ca' | 'client' | 'server', crt: string): unknown =>
      templateOf({ certs: { [of]: of === 'ca' ? { crt } : { crt, key: 'k' } } });
    assert.notDeepEqual(certificates('ca', 'a'), certificates('ca', 'b'));
    assert.notDeepEqual(certificates('client', 'a'), certificates('client', 'b'));
    assert.deepEqual(certificates('server', 'a'), certificates('server', 'b'));
  });

  it('reaches running pods when it is one of the rules', () => {
    assert.deepEqual(templateOf({ customRules: { 'a.yaml': '- list: x\n  items: []\n' } }), before());
  });

  describe('with watch_config_files off, when nothing is reloaded', () => {
    const unwatched = (values: Values = {}): unknown =>
      templateOf({ ...values, falco: { ...(values['falco'] as Values), watch_config_files: false } });

    for (const [title, values] of [
      ...Object.entries(CHANGES).map(
        ([key, value]) => [`falco.${key}`, { falco: { [key]: value } }] as const,
      ),
      ['the rules', { customRules: { 'a.yaml': '- list: x\n  items: []\n' } }],
    ] as const)
      it(`replaces pods when it is one of ${title}`, () =>
        assert.notDeepEqual(unwatched(values), unwatched()));

    it('replaces pods for new certificates, and not when nothing changed', () => {
      const certificate = (crt: string): unknown =>
        unwatched({ certs: { server: { key: 'k', crt }, ca: { crt } } });
      assert.notDeepEqual(certificate('a'), certificate('b'));
      assert.deepEqual(certificate('a'), certificate('a'));
    });
  });
});

describeChart('The Grafana dashboard', () => {
  it('asks for numbers that the daemon serves, by labels that these have', () => {
    const { objects } = renderChart([{ grafana: { dashboards: { enabled: true } } }]);
    const map = objects.find(({ metadata }) => metadata.name === 'falco-grafana-dashboard')!;
    const text = (map['data'] as Readonly<Record<string, string>>)['falco.json']!;
    JSON.parse(text);
    const served = prometheusText(sample(), ALL);
    const asked = [...new Set(text.match(/falcosecurity_\w+/g))];
    assert.ok(asked.length >= 8);
    assert.deepEqual(
      asked.filter(name => !served.includes(`# TYPE ${name} `)),
      [],
    );
    for (const [name, label] of [
      ['falcosecurity_falco_rules_matches_total', 'rule_name'],
      ['falcosecurity_falco_driver_drops_total', 'reason'],
      ['falcosecurity_falco_output_dropped_total', 'output'],
    ])
      assert.match(served, new RegExp(`^${name!}\\{[^}]*\\b${label!}="`, 'm'));
  });
});
