/** Runs the tests of a file: every test on a host of its own, or on that of a capture, judged as the daemon judges. */
import { dirname, isAbsolute, join } from 'node:path';
import type { Alert } from '../alerts/alert.js';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggestion.js';
import { Detector, type RuleBook } from '../engine/detector.js';
import { eventText } from '../engine/explain.js';
import { ruleExplainer, stopText, type RuleExplanation } from '../engine/rule-explanation.js';
import { toText } from '../events/byte-string.js';
import { buildRuleset } from '../filter/compile/ruleset.js';
import { sourceContext } from '../filter/source-context.js';
import { loadRules, type CompiledRule, type FileResult, type RulesFile } from '../rules/load.js';
import { CaptureSource } from '../sources/capture/source.js';
import type { EventView } from '../state/event.js';
import { Inspector } from '../state/inspector.js';
import { GivenFields } from './given-fields.js';
import { TestHost } from './host.js';
import { problem } from './reader.js';
import type { RuleTest, TestFile } from './test-file.js';

/** An alert that came. */
export interface RaisedAlert {
  readonly rule: string;
  readonly priority: number;
  readonly output: string;
  /** `openat cat(1000)`; `number` counts events of the test from 1. */
  readonly event: string;
  readonly number: number;
}

export interface TestResult {
  readonly test: RuleTest;
  readonly passed: boolean;
  readonly raised: readonly RaisedAlert[];
  /** What is wrong, a line each; for a missing alert where its rule stopped. */
  readonly reasons: readonly string[];
}

export type RunResult =
  | { readonly ok: true; readonly tests: readonly TestResult[] }
  /** The test file or its rules files are at fault: no test ran. */
  | { readonly ok: false; readonly errors: readonly Diagnostic[]; readonly rules: readonly FileResult[] };

/** Reads a file; throws as the file system does. */
export type ReadFile = (path: string) => Buffer;

export async function runTests(file: TestFile, readFile: ReadFile): Promise<RunResult> {
  const inFolder = (path: string): string => (isAbsolute(path) ? path : join(dirname(file.file.name), path));
  const errors: Diagnostic[] = [];
  const files: RulesFile[] = [];
  for (const { path, at } of file.rules) {
    const name = inFolder(path);
    try {
      files.push({ name, content: readFile(name) });
    } catch (error) {
      const { message } = error as Error;
      errors.push(problem(file.file, at, `rules file '${path}' cannot be read`, message));
    }
  }
  if (errors.length > 0) return { ok: false, errors, rules: [] };

  const given = new GivenFields();
  const loaded = loadRules(files, {
    sources: new Map([['syscall', given.over(sourceContext('syscall'))]]),
    origins: true,
  });
  const bad = loaded.results.filter(result => !result.successful);
  if (bad.length > 0) return { ok: false, errors: [], rules: bad };
  const rules = new Map(loaded.all.map(rule => [rule.name, rule]));
  for (const { rule, at } of file.tests.flatMap(test => test.alerts)) {
    if (!rules.has(rule))
      errors.push(problem(file.file, at, `there is no rule '${rule}'`, didYouMean(rule, rules.keys())));
  }
  if (errors.length > 0) return { ok: false, errors, rules: [] };

  const judged = loaded.rules.map(({ index, filter, eventTypes }) => ({
    index,
    filter: filter.tree,
    eventTypes,
  }));
  const book: RuleBook = { ruleset: buildRuleset(judged, 'first'), rules: loaded.rules };
  const tests: TestResult[] = [];
  for (const test of file.tests) {
    const watched = [...new Set(test.alerts.map(alert => alert.rule))].map(
      name => new Watched(rules.get(name)!),
    );
    tests.push(
      test.capture === null
        ? runTest(test, book, watched, given)
        : await runCapture(test, inFolder(test.capture.path), book, watched),
    );
  }
  return { ok: true, tests };
}

function runTest(
  test: RuleTest,
  book: RuleBook,
  watched: readonly Watched[],
  given: GivenFields,
): TestResult {
  const host = new TestHost();
  const judge = new Judge(host.inspector, book, watched);
  test.events.forEach((event, index) => {
    const record = host.record(event);
    given.values = event.fields;
    judge.onRecord(record, 0, 0, index + 1);
    given.clear();
  });
  return resultOf(test, judge, watched);
}

/** The events of a capture, on the host that it tells of. Numbers are those of evt.num. */
async function runCapture(
  test: RuleTest,
  path: string,
  book: RuleBook,
  watched: readonly Watched[],
): Promise<TestResult> {
  const inspector = new Inspector({ live: false });
  const opened = await CaptureSource.open(path, inspector);
  if (!opened.ok) return { test, passed: false, raised: [], reasons: [opened.message] };
  const { source } = opened;
  const judge = new Judge(inspector, book, watched);
  const onRecord = (batch: Buffer, offset: number, cpu: number): void =>
    judge.onRecord(batch, offset, cpu, null);
  while (source.step(Infinity, onRecord) !== 'end') await source.fill();
  await source.close();
  const result = resultOf(test, judge, watched);
  if (source.problem === null) return result;
  return { ...result, passed: false, reasons: [source.problem, ...result.reasons] };
}

function resultOf(test: RuleTest, { raised }: Judge, watched: readonly Watched[]): TestResult {
  const reasons = differences(test, raised, watched);
  return { test, passed: reasons.length === 0, raised, reasons };
}

/** The detector, with what came of each event. */
class Judge {
  readonly raised: RaisedAlert[] = [];
  readonly #inspector: Inspector;
  readonly #watched: readonly Watched[];
  readonly #detector: Detector;
  readonly #alerts: Alert[] = [];

  constructor(inspector: Inspector, book: RuleBook, watched: readonly Watched[]) {
    this.#inspector = inspector;
    this.#watched = watched;
    this.#detector = new Detector(inspector, book, alert => this.#alerts.push(alert), undefined, true);
  }

  /** @param number of the event as reports have it; null: its own */
  onRecord(batch: Buffer, offset: number, cpu: number, number: number | null): void {
    const before = this.#detector.events;
    this.#alerts.length = 0;
    this.#detector.onRecord(batch, offset, cpu);
    if (this.#detector.events === before) return;
    const { view } = this.#inspector;
    const shown = number ?? view.num;
    for (const { rule, priority, message } of this.#alerts)
      this.raised.push({
        rule: toText(rule),
        priority,
        output: toText(message),
        event: eventText(view),
        number: shown,
      });
    const [first] = this.#alerts;
    const winner = first === undefined ? null : toText(first.rule);
    for (const each of this.#watched) each.look(view, shown, winner);
  }
}

/** What differs between the alerts expected and those that came. */
function differences(
  test: RuleTest,
  raised: readonly RaisedAlert[],
  watched: readonly Watched[],
): readonly string[] {
  const left = [...raised];
  const reasons: string[] = [];
  for (const { rule, output, priority } of test.alerts) {
    const at = left.findIndex(alert => alert.rule === rule);
    if (at < 0) {
      const why = watched.find(each => each.rule.name === rule)!.reason();
      reasons.push(
        `'${rule}' raised ${raised.some(alert => alert.rule === rule) ? 'too few alerts' : 'no alert'}: ${why}`,
      );
      continue;
    }
    const [alert] = left.splice(at, 1);
    for (const text of output) {
      if (!alert!.output.includes(text))
        reasons.push(`the output of '${rule}' does not contain '${text}': ${alert!.output}`);
    }
    if (priority !== null && alert!.priority !== priority)
      reasons.push(`the priority of '${rule}' is ${String(alert!.priority)}, not ${String(priority)}`);
  }
  for (const { rule, event, number, output } of left)
    reasons.push(`'${rule}' was not expected: event ${String(number)}, ${event}: ${output}`);
  if (reasons.length > 0) return reasons;
  const inOrder = test.alerts.every(({ rule }, index) => raised[index]?.rule === rule);
  return inOrder ? [] : ['the alerts came in another order'];
}

/** A rule that is expected to match: how near the events of a test came. */
class Watched {
  readonly rule: CompiledRule;
  readonly #explain: (evt: EventView) => RuleExplanation;
  #progress = -1;
  #reason: string;

  constructor(rule: CompiledRule) {
    this.rule = rule;
    this.#explain = ruleExplainer(rule);
    this.#reason = 'no event is of its types';
  }

  /** @param winner rule that raised the alert for the event, if any */
  look(view: EventView, number: number, winner: string | null): void {
    const { rule } = this;
    if (winner === rule.name || !rule.eventTypes.has(view.record.type)) return;
    const explanation = this.#explain(view);
    const where = `event ${String(number)}, ${eventText(view)}`;
    if (explanation.matched) {
      this.#progress = Infinity;
      this.#reason = rule.enabled
        ? `${where}: it matched, but rule '${winner ?? ''}' is before it and takes the event`
        : `${where}: it matched, but it is not enabled`;
    } else if (explanation.progress > this.#progress) {
      this.#progress = explanation.progress;
      this.#reason = `${where}: ${stopText(explanation.stop, explanation.saw)}`;
    }
  }

  reason(): string {
    return this.#reason;
  }
}
