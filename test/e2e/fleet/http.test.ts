/** Three nodes whose alerts come together in one nginx, over HTTPS with certificates of both sides, as packaging/fleet has it. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  alertsOf,
  isListening,
  makeCertificates,
  numbersTo,
  START_MS,
  startNode,
  writeExample,
  type FleetNode,
} from '../../support/fleet.js';
import { describeLive, patience } from '../../support/live.js';
import { freePort } from '../../support/ports.js';
import { eventually, sleep, startProcess, type RunningProcess } from '../../support/process.js';
import { Receiver } from '../../support/receiver.js';

const NAMES = ['node-a', 'node-b', 'node-c'];

describeLive(
  'A fleet that sends its alerts over HTTP',
  function (this: Mocha.Suite) {
    this.timeout(90_000 * patience);
    let folder: string;
    let port: number;
    let innerPort: number;
    let collector: RunningProcess | undefined;
    let nodes: FleetNode[];

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'falco-fleet-'));
      port = await freePort();
      do innerPort = await freePort();
      while (innerPort === port);
      nodes = [];
      makeCertificates(join(folder, 'ca'), 'localhost', ...NAMES);
      mkdirSync(join(folder, 'centre'));
    });
    afterEach(async () => {
      for (const { daemon } of nodes) await daemon.stop('SIGKILL');
      await collector?.stop('SIGTERM');
      collector = undefined;
      rmSync(folder, { recursive: true, force: true });
    });

    /** nginx with the example, and around it what Debian's nginx.conf has. */
    const startCollector = async (): Promise<void> => {
      const own = join(folder, 'centre');
      const included = join(own, 'falco-collector.conf');
      const places = {
        'logs.example.com': 'localhost',
        '/etc/falco-fleet': join(folder, 'ca/localhost'),
        '/var/log/falco-fleet': own,
        '8443': String(port),
        '127.0.0.1:8480': `127.0.0.1:${String(innerPort)}`,
      };
      writeExample('nginx/falco-collector.conf', places, included);
      const main = [
        'user root; worker_processes 2; daemon off;',
        `pid ${own}/pid; error_log ${own}/error.log;`,
        `events {} http { access_log off; client_body_temp_path ${own}/bodies; include ${included}; }`,
      ];
      writeFileSync(join(own, 'nginx.conf'), main.join('\n'));
      collector = startProcess('/usr/sbin/nginx', ['-c', join(own, 'nginx.conf')]);
      await eventually('nginx listens', () => isListening(port) && isListening(innerPort), START_MS);
    };
    const start = (name: string, certificates = 'ca'): FleetNode => {
      const node = startNode(name, join(folder, name), 'config.d/fleet-http.yaml', {
        'logs.example.com:8443': `localhost:${String(port)}`,
        '/etc/falco-fleet': join(folder, certificates, name),
        // The authority of the collector, whoever vouches for the node.
        [`ca_cert: ${join(folder, certificates, name)}`]: `ca_cert: ${join(folder, 'ca', name)}`,
      });
      nodes.push(node);
      return node;
    };
    const arrived = (name: string): number[] => alertsOf(name, join(folder, 'centre', `${name}.json`));
    const allArrive = (): Promise<unknown> =>
      eventually(
        'all alerts arrive',
        () => nodes.every(({ name, raised }) => new Set(arrived(name)).size === raised),
        60_000 * patience,
      );

    it('with certificates: each alert is there once, in the file of its node, and what came while the collector was away', async () => {
      await startCollector();
      for (const name of NAMES) start(name);
      let raising = true;
      const going = (async () => {
        for (let i = 0; i < 150 && raising; i++) {
          for (const node of nodes) node.raise(10);
          await sleep(20);
        }
      })();
      await eventually('alerts arrive', () => arrived('node-c').length > 200, 20_000 * patience);
      await collector!.stop();
      await sleep(1500);
      await startCollector();
      await going;
      raising = false;
      await allArrive();
      for (const { name, raised } of nodes) assert.deepEqual(arrived(name), numbersTo(raised), name);
      await Promise.all(nodes.map(node => node.end()));
    });

    it('a node that another authority vouches for gets nothing in, and keeps it until it has a good certificate', async () => {
      await startCollector();
      makeCertificates(join(folder, 'other'), 'node-a');
      const stranger = start('node-a', 'other');
      stranger.raise(50);
      await stranger.daemon.line('stderr', /http.*503/, 20_000 * patience);
      assert.deepEqual(arrived('node-a'), []);
      await stranger.daemon.stop();
      nodes.pop();
      start('node-a');
      await eventually(
        'what was kept arrives',
        () => arrived('node-a').length === stranger.raised,
        20_000 * patience,
      );
      assert.deepEqual(arrived('node-a'), numbersTo(stranger.raised));
    });

    it('to falcosidekick: each alert is a request of its own, a JSON object with all that falcosidekick reads', async () => {
      const receiver = new Receiver();
      await receiver.start();
      const node = startNode('node-a', join(folder, 'node-a'), 'config.d/fleet-falcosidekick.yaml', {
        'http://falcosidekick.example.com:2801/': `http://localhost:${String(receiver.port)}/`,
      });
      nodes.push(node);
      node.raise(20);
      await eventually('they arrive', () => receiver.taken.length >= 20, 20_000 * patience);
      await node.end();
      await receiver.stop();
      for (const [i, { method, path, headers, body }] of receiver.requests.slice(0, 20).entries()) {
        assert.deepEqual([method, path, headers['content-type']], ['POST', '/', 'application/json']);
        const { output, priority, rule, time, output_fields, source, tags, hostname } = JSON.parse(
          body,
        ) as Record<string, unknown>;
        assert.match(String(output), new RegExp(`Warning Opened /stream/${String(i).padStart(7, '0')} end$`));
        assert.match(String(time), /^2023-11-14T22:13:20\.\d{9}Z$/);
        assert.deepEqual(
          { priority, rule, source, tags, hostname },
          { priority: 'Warning', rule: 'Stream', source: 'syscall', tags: [], hostname: 'node-a' },
        );
        assert.equal(
          (output_fields as Record<string, unknown>)['fd.name'],
          `/stream/${String(i).padStart(7, '0')}`,
        );
      }
      assert.equal(receiver.requests.length, 20);
    });
  },
  ['nginx', 'openssl', 'unshare', 'mount'],
);
