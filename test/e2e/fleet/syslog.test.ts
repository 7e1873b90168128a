/** Three nodes whose alerts come together in one rsyslog, over TLS and over RELP, as packaging/fleet has it. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  alertsOf,
  isListening,
  makeCertificates,
  numbersTo,
  startNode,
  startRsyslog,
  type FleetNode,
} from '../../support/fleet.js';
import { describeLive, patience } from '../../support/live.js';
import { freePort } from '../../support/ports.js';
import { eventually, sleep, type RunningProcess } from '../../support/process.js';

const NAMES = ['node-a', 'node-b', 'node-c'];
const KINDS = {
  tls: { node: 'rsyslog/node.conf', centre: 'rsyslog/centre.conf', port: '"6514"' },
  relp: { node: 'rsyslog/node-relp.conf', centre: 'rsyslog/centre-relp.conf', port: '"2514"' },
};

describeLive(
  'A fleet that sends its alerts to a central rsyslog',
  function (this: Mocha.Suite) {
    this.timeout(90_000 * patience);
    let folder: string;
    let port: number;
    let started: RunningProcess[];
    let nodes: FleetNode[];

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'falco-fleet-'));
      port = await freePort();
      started = [];
      nodes = [];
      makeCertificates(join(folder, 'ca'), 'localhost', ...NAMES);
      mkdirSync(join(folder, 'centre'));
    });
    afterEach(async () => {
      for (const { daemon } of nodes) await daemon.stop('SIGKILL');
      for (const running of started) await running.stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });

    const centreOf = async (kind: keyof typeof KINDS): Promise<RunningProcess> => {
      const own = join(folder, 'centre');
      const places = {
        '/etc/falco-fleet': join(folder, 'ca/localhost'),
        '/var/log/falco-fleet': own,
        [KINDS[kind].port]: `"${String(port)}"`,
      };
      const distribution = [`$WorkDirectory ${own}`];
      const running = await startRsyslog(own, KINDS[kind].centre, distribution, places, () =>
        isListening(port),
      );
      started.push(running);
      return running;
    };

    /** The rsyslog of a node, with what Debian has in front of the example. */
    const forwarderOf = async (
      kind: keyof typeof KINDS,
      name: string,
      certificates = 'ca',
    ): Promise<RunningProcess> => {
      const own = join(folder, name);
      mkdirSync(own, { recursive: true });
      const socket = join(own, 'log');
      rmSync(socket, { force: true });
      const distribution = [
        `global(localHostname="${name}")`,
        'module(load="imuxsock" SysSock.Use="off")',
        `input(type="imuxsock" Socket="${socket}" CreatePath="on")`,
        `$WorkDirectory ${own}`,
        `*.* ${own}/syslog`,
      ];
      const places = {
        'logs.example.com': 'localhost',
        '/etc/falco-fleet': join(folder, certificates, name),
        [KINDS[kind].port]: `"${String(port)}"`,
      };
      const running = await startRsyslog(own, KINDS[kind].node, distribution, places, () =>
        existsSync(socket),
      );
      started.push(running);
      return running;
    };

    const startNodes = (): void => {
      for (const name of NAMES)
        nodes.push(startNode(name, join(folder, name), 'config.d/fleet-syslog.yaml', {}));
    };
    const arrived = (name: string): number[] => alertsOf(name, join(folder, 'centre', `${name}.json`));
    const raise = (count: number): void => nodes.forEach(node => node.raise(count));
    /** Waits until each node's alerts are all there, in whatever order and however often. */
    const allArrive = (): Promise<unknown> =>
      eventually(
        'all alerts arrive',
        () => nodes.every(({ name, raised }) => new Set(arrived(name)).size === raised),
        60_000 * patience,
      );

    /** Each is there; how many came twice, as a batch does that rsyslog begins anew. */
    const twice = (): number => {
      let more = 0;
      for (const { name, raised } of nodes) {
        const all = arrived(name);
        assert.deepEqual(
          [...new Set(all)].sort((a, b) => a - b),
          numbersTo(raised),
          name,
        );
        more += all.length - raised;
      }
      return more;
    };

    it('over TLS: each alert is there, in the file of its host, and what came while the centre was away', async () => {
      const centre = await centreOf('tls');
      for (const name of NAMES) await forwarderOf('tls', name);
      startNodes();
      raise(200);
      await allArrive();
      for (const { name } of nodes) assert.deepEqual(arrived(name), numbersTo(200), name);
      await centre.stop();
      raise(300);
      await sleep(2000);
      await centreOf('tls');
      raise(200);
      await allArrive();
      console.log(`      ${String(NAMES.length * 700)} alerts, ${String(twice())} of them twice`);
      await Promise.all(nodes.map(node => node.end()));
      // The daemon's own log is no alert, and stands beside.
      const log = readFileSync(join(folder, 'centre/node-b.log'), 'utf8');
      assert.match(log, /^\S+ node-b info .*Falco version/m);
    });

    it('over TLS: a node that another authority vouches for gets nothing in, and keeps it until it has a good certificate', async () => {
      const centre = await centreOf('tls');
      makeCertificates(join(folder, 'other'), ...NAMES);
      const refused = await forwarderOf('tls', 'node-a', 'other');
      nodes.push(startNode('node-a', join(folder, 'node-a'), 'config.d/fleet-syslog.yaml', {}));
      raise(50);
      const local = join(folder, 'node-a/syslog');
      const isIn = (): boolean => existsSync(local) && /stream\/0000049/.test(readFileSync(local, 'utf8'));
      await eventually('the node has them', isIn, 20_000 * patience);
      await centre.line('stderr', /not permitted to talk|peer .*(certificate|invalid)/i, 20_000 * patience);
      assert.deepEqual(arrived('node-a'), []);
      assert.equal(existsSync(join(folder, 'centre/node-a.json')), false);
      await refused.stop();
      await forwarderOf('tls', 'node-a');
      await allArrive();
      assert.deepEqual(arrived('node-a'), numbersTo(50));
    });

    it('over RELP: nothing is lost when the centre is killed in the middle of it', async () => {
      const centre = await centreOf('relp');
      for (const name of NAMES) await forwarderOf('relp', name);
      startNodes();
      let running = true;
      const going = (async () => {
        for (let i = 0; i < 200 && running; i++) {
          raise(10);
          await sleep(20);
        }
      })();
      await eventually('alerts arrive', () => arrived('node-c').length > 200, 20_000 * patience);
      await centre.stop('SIGKILL');
      await sleep(1000);
      await centreOf('relp');
      await going;
      running = false;
      await allArrive();
      console.log(
        `      ${String(nodes.length * nodes[0]!.raised)} alerts, ${String(twice())} of them twice`,
      );
    });
  },
  ['rsyslogd', 'openssl', 'unshare', 'mount'],
);
