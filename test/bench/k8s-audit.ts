/**
 * Kubernetes audit events, from bodies to alerts, on one core: beside parsing the same bodies and doing nothing with
 * them, which nobody can beat. Rounds of both take turns; what is printed are medians, and the memory at the start, in
 * the middle and at the end. `node --expose-gc dist/test/bench/k8s-audit.js [RULES...] [-- BODIES]`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../../daemon/alerts/alert.js';
import { defaultConfig } from '../../daemon/config/defaults.js';
import { AUDIT_SOURCE, AuditJudge } from '../../daemon/engine/audit-judge.js';
import type { RunContext } from '../../daemon/engine/run.js';
import { buildRuleset } from '../../daemon/filter/compile/ruleset.js';
import { catalogOf } from '../../daemon/filter/source-context.js';
import { loadRules } from '../../daemon/rules/load.js';
import { auditEvents } from '../../daemon/sources/audit/audit-event.js';
import { projectRoot } from '../support/project.js';
import { sharedPath } from '../support/shared.js';

const ROUNDS = 30;
const PASSES = 10;

const words = process.argv.slice(2);
const cut = words.indexOf('--');
const own = join(projectRoot, 'etc/k8s_audit_rules.yaml');
const defaults = [own, sharedPath('rules/k8s_audit_rules-0.29.1.yaml')].filter(path => existsSync(path));
const named = cut < 0 ? words : words.slice(0, cut);
const files = named.length > 0 ? named : defaults;
const bodiesFile = (cut < 0 ? undefined : words[cut + 1]) ?? sharedPath('captures/k8s-audit-webhook.jsonl');
const bodies = readFileSync(bodiesFile, 'utf8')
  .split('\n')
  .filter(line => line !== '')
  .map(line => Buffer.from(line));

let alerts = 0;
let sink = 0;

function judge(): AuditJudge {
  const loaded = loadRules(files.map(name => ({ name, content: readFileSync(name) })));
  const bad = loaded.results.find(({ successful }) => !successful);
  if (bad !== undefined) throw new Error(`${bad.name}: ${bad.errors[0]!.message}`);
  const rules = loaded.rules
    .filter(({ source }) => source === AUDIT_SOURCE)
    .map((rule, index) => ({ ...rule, index }));
  const ruleset = buildRuleset(
    rules.map(({ index, filter, eventTypes }) => ({ index, filter: filter.tree, eventTypes })),
    'first',
    catalogOf(AUDIT_SOURCE),
  );
  const context: Pick<RunContext, 'config' | 'book' | 'explained' | 'send'> = {
    ...{ config: defaultConfig(), book: { ruleset, rules }, explained: undefined },
    send: () => undefined,
  };
  console.log(`${String(rules.length)} rules of ${files.join(', ')}`);
  return new AuditJudge(context as RunContext, (alert: Alert) => {
    alerts++;
    sink += alert.message.length;
  });
}

function timed(pass: () => void): number {
  const start = process.cpuUsage();
  for (let i = 0; i < PASSES; i++) pass();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / PASSES;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const collect = (globalThis as { gc?: () => void }).gc;

function memory(): string {
  collect?.();
  const { rss, heapUsed } = process.memoryUsage();
  return `rss ${(rss / 2 ** 20).toFixed(0)} MB, heap ${(heapUsed / 2 ** 20).toFixed(1)} MB`;
}

const audit = judge();
let events = 0;
for (const body of bodies) {
  const read = auditEvents(body);
  if (!read.ok) throw new Error(read.message);
  events += read.events.length;
}

function parseAll(): void {
  for (const body of bodies)
    sink += JSON.stringify((JSON.parse(body.toString('utf8')) as { kind: string }).kind).length;
}

function judgeAll(): void {
  for (const body of bodies) {
    const read = auditEvents(body);
    if (read.ok) for (const event of read.events) audit.onEvent(event);
  }
}

timed(parseAll);
timed(judgeAll);
console.log(`start: ${memory()}`);
const plain: number[] = [];
const judged: number[] = [];
const ratios: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const a = timed(parseAll);
  const b = timed(judgeAll);
  plain.push(a);
  judged.push(b);
  ratios.push(b / a);
  if (round === ROUNDS >> 1) console.log(`middle: ${memory()}`);
}
console.log(`end: ${memory()}`);
const rate = (us: number): string => Math.round((events / us) * 1e6).toLocaleString('en');
console.log(
  `${String(events)} events, ${String(bodies.length)} bodies: JSON.parse ${rate(median(plain))} events/s, ` +
    `judged ${rate(median(judged))} events/s, ratio ${median(ratios).toFixed(2)} ` +
    `(${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}); ${String(alerts)} alerts, ${String(sink % 10)}`,
);
