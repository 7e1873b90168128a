/** The file of alerts that collectors follow, turned by logrotate as packaging/fleet has it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertsOf, numbersTo, startNode, writeExample, type FleetNode } from '../../support/fleet.js';
import { describeLive, patience } from '../../support/live.js';
import { eventually } from '../../support/process.js';

describeLive(
  'The file of alerts of a node',
  function (this: Mocha.Suite) {
    this.timeout(60_000 * patience);
    let folder: string;
    let node: FleetNode | undefined;

    before(() => (folder = mkdtempSync(join(tmpdir(), 'falco-fleet-'))));
    after(async () => {
      await node?.daemon.stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });

    it('is turned by logrotate while alerts come: each is in one of the files, once', async () => {
      const logs = join(folder, 'logs');
      mkdirSync(logs, { mode: 0o755 });
      node = startNode('node-a', join(folder, 'node-a'), 'config.d/fleet-file.yaml', {
        '/var/log/falco': logs,
      });
      const pidFile = join(folder, 'pid');
      // As --pidfile writes it, without a newline.
      writeFileSync(pidFile, String(node.daemon.pid));
      const rotation = join(folder, 'logrotate');
      writeExample('logrotate/falco', { '/var/log/falco': logs, '/run/falco.pid': pidFile }, rotation);
      execFileSync('chown', ['root:root', rotation]);
      const file = join(logs, 'alerts.json');
      for (let turn = 0; turn < 3; turn++) {
        node.raise(500);
        await eventually(
          'alerts are written',
          () => alertsOf('node-a', file).length >= 200,
          20_000 * patience,
        );
        node.raise(500);
        execFileSync('logrotate', ['--force', '--state', join(folder, 'state'), rotation]);
        // A new file begins with the next alert.
        node.raise(50);
        await eventually('a new file is begun', () => existsSync(file), 10_000 * patience);
      }
      await node.end();
      execFileSync('sh', ['-c', `gunzip ${logs}/*.gz`]);
      const all = [3, 2, 1].flatMap(piece => alertsOf('node-a', `${file}.${String(piece)}`));
      assert.deepEqual([...all, ...alertsOf('node-a', file)], numbersTo(node.raised));
    });
  },
  ['logrotate', 'gunzip', 'unshare', 'mount'],
);
