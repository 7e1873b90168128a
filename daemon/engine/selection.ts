/** Which system calls the driver has to send: those that a rule can match and those that feed the state tables. */
import { EVENT_COUNT, GENERIC_EXIT } from '../events/event-table.js';
import {
  syscallByName,
  syscallRows,
  syscallsByEventName,
  syscallsInSet,
  type Architecture,
  type SyscallRow,
  type SyscallSet,
} from '../events/syscall-table.js';
import type { TypedNode } from '../filter/typed.js';

export interface RuleNeeds {
  readonly eventTypes: ReadonlySet<number>;
  /** Names that the condition compares evt.type with. */
  readonly eventNames: ReadonlySet<string>;
}

export interface Selection {
  /** Native numbers to send. */
  readonly numbers: readonly number[];
  /** Those of them that are also sent as the generic event, since a rule asks for that. */
  readonly alsoGeneric: readonly number[];
  /** Names of the tracepoints to send besides, and `io_uring` where operations of rings stand for chosen calls; sorted. */
  readonly tracepoints: readonly string[];
  /** evt.type names that rules ask for and that are not sent, sorted: high-volume calls that have to be asked for by hand. */
  readonly unsent: readonly string[];
  /** Those that `customSet` takes away, sorted. */
  readonly excluded: readonly string[];
  /** Names of `customSet` that no system call has. */
  readonly unknown: readonly string[];
  /** Names of the calls that `repair` added, sorted. */
  readonly repaired: readonly string[];
  readonly steps: SelectionSteps;
}

/** Names of calls and tracepoints that this architecture has, sorted: how the choice came about. */
export interface SelectionSteps {
  readonly ofRules: readonly string[];
  /** Besides these, for the state tables; empty when `customSet` names calls instead. */
  readonly ofState: readonly string[];
  /** Taken away again for their volume. */
  readonly ignored: readonly string[];
  readonly chosen: readonly string[];
}

/** `base_syscalls` of the configuration. */
export interface BaseSyscalls {
  /** Names of calls or events that are sent instead of those that the tables need; `!name`: not sent in any case. */
  readonly customSet: readonly string[];
  /** Sends the least that keeps the tables right for what is sent otherwise. */
  readonly repair: boolean;
  /** Also sends the calls that are left out for their volume. */
  readonly all: boolean;
}

/** Tracepoints of thousands of events a second on any host: sent to rules that name them. */
const HEAVY_TRACEPOINTS: ReadonlySet<string> = new Set([
  'sched_switch',
  'page_fault_user',
  'page_fault_kernel',
]);

/** Calls whose events the driver also makes of an io_uring's operations (native/driver/ring-calls.h). */
// prettier-ignore
export const RING_CALLS: ReadonlySet<string> = new Set([
  'openat', 'openat2', 'close', 'socket', 'connect', 'accept4', 'renameat2', 'unlinkat', 'mkdirat', 'symlinkat', 'linkat',
]);

/**
 * Calls that the driver sends as the event of another call, which does the same (native/driver/handlers.h). In Falco they
 * are the generic event, so that rules about changed modes do not see them; to rules that name them they are that here, too.
 */
const SENT_AS: ReadonlyMap<string, string> = new Map([['fchmodat2', 'fchmodat']]);

/** How a set is chosen: reference/falco/events.md 5.6, selection algorithm. */
export function selectSyscalls(
  rules: readonly RuleNeeds[],
  architecture: Architecture,
  base: BaseSyscalls,
): Selection {
  const custom = customRows(base.customSet);
  const ofRules = new Set<SyscallRow>();
  for (const rule of rules) {
    const anyType = rule.eventTypes.size >= EVENT_COUNT / 4;
    for (const row of syscallRows()) {
      // Tracepoints have one event, and the table has it where the entry of a call would be.
      const own = row.exit ?? row.enter;
      const named = own !== GENERIC_EXIT || anyType || rule.eventNames.has(row.eventName);
      const stands = syscallByName(SENT_AS.get(row.name) ?? '')?.exit ?? null;
      if (
        !(own !== null && named && rule.eventTypes.has(own)) &&
        !(stands !== null && rule.eventTypes.has(stands))
      )
        continue;
      // Falco sends these to rules that name no type, too, which slows the whole host down for each such rule.
      if (HEAVY_TRACEPOINTS.has(row.name) && anyType && !base.all) continue;
      ofRules.add(row);
    }
  }
  const chosen = new Set(ofRules);
  const least = base.repair && custom.wanted.size === 0;
  const ofState = custom.wanted.size > 0 || least ? [] : syscallsInSet('state');
  for (const row of custom.wanted.size > 0 ? custom.wanted : ofState) chosen.add(row);
  const repaired = new Set<string>();
  const repair = (): void => {
    for (const row of repairOf(chosen)) {
      if (chosen.has(row)) continue;
      chosen.add(row);
      repaired.add(row.name);
    }
  };
  if (least) repair();
  for (const row of custom.unwanted) chosen.delete(row);
  const unsent = new Set<string>();
  const ignored = [...chosen].filter(row => !base.all && row.sets.has('ignored_by_default'));
  for (const row of ignored) {
    chosen.delete(row);
    if (rules.some(rule => rule.eventNames.has(row.eventName))) unsent.add(row.eventName);
  }
  if (base.repair && !least) repair();
  const generic = [...chosen].filter(
    row => SENT_AS.has(row.name) && rules.some(rule => rule.eventNames.has(row.eventName)),
  );
  const excluded = [...custom.unwanted]
    .filter(({ eventName }) => !syscallsByEventName(eventName).some(row => chosen.has(row)))
    .filter(row => rules.some(rule => isAskedFor(row, rule)))
    .map(({ eventName }) => eventName);
  const names = (rows: Iterable<SyscallRow>): readonly string[] =>
    [...rows]
      .filter(row => row[architecture] !== null || row.sets.has('tracepoint'))
      .map(row => row.name)
      .sort();
  const numbersOf = (rows: Iterable<SyscallRow>): number[] =>
    [...rows].flatMap(row => row[architecture] ?? []).sort((a, b) => a - b);
  return {
    numbers: numbersOf(chosen),
    alsoGeneric: numbersOf(generic),
    tracepoints: tracepointsOf(chosen),
    unsent: [...unsent].sort(),
    excluded: [...new Set(excluded)].sort(),
    unknown: custom.unknown,
    repaired: [...repaired].sort(),
    steps: {
      ofRules: names(ofRules),
      ofState: names(ofState.filter(row => !ofRules.has(row))),
      ignored: names(ignored),
      chosen: names(chosen),
    },
  };
}

/** Whether the rule names it, and not only to leave it out. */
function isAskedFor({ eventName, enter, exit }: SyscallRow, { eventNames, eventTypes }: RuleNeeds): boolean {
  const type = exit ?? enter;
  return eventNames.has(eventName) && type !== null && eventTypes.has(type);
}

function tracepointsOf(chosen: ReadonlySet<SyscallRow>): readonly string[] {
  const names = [...chosen].flatMap(row => (row.sets.has('tracepoint') ? [row.name] : []));
  if ([...chosen].some(row => RING_CALLS.has(row.name))) names.push('io_uring');
  return names.sort();
}

function customRows(names: readonly string[]): {
  readonly wanted: ReadonlySet<SyscallRow>;
  readonly unwanted: ReadonlySet<SyscallRow>;
  readonly unknown: readonly string[];
} {
  const wanted = new Set<SyscallRow>();
  const unwanted = new Set<SyscallRow>();
  const unknown: string[] = [];
  for (const text of names) {
    const name = text.replace(/^!/, '');
    const one = syscallByName(name);
    const rows = one === undefined ? syscallsByEventName(name) : [one];
    if (rows.length === 0) unknown.push(text);
    for (const row of rows) (name === text ? wanted : unwanted).add(row);
  }
  return { wanted, unwanted, unknown };
}

const LISTENING: ReadonlySet<string> = new Set(['accept', 'accept4', 'listen']);

/** What has to be sent besides, so that the tables are right for these. */
function repairOf(chosen: ReadonlySet<SyscallRow>): readonly SyscallRow[] {
  const has = (...sets: readonly SyscallSet[]): boolean =>
    [...chosen].some(row => sets.some(set => row.sets.has(set)));
  const names: string[] = [];
  if (has('net')) names.push('socket', 'getsockopt', 'close');
  if ([...chosen].some(row => LISTENING.has(row.name))) names.push('bind');
  if (has('file', 'io', 'io_other')) names.push('close');
  return [...syscallsInSet('repair_base'), ...names.map(name => syscallByName(name)!)];
}

/** Names that a condition compares evt.type or syscall.type with, anywhere in it. */
export function eventNames(tree: TypedNode, names = new Set<string>()): ReadonlySet<string> {
  switch (tree.kind) {
    case 'and':
    case 'or':
      for (const child of tree.children) eventNames(child, names);
      break;
    case 'not':
      eventNames(tree.child, names);
      break;
    case 'check':
      if (tree.left.text !== 'evt.type' && tree.left.text !== 'syscall.type') break;
      if (tree.right.kind === 'constants' || tree.right.kind === 'each') {
        for (const value of tree.right.values) if (typeof value === 'string') names.add(value);
      }
      break;
  }
  return names;
}
