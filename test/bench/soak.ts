/**
 * A long run under mixed load: compilations, a network of connections on the loopback, storms of short programs, and
 * containers where runc is there. Tells every half minute how large the process is and what was seen; in the end asserts
 * that nothing grew after the first third, and that everything is accounted for: what the driver saw was delivered or
 * counted as lost.
 *
 *     node dist/test/bench/soak.js [minutes]     as root; 30 minutes if nothing is said
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig } from '../../daemon/config/defaults.js';
import { startEngine, type EngineStatistics } from '../../daemon/engine/engine.js';
import { isInstalled } from '../support/live.js';
import { deliveredRules } from '../support/run-daemon.js';

const minutes = Number(process.argv[2] ?? 30);
const SAMPLES_EVERY_MS = 30_000;
/** What memory may still grow by after the warm-up, as a share and in MB: a collector does not work on the second. */
const GROWTH_SHARE = 0.05;
const GROWTH_MB = 6;

const folder = mkdtempSync(join(tmpdir(), 'falco-soak-'));
const sleep = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms));

/** Shell commands that are repeated for as long as the run lasts. */
function loads(): Record<string, string> {
  const source = join(folder, 'compiled.c');
  const functions = Array.from(
    { length: 300 },
    (_, i) => `int f${String(i)}(int a) { return a * ${String(i)}; }`,
  );
  writeFileSync(
    source,
    `#include <stdio.h>\n#include <stdlib.h>\n${functions.join('\n')}\nint main(void) { return f1(0); }\n`,
  );
  const server =
    "const s=require('net').createServer(c=>c.pipe(c)).listen(0,'127.0.0.1',()=>{let n=0;const go=()=>{if(++n>2000)" +
    "return process.exit();const c=require('net').connect(s.address().port,'127.0.0.1',()=>c.end('x'));" +
    "c.on('close',go).resume()};for(let i=0;i<8;i++)go()})";
  const all: Record<string, string> = {
    compile: `gcc -O2 -o ${folder}/compiled ${source} && ${folder}/compiled`,
    network: `${process.execPath} -e "${server}"`,
    exec: 'i=0; while [ $i -lt 500 ]; do /bin/true; i=$((i+1)); done; sleep 0.2',
    files: `find /usr/include -type f 2>/dev/null | head -n 3000 | xargs cat >/dev/null; sleep 0.5`,
    names: `i=0; while [ $i -lt 300 ]; do : >${folder}/name-$i-$$; mv ${folder}/name-$i-$$ ${folder}/moved; rm ${folder}/moved; i=$((i+1)); done`,
  };
  if (isInstalled('runc') && isInstalled('busybox')) {
    const bundle = join(folder, 'bundle');
    mkdirSync(join(bundle, 'rootfs/bin'), { recursive: true });
    all['containers'] =
      `cd ${bundle} && { [ -f rootfs/bin/sh ] || { cp $(command -v busybox) rootfs/bin/sh; runc spec; ` +
      `sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"sh", "-c", "echo hello; ls \\/ >\\/dev\\/null"/' config.json; }; } ` +
      `&& runc run soak-$$ >/dev/null 2>&1; sleep 1`;
  }
  return all;
}

const children = new Set<ChildProcess>();
const rounds: Record<string, number> = {};
const failures: Record<string, number> = {};
let over = false;

async function repeat(name: string, command: string): Promise<void> {
  rounds[name] = failures[name] = 0;
  while (!over) {
    const child = spawn('nice', ['-n', '10', 'sh', '-c', command], { stdio: 'ignore' });
    children.add(child);
    const code = await new Promise(done => child.on('exit', done));
    children.delete(child);
    rounds[name]++;
    if (code !== 0 && !over) {
      failures[name]++;
      await sleep(1000);
    }
  }
}

/** Resident memory of this process in MB: all, and without what files hold, of which ever more pages are read in. */
function memory(): { readonly all: number; readonly own: number } {
  const status = readFileSync('/proc/self/status', 'latin1');
  const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return { all: (kb('VmRSS') * 1024) / 1e6, own: (kb('RssAnon') * 1024) / 1e6 };
}

const dropped = ({ driver }: EngineStatistics): number =>
  Object.values(driver?.dropped ?? {}).reduce((sum, count) => sum + count, 0);

let alerts = 0;
const errors: string[] = [];
let ready: () => void = () => undefined;
const watching = new Promise<void>(done => (ready = done));
const engine = startEngine(
  { config: defaultConfig(), rules: [{ name: 'falco_rules.yaml', content: readFileSync(deliveredRules) }] },
  {
    onRules: () => undefined,
    onReady: () => ready(),
    onAlert: () => alerts++,
    onLog: (level, text) => {
      if (level !== 'debug' && level !== 'info') console.log(`${level}: ${text}`);
    },
    onError(message) {
      errors.push(message);
      ready();
    },
    onEnd: () => undefined,
  },
);
await watching;
assert.deepEqual(errors, []);

const running = Object.entries(loads()).map(([name, command]) => repeat(name, command));
const samples: number[] = [];
const owned: number[] = [];
const end = Date.now() + minutes * 60_000;
console.log('minute   RSS MB  own MB      events   dropped    threads  descriptors   alerts');
while (Date.now() < end) {
  await sleep(Math.min(SAMPLES_EVERY_MS, (minutes * 60_000) / 10));
  const statistics = await engine.statistics();
  const { all, own } = memory();
  samples.push(all);
  owned.push(own);
  const state = statistics.state;
  console.log(
    `${(minutes - (end - Date.now()) / 60_000).toFixed(1).padStart(6)} ${all.toFixed(0).padStart(8)} ${own.toFixed(0).padStart(7)}` +
      `${String(statistics.events).padStart(12)} ${String(dropped(statistics)).padStart(9)}` +
      `${String(state?.threads ?? '').padStart(11)} ${String(state?.fds ?? '').padStart(12)} ${String(alerts).padStart(8)}`,
  );
}
over = true;
for (const child of children) child.kill();
await Promise.all(running);
await engine.stop();
const last = await engine.statistics();
rmSync(folder, { recursive: true, force: true });

const { driver } = last;
assert.ok(driver !== null);
const delivered = last.events + last.malformed;
console.log(`rounds: ${JSON.stringify(rounds)}, of which failed: ${JSON.stringify(failures)}`);
console.log(
  `seen ${String(driver.seen)} = delivered ${String(delivered)} + lost ${String(dropped(last))}; faults ${String(driver.faults)}, cut ${String(driver.truncated)}`,
);
assert.deepEqual(errors, []);
assert.equal(driver.seen, delivered + dropped(last));
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Compares the medians of the second and the last third: what another program did in between may have taken more for a while. */
function assertFlat(what: string, values: readonly number[]): void {
  const third = Math.floor(values.length / 3);
  const [before, after] = [median(values.slice(third, 2 * third)), median(values.slice(-third))];
  console.log(`${what} after the warm-up: ${before.toFixed(1)} MB, at the end: ${after.toFixed(1)} MB`);
  assert.ok(after <= Math.max(before * (1 + GROWTH_SHARE), before + GROWTH_MB), `${what} grew`);
}
assertFlat('resident memory', samples);
assertFlat('memory of its own', owned);
