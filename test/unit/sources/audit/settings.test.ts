import assert from 'node:assert/strict';
import { loadConfigText } from '../../../../daemon/config/load.js';
import { auditSettings } from '../../../../daemon/engine/audit-settings.js';
import { customFieldsReader } from '../../../../daemon/sources/audit/custom-fields.js';
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
    const none = { customHeaders: [], unknown: [] };
    const settings = {
      ...{ certificate: '/etc/falco/falco.pem', mostEventBytes: 0, mostBodyBytes: null },
      ...none,
    };
    for (const text of ['', '{}', ' ', 'null', '{"useAsync":false}'])
      assert.deepEqual(readPluginSettings(text), { ok: true, settings });
  });

  it('is taken over', () => {
    assert.deepEqual(
      readPluginSettings('{"sslCertificate":"/x.pem","maxEventSize":10,"webhookMaxBatchSize":20}'),
      {
        ok: true,
        settings: {
          ...{ certificate: '/x.pem', mostEventBytes: 10, mostBodyBytes: 20 },
          ...{ customHeaders: [], unknown: [] },
        },
      },
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
    assert.match(message('{"useAsync":"yes"}'), /In <root>\[useAsync\], the value is not true or false/);
    assert.match(
      message('{"maxEventSize":-1}'),
      /In <root>\[maxEventSize\], the value is not a whole number/,
    );
  });
});

describe('customFieldsHeaders of the plugin k8saudit', () => {
  const read = (value: unknown) => {
    const result = readPluginSettings(JSON.stringify({ customFieldsHeaders: value }));
    assert.ok(result.ok, result.ok ? '' : result.message);
    const reader = customFieldsReader(result.settings.customHeaders);
    assert.ok(reader.ok, reader.ok ? '' : reader.message);
    return reader.read;
  };
  const TWO = {
    header: 'X-Forwarded-Tls-Client-Cert-Info',
    pattern: 'OU=([A-Za-z]+),OU=([A-Za-z]+)',
    customFields: ['division', 'team'],
  };

  it('make a field of the value of a header', () => {
    const added = read([{ header: 'X-WebAuth-User', customFields: ['cluster_name'] }]);
    assert.deepEqual(added({ 'x-webauth-user': 'cheese' }), { cluster_name: 'cheese' });
    assert.deepEqual(added({ 'x-webauth-user': ['a', 'b'] }), { cluster_name: 'a' });
    assert.deepEqual(added({ 'x-webauth-user': 'k\xc3\xa4se' }), { cluster_name: 'käse' });
    assert.deepEqual(added({ 'x-webauth-user': 'k\xe4se' }), { cluster_name: 'käse' });
    assert.equal(added({ 'x-other': 'cheese' }), null);
  });

  it('make a field of each group of a pattern, wherever it matches', () => {
    const added = read([TWO, { header: 'X-Cluster', customFields: ['cluster'] }]);
    const sent = {
      'x-forwarded-tls-client-cert-info': 'Subject="DC=org,OU=Factory,OU=Pack"',
      'x-cluster': 'c',
    };
    assert.deepEqual(added(sent), { division: 'Factory', team: 'Pack', cluster: 'c' });
    assert.equal(added({ 'x-forwarded-tls-client-cert-info': 'nobody' }), null);
  });

  it('take no object over', () => {
    const added = read([{ header: 'x', customFields: ['__proto__'] }])({ x: 'polluted' });
    assert.deepEqual(Object.keys(added ?? {}), ['__proto__']);
    for (const header of ['__proto__', 'constructor']) {
      const readOdd = read([{ header, customFields: ['x'] }]);
      assert.equal(readOdd({ x: 'sent' }), null);
    }
  });

  it('are checked', () => {
    const message = (value: unknown): string => {
      const result = readPluginSettings(JSON.stringify({ customFieldsHeaders: value }));
      assert.ok(!result.ok);
      return result.message;
    };
    const place = 'error in plugin k8saudit init config: In <root>[customFieldsHeaders]';
    assert.equal(message('x'), `${place}, the value is not a list`);
    assert.equal(message(['x']), `${place}[0], the value is not a mapping`);
    assert.equal(
      message([{ customFields: ['a'] }]),
      `${place}[0][header], the value is not the name of a header`,
    );
    assert.equal(message([{ header: 'a' }]), `${place}[0][customFields], the value is not a list of names`);
    assert.equal(
      message([{ header: 'a', customFields: ['b', 'c'] }]),
      `${place}[0][customFields], without a pattern there is one value for all names`,
    );
    assert.equal(message([{ ...TWO, pattern: 1 }]), `${place}[0][pattern], the value is not a text`);
  });

  it('are refused where their patterns are compiled', () => {
    const message = (pattern: string): string => {
      const reader = customFieldsReader([{ header: 'a', pattern, fields: ['b', 'c'] }]);
      assert.ok(!reader.ok);
      return reader.message;
    };
    assert.match(message('('), /^the pattern for 'a' is no regular expression: missing/);
    assert.equal(message('(a)'), "the pattern for 'a' has fewer groups than customFields has names");
  });
});

describe('What the configuration says of audit events', () => {
  const settings = (yaml: string) => {
    const loaded = loadConfigText(yaml, []);
    assert.ok(loaded.ok, loaded.ok ? '' : loaded.message);
    return auditSettings(loaded.config, loaded.root.entries.has('load_plugins'));
  };
  const PLUGIN = 'plugins: [{name: k8saudit, library_path: libk8saudit.so, open_params: "http://:9765/x"}]\n';

  it('warns of keys that it does not know, and starts all the same', () => {
    const said = settings(PLUGIN.replace('}]', ', init_config: {newer: 1, useAsync: true}}]'));
    assert.ok(said.ok);
    assert.deepEqual(said.warnings, ["plugin k8saudit: init_config has a key that is not known: 'newer'"]);
  });

  it('is nothing by default, and when the plugin is not among those to load', () => {
    assert.deepEqual(settings(''), { ok: true, settings: null, warnings: [] });
    assert.deepEqual(settings(`${PLUGIN}load_plugins: []\n`), { ok: true, settings: null, warnings: [] });
    assert.deepEqual(settings('webserver: {k8s_audit_endpoint: /k8s-audit}\n'), {
      ok: true,
      settings: null,
      warnings: [],
    });
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
