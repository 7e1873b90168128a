import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { Web } from '../../../daemon/cli/web.js';
import type { Config } from '../../../daemon/config/config.js';
import { defaultConfig } from '../../../daemon/config/defaults.js';

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
});
