import assert from 'node:assert/strict';
import { loadConfigText } from '../../../../daemon/config/load.js';
import { auditSettings } from '../../../../daemon/engine/audit-settings.js';
import { readOpenParams, readPluginSettings } from '../../../../daemon/sources/audit/settings.js';

describe('open_params of the plugin k8saudit', () => {
  // prettier-ignore
  const GOOD: readonly (readonly [params: string, input: object])[] = [
    ['http://:9765/k8s-audit', { kind: 'server', address: '', port: 9765, path: '/k8s-audit', tls: false }],
    ['https://0.0.0.0:443/a/b', { kind: 'server', address: '0.0.0.0', port: 443, path: '/a/b', tls: true }],
    ['http://[::1]:80', { kind: 'server', address: '::1', port: 80, path: '/', tls: false }],
    ['https://host.example/x', { kind: 'server', address: 'host.example', port: 443, path: '/x', tls: true }],
    ['  file:///var/log/audit.log ', { kind: 'follow', path: '/var/log/audit.log' }],
    ['/var/log/audit', { kind: 'read', path: '/var/log/audit' }],
    ['events.json', { kind: 'read', path: 'events.json' }],
  ];
  for (const [params, input] of GOOD) {
    it(`can be ${params}`, () => assert.deepEqual(readOpenParams(params), { ok: true, input }));
  }

  it('are refused with a reason', () => {
    const reason = (params: string): string => {
      const read = readOpenParams(params);
      assert.ok(!read.ok);
      return read.message;
    };
    assert.match(reason(''), /^plugin k8saudit: open_params '': say where events come from/);
    assert.match(reason('http://:0/x'), /there is no port 0/);
    assert.match(reason('http://:99999/x'), /there is no port 99999/);
    assert.match(reason('ftp://x/y'), /only http:\/\/, https:\/\/ and file:\/\/ are known/);
    assert.match(reason('file://relative'), /absolute path/);
    assert.match(reason('http://a b:1/x'), /only http/);
  });
});

describe('init_config of the plugin k8saudit', () => {
  it('has defaults', () => {
    const settings = { certificate: '/etc/falco/falco.pem', mostEventBytes: 0, mostBodyBytes: null };
    for (const text of ['', '{}', ' ', 'null', '{"useAsync":false}'])
      assert.deepEqual(readPluginSettings(text), { ok: true, settings });
  });

  it('is taken over', () => {
    assert.deepEqual(
      readPluginSettings('{"sslCertificate":"/x.pem","maxEventSize":10,"webhookMaxBatchSize":20}'),
      { ok: true, settings: { certificate: '/x.pem', mostEventBytes: 10, mostBodyBytes: 20 } },
    );
  });

  it('is checked, and what is wrong is said as Falco says it', () => {
    const message = (text: string): string => {
      const read = readPluginSettings(text);
      assert.ok(!read.ok);
      return read.message;
    };
    assert.equal(message('{'), 'error in plugin k8saudit: init config is not a valid json');
    assert.match(
      message('[]'),
      /^error in plugin k8saudit init config: In <root>, the value is not a mapping$/,
    );
    assert.match(message('{"x":1}'), /there is no key 'x'/);
    assert.match(message('{"__proto__":1}'), /there is no key '__proto__'/);
    assert.match(message('{"useAsync":"yes"}'), /In <root>\[useAsync\], the value is not true or false/);
    assert.match(
      message('{"maxEventSize":-1}'),
      /In <root>\[maxEventSize\], the value is not a whole number/,
    );
  });
});

describe('What the configuration says of audit events', () => {
  const settings = (yaml: string) => {
    const loaded = loadConfigText(yaml, []);
    assert.ok(loaded.ok, loaded.ok ? '' : loaded.message);
    return auditSettings(loaded.config, loaded.root.entries.has('load_plugins'));
  };
  const PLUGIN = 'plugins: [{name: k8saudit, library_path: libk8saudit.so, open_params: "http://:9765/x"}]\n';

  it('is nothing by default, and when the plugin is not among those to load', () => {
    assert.deepEqual(settings(''), { ok: true, settings: null });
    assert.deepEqual(settings(`${PLUGIN}load_plugins: []\n`), { ok: true, settings: null });
    assert.deepEqual(settings('webserver: {k8s_audit_endpoint: /k8s-audit}\n'), { ok: true, settings: null });
  });

  it('is the path on the web server, when that is enabled', () => {
    const read = settings('webserver: {enabled: true, k8s_audit_endpoint: /k8s-audit}\n');
    assert.ok(read.ok);
    assert.equal(read.settings?.endpoint, '/k8s-audit');
    assert.equal(read.settings.plugin, null);
    assert.equal(read.settings.mostEndpointBytes, 12_582_912);
  });

  it('is the plugin, when it is loaded', () => {
    for (const yaml of [PLUGIN, `${PLUGIN}load_plugins: [k8saudit, json]\n`]) {
      const read = settings(yaml);
      assert.ok(read.ok);
      assert.equal(read.settings?.plugin?.kind, 'server');
      assert.equal(read.settings.endpoint, null);
    }
  });

  it('cannot ask for certificates without TLS', () => {
    const read = settings(`${PLUGIN}k8s_audit: {client_ca: /ca.pem}\n`);
    assert.ok(!read.ok);
    assert.match(read.message, /client_ca needs TLS/);
    const web = loadConfigText(
      'webserver: {enabled: true, k8s_audit_endpoint: /x}\nk8s_audit: {client_ca: /ca.pem}\n',
      [],
    );
    assert.ok(!web.ok);
    assert.match(web.message, /client_ca needs TLS/);
  });

  it('cannot be a path of something else', () => {
    for (const path of ['/healthz', '/metrics', 'x']) {
      const loaded = loadConfigText(`webserver: {enabled: true, k8s_audit_endpoint: ${path}}\n`, []);
      assert.ok(!loaded.ok, path);
      assert.match(loaded.message, /k8s_audit_endpoint/);
    }
  });
});
