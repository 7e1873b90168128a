/**
 * The daemon under a load of audit events: eight clients post the bodies of a file over and over, as fast as they are
 * answered. Prints events a second, the daemon's CPU time for an event (all threads) and its memory, every few
 * seconds, and what was answered. `node dist/test/bench/k8s-audit-load.js [SECONDS] [RULES]`.
 */
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { AUDIT_PATH, freePort, post } from '../support/post.js';
import { sleep } from '../support/process.js';
import { runDaemon } from '../support/run-daemon.js';
import { sharedPath } from '../support/shared.js';

const CLIENTS = 8;
const LOOKS = 6;
const TICKS_PER_S = 100;

const seconds = Number(process.argv[2] ?? 60);
const rules = process.argv[3] ?? sharedPath('rules/k8s_audit_rules-0.29.1.yaml');
const bodies = readFileSync(sharedPath('captures/k8s-audit-webhook.jsonl'), 'utf8')
  .split('\n')
  .filter(line => line !== '')
  .map(text => ({ text, events: (JSON.parse(text) as { items: unknown[] }).items.length }));

const port = await freePort();
const daemon = await runDaemon({
  rules: readFileSync(rules, 'utf8'),
  config: {
    plugins: [
      {
        ...{ name: 'k8saudit', library_path: 'libk8saudit.so' },
        open_params: `http://127.0.0.1:${String(port)}${AUDIT_PATH}`,
      },
    ],
    k8s_audit: { max_requests_per_second: 0 },
    stdout_output: { enabled: false },
    file_output: { enabled: true, filename: '/dev/null' },
  },
  args: ['--disable-source', 'syscall'],
});

let events = 0;
const answers = new Map<number, number>();
let over = false;

async function client(from: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let next = from; !over; next++) {
    const body = bodies[next % bodies.length]!;
    const { status } = await post(port, body.text, { agent });
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (status === 200) events += body.events;
  }
  agent.destroy();
}

/** CPU time of all threads in seconds, and resident memory in MB. */
function usage(): { readonly cpu: number; readonly rss: number } {
  const stat = readFileSync(`/proc/${String(daemon.pid)}/stat`, 'utf8')
    .split(') ')[1]!
    .split(' ');
  const status = readFileSync(`/proc/${String(daemon.pid)}/status`, 'utf8');
  return {
    cpu: (Number(stat[11]) + Number(stat[12])) / TICKS_PER_S,
    rss: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024,
  };
}

const clients = Array.from({ length: CLIENTS }, (_, i) => client(i * 6));
let before = { events: 0, ...usage() };
for (let look = 0; look < LOOKS; look++) {
  await sleep((seconds * 1000) / LOOKS);
  const now = { events, ...usage() };
  const count = now.events - before.events;
  console.log(
    `${Math.round(count / (seconds / LOOKS)).toLocaleString('en')} events/s, ` +
      `${(((now.cpu - before.cpu) / count) * 1e6).toFixed(1)} us of CPU an event, rss ${now.rss.toFixed(0)} MB`,
  );
  before = now;
}
over = true;
await Promise.all(clients);
console.log(
  `answers: ${[...answers].map(([status, count]) => `${String(status)} ${String(count)}`).join(', ')}`,
);
await daemon.stop();
