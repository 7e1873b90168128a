/** The Grafana dashboard: a table of panels; every number is one of /metrics (docs/health-and-metrics.md). */

const RATE = '[$__rate_interval]';
const where = '{namespace=~"$namespace"}';

/** Title, kind of panel, unit, and [query, name in the legend]…; two panels a row. */
const PANELS = [
  ['Pods that watch', 'stat', 'short', [`sum(falcosecurity_falco_healthy${where})`, 'healthy']],
  [
    'Alerts of the last hour',
    'stat',
    'short',
    [`sum(increase(falcosecurity_falco_alerts_total${where}[1h]))`, 'alerts'],
  ],
  [
    ...['Alerts by rule', 'timeseries', 'short'],
    [
      `sum by (rule_name) (increase(falcosecurity_falco_rules_matches_total${where}[5m])) > 0`,
      '{{rule_name}}',
    ],
  ],
  ['Events', 'timeseries', 'ops', [`rate(falcosecurity_falco_events_total${where}${RATE})`, '{{pod}}']],
  [
    ...['Events that the driver lost', 'timeseries', 'ops'],
    [
      `sum by (pod, reason) (rate(falcosecurity_falco_driver_drops_total${where}${RATE})) > 0`,
      '{{pod}} {{reason}}',
    ],
  ],
  [
    ...['Alerts that did not get out', 'timeseries', 'short'],
    [
      `sum by (pod, output) (increase(falcosecurity_falco_output_dropped_total${where}[5m])) > 0`,
      '{{pod}} {{output}}',
    ],
    [
      `sum by (pod) (increase(falcosecurity_falco_alerts_lost_total${where}[5m])) > 0`,
      '{{pod}} before any output',
    ],
  ],
  ['CPU', 'timeseries', 'percentunit', [`falcosecurity_falco_cpu_usage_ratio${where}`, '{{pod}}']],
  ['Memory', 'timeseries', 'bytes', [`falcosecurity_falco_memory_rss_bytes${where}`, '{{pod}}']],
];

const source = { type: 'prometheus', uid: '${datasource}' };
const letters = 'ABCDEF';

/** @returns what Grafana imports, as JSON */
export function dashboard() {
  const panels = PANELS.map(([title, type, unit, ...queries], index) => ({
    ...{ id: index + 1, title, type, datasource: source },
    gridPos: { h: 8, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 8 },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(([expr, legendFormat], at) => ({
      refId: letters[at],
      datasource: source,
      expr,
      legendFormat,
    })),
  }));
  const variables = [
    { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' },
    {
      ...{
        name: 'namespace',
        type: 'query',
        label: 'Namespace',
        datasource: source,
        includeAll: true,
        allValue: '.*',
      },
      ...{ query: 'label_values(falcosecurity_falco_healthy, namespace)', refresh: 2, multi: true },
    },
  ];
  return {
    ...{ uid: 'falco-runtime-security', title: 'Falco', tags: ['falco', 'security'], editable: true },
    ...{ schemaVersion: 39, refresh: '1m', time: { from: 'now-6h', to: 'now' } },
    ...{ templating: { list: variables }, panels },
  };
}
