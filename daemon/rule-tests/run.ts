/** Runs the tests of a file: every test on a host of its own, or on that of a capture, judged as the daemon judges. */
import { dirname, isAbsolute, join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggestion.js';
import type { EventSourceName } from '../events/sources.js';
import type { FileResult, RulesFile } from '../rules/load.js';
import { CaptureSource } from '../sources/capture/source.js';
import { Inspector } from '../state/inspector.js';
import { AuditTrail } from './audit-trail.js';
import { Library, type Books } from './books.js';
import { GivenFields } from './given-fields.js';
import { TestHost } from './host.js';
import { Judge, type RaisedAlert } from './judge.js';
import { problem } from './reader.js';
import type { RuleTest, TestFile } from './test-file.js';
import { Watched } from './watched.js';

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
  const library = new Library(files, given);
  const usual = library.books([]);
  if (!usual.ok) return { ok: false, errors: [], rules: usual.bad };
  const { rules } = usual.books;
  for (const { rule, at } of file.tests.flatMap(test => [...test.alerts, ...test.enable])) {
    if (!rules.has(rule))
      errors.push(problem(file.file, at, `there is no rule '${rule}'`, didYouMean(rule, rules.keys())));
  }
  if (errors.length > 0) return { ok: false, errors, rules: [] };

  const tests: TestResult[] = [];
  for (const test of file.tests) {
    const loaded = library.books(test.enable.map(({ rule }) => rule));
    if (!loaded.ok) return { ok: false, errors: [], rules: loaded.bad };
    const { books } = loaded;
    const watched = [...new Set(test.alerts.map(alert => alert.rule))].map(
      name => new Watched(books.rules.get(name)!),
    );
    tests.push(
      test.capture === null
        ? runTest(test, books, watched, given)
        : await runCapture(test, inFolder(test.capture.path), books, watched),
    );
  }
  return { ok: true, tests };
}

function runTest(test: RuleTest, books: Books, watched: readonly Watched[], given: GivenFields): TestResult {
  const host = new TestHost();
  const trail = new AuditTrail();
  const raised: RaisedAlert[] = [];
  const problems: string[] = [];
  const calls = new Judge(host.inspector, books.bySource.syscall, ofSource(watched, 'syscall'), raised);
  const audits = new Judge(trail.inspector, books.bySource.k8s_audit, ofSource(watched, 'k8s_audit'), raised);
  test.events.forEach((event, index) => {
    if (event.kind === 'audit') {
      const problem = trail.judge(event.document, record => audits.onRecord(record, 0, 0, index + 1));
      if (problem !== null) problems.push(`event ${String(index + 1)}: ${problem}`);
      return;
    }
    const record = host.record(event);
    given.values = event.fields;
    calls.onRecord(record, 0, 0, index + 1);
    given.clear();
  });
  return resultOf(test, raised, watched, problems);
}

function ofSource(watched: readonly Watched[], source: EventSourceName): readonly Watched[] {
  return watched.filter(({ rule }) => rule.source === source);
}

/** The events of a capture, on the host that it tells of. Numbers are those of evt.num. */
async function runCapture(
  test: RuleTest,
  path: string,
  books: Books,
  watched: readonly Watched[],
): Promise<TestResult> {
  const inspector = new Inspector({ live: false });
  const opened = await CaptureSource.open(path, inspector);
  if (!opened.ok) return { test, passed: false, raised: [], reasons: [opened.message] };
  const { source } = opened;
  const raised: RaisedAlert[] = [];
  const judge = new Judge(inspector, books.bySource.syscall, ofSource(watched, 'syscall'), raised);
  const onRecord = (batch: Buffer, offset: number, cpu: number): void =>
    judge.onRecord(batch, offset, cpu, null);
  while (source.step(Infinity, onRecord) !== 'end') await source.fill();
  await source.close();
  return resultOf(test, raised, watched, source.problem === null ? [] : [source.problem]);
}

/** @param problems why the events were not all judged */
function resultOf(
  test: RuleTest,
  raised: readonly RaisedAlert[],
  watched: readonly Watched[],
  problems: readonly string[],
): TestResult {
  const reasons = [...problems, ...differences(test, raised, watched)];
  return { test, passed: reasons.length === 0, raised, reasons };
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
