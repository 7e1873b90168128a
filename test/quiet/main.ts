/**
 * The quiet suite: the normal life of a host, performed for real in a copy of this one that is thrown away, while a daemon
 * with the delivered rules watches. Prints each alert and why it came; exit code 0 when it was quiet.
 *
 *   node dist/test/quiet/main.js [ACTIVITY…] [-r RULES…]
 */
import { join } from 'node:path';
import { projectRoot } from '../support/project.js';
import { sleep } from '../support/process.js';
import { startMachine, type Machine } from './machine.js';
import { explained, problemsOf, reportOf, type Performed } from './report.js';
import { startWatcher, type Watcher } from './watcher.js';

/** For the last alerts to arrive, those that wait for a container's metadata included. */
const SETTLE_MS = 3000;

function daemonOptions(rules: readonly string[], sockets: Machine['sockets']): readonly string[] {
  const chosen = rules.length > 0 ? rules : [join(projectRoot, 'etc/falco_rules.yaml')];
  const engines = Object.fromEntries(
    Object.entries(sockets).map(([engine, socket]) => [engine, { enabled: true, sockets: [socket] }]),
  );
  const plugin = { name: 'container', library_path: 'libcontainer.so', init_config: { engines } };
  return [
    ...['-c', join(projectRoot, 'etc/falco.yaml')],
    ...chosen.flatMap(path => ['-r', path]),
    ...['-o', `plugins[]=${JSON.stringify(plugin)}`],
  ];
}

async function main(words: readonly string[]): Promise<number> {
  const rules = words.flatMap((word, i) => (words[i - 1] === '-r' ? [word] : []));
  const activities = words.filter((word, i) => word !== '-r' && words[i - 1] !== '-r');
  if (process.getuid?.() !== 0) {
    process.stderr.write('The quiet suite needs root\n');
    return 2;
  }
  let watcher: Watcher | null = null;
  const machine = await startMachine(activities);
  try {
    watcher = await startWatcher(join(projectRoot, 'bin/falco'), daemonOptions(rules, machine.sockets));
    const performed: Performed[] = [];
    const begun = Date.now();
    const cpuBefore = watcher.cpu();
    let from = 0;
    await machine.live(message => {
      if (message.kind === 'begin') from = Date.now();
      if (message.kind === 'begin')
        performed.push({ id: message.id, does: message.does, from, to: from, outcome: { kind: 'done' } });
      if (message.kind === 'end')
        performed.push({ ...performed.pop()!, to: Date.now(), outcome: message.outcome });
    });
    await sleep(SETTLE_MS);
    const cpuSeconds = watcher.cpu() - cpuBefore;
    const seconds = (Date.now() - begun) / 1000;
    const costs = await watcher.costs();
    const ours = watcher.alerts.filter(({ pids }) => pids.includes(machine.first));
    const others = watcher.alerts.filter(({ pids }) => !pids.includes(machine.first));
    const seen = ours.map(alert => explained(alert, performed));
    const result = { performed, seen, others, seconds, cpuSeconds, costs };
    process.stdout.write(reportOf(result));
    return problemsOf(result).length === 0 ? 0 : 1;
  } finally {
    await watcher?.stop();
    await machine.stop();
  }
}

process.exitCode = await main(process.argv.slice(2));
