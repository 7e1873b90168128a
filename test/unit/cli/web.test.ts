import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { intakeLimits, Web } from '../../../daemon/cli/web.js';
import type { Config } from '../../../daemon/config/config.js';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import { AuditIntake } from '../../../daemon/web/audit-intake.js';
import { AUDIT_PATH, freePort, post } from '../../support/post.js';
import { eventually } from '../../support/process.js';

describe('The web server at a reload', () => {
  it('is tried again when its port could not be had the time before', async () => {
    const said: string[] = [];
    const answers = { trouble: () => null, versions: () => '{}', metrics: () => Promise.resolve(null) };
    const web = new Web(answers, (level, text) => said.push(`${level}: ${text}`));
    const other = createServer();
    await new Promise<void>(done => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as AddressInfo;
    const config: Config = {
      ...defaultConfig(),
      webserver: {
        ...defaultConfig().webserver,
        enabled: true,
        listen_address: '127.0.0.1',
        listen_port: port,
      },
    };
    await web.apply(config);
    assert.match(
      said.join('\n'),
      /^error: There is no web server: cannot listen on \S+: the port is in use already/,
    );
    await new Promise(done => other.close(done));
    await web.apply(config);
    const response = await fetch(`http://127.0.0.1:${String(port)}/healthz`);
    assert.equal(await response.text(), '{"status": "ok"}');
    await web.close();
  });

  it('that changes it answers who waits for the judge, and listens without a gap', async () => {
    const port = await freePort();
    const answers = { trouble: () => null, versions: () => '{}', metrics: () => Promise.resolve(null) };
    let judged = 0;
    let open: () => void = () => undefined;
    const gate = new Promise<void>(resolve => (open = resolve));
    const judge = async () => {
      await gate;
      judged++;
      return { ok: true } as const;
    };
    const config = (more: Partial<Config['webserver']>): Config => ({
      ...defaultConfig(),
      webserver: {
        ...defaultConfig().webserver,
        ...{ enabled: true, listen_address: '127.0.0.1', listen_port: port, k8s_audit_endpoint: AUDIT_PATH },
        ...more,
      },
    });
    const intake = new AuditIntake(intakeLimits(config({})), judge, () => undefined);
    const settings = {
      ...{ endpoint: AUDIT_PATH, mostEndpointBytes: 1 << 20, plugin: null, certificate: '' },
      ...{ mostBodyBytes: 1 << 20, mostEventBytes: 0, customHeaders: [] },
    };
    const web = new Web(answers, () => undefined, { settings, intake });
    await web.start(config({}));
    const waiting = post(port, '{}');
    await eventually('a body waits', () => (intake.waiting === 1 ? true : undefined), 20_000);
    await web.apply(config({ prometheus_metrics_enabled: true }));
    const next = post(port, '{}');
    open();
    assert.deepEqual([(await waiting).status, (await next).status, judged], [200, 200, 2]);
    await web.close();
  });
});
