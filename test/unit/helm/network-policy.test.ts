/** What the network policy of the chart lets out: ports are those of pods, for services are resolved before it counts. */
import assert from 'node:assert/strict';
import { describeChart, renderChart, type Values } from '../../support/helm/helm.js';

interface Port {
  readonly protocol: string;
  readonly port?: number;
}

describeChart('The network policy of the Helm chart', () => {
  const egressOf = (values: Values): readonly { readonly ports: readonly Port[] }[] => {
    const { objects } = renderChart([{ networkPolicy: { enabled: true } }, values]);
    const { spec } = objects.find(({ kind }) => kind === 'NetworkPolicy')! as unknown as {
      spec: { egress: readonly { ports: readonly Port[] }[] };
    };
    return spec.egress;
  };
  const toUrl = (url: string): Values => ({ falco: { http_output: { enabled: true, url } } });

  for (const url of [
    'http://collector/alerts',
    'http://Collector.monitoring:80/',
    'https://collector.monitoring.svc/alerts',
    'http://user:word@collector.monitoring.svc.cluster.local.:8080/alerts',
    'http://collector.monitoring.svc.corp.example.org/',
    'http://node.pool.cluster.local/',
  ])
    it(`lets any TCP port out for the service ${url}`, () =>
      assert.deepEqual(egressOf(toUrl(url))[1], { ports: [{ protocol: 'TCP' }] }));

  for (const [url, port] of [
    ['http://alerts.example.org/', 80],
    ['HTTPS://alerts.example.org/falco', 443],
    ['https://alerts.svcs.example.org:8443/', 8443],
    ['http://10.1.2.3:2801', 2801],
    ['http://[fd00::1]:2801/', 2801],
    ['http://[fd00::1]/', 80],
  ] as const)
    it(`lets only port ${String(port)} out for ${url}`, () =>
      assert.deepEqual(egressOf(toUrl(url))[1], { ports: [{ protocol: 'TCP', port }] }));

  it('lets only its port out for falcosidekick, whose pods listen where its service does', () =>
    assert.deepEqual(egressOf({ falcosidekick: { enabled: true } })[1], {
      ports: [{ protocol: 'TCP', port: 2801 }],
    }));

  it('lets DNS out, to the port of OpenShift as well', () => {
    const { ports } = egressOf(toUrl('http://alerts.example.org/'))[0]!;
    const said = ports.map(({ protocol, port }) => `${protocol} ${String(port)}`);
    assert.deepEqual(said.sort(), ['TCP 53', 'TCP 5353', 'UDP 53', 'UDP 5353']);
  });
});
