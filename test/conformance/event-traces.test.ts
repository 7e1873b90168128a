import assert from 'node:assert/strict';
import { toText } from '../../daemon/events/byte-string.js';
import { resolveField } from '../../daemon/fields/registry.js';
import { compileCondition } from '../../daemon/filter/filter.js';
import { parseCondition } from '../../daemon/filter/parse.js';
import { render } from '../../daemon/filter/render.js';
import { sourceContext } from '../../daemon/filter/source-context.js';
import type { Filter } from '../../daemon/filter/typed.js';
import type { Inspector } from '../../daemon/state/inspector.js';
import { describeShared, sharedJson } from '../support/shared.js';
import { runTrace, traces, type Trace, type TraceCheck } from '../support/trace.js';

const options = { staticFields: new Map([['example', 'example_value']]) };
const context = sourceContext('syscall', options);

/** Checks that we do not pass, each with the reason. */
const EXCEPTIONS: readonly { readonly trace: string; readonly field: RegExp; readonly why: string }[] = [
  {
    trace: 'charbuf_NULL_param',
    field: /^evt\.arg\.path$/,
    why: 'old drivers wrote (NULL) for a null pointer: it is for the reader of old captures to know, any file can have that name',
  },
  {
    trace: 'pid_over_32bit',
    field: /vpid|vtid/,
    why: 'the first event of the child corrects the ids that its parent could not know',
  },
  {
    trace: 'PROC_FILTER_pgid_family',
    field: /./,
    why: 'changes the thread table behind the back of the events',
  },
];

/** Fields of a plugin that the traces load. */
function needsPlugin(check: TraceCheck): boolean {
  return /\bsample\./.test(`${check.field ?? ''} ${check.expr ?? ''}`);
}

function excepted(trace: Trace, check: TraceCheck): boolean {
  if (needsPlugin(check)) return true;
  return EXCEPTIONS.some(row => trace.test.endsWith(row.trace) && row.field.test(check.field ?? ''));
}

/** Each check right after the event that it is about: an event view does not outlive its event. */
function inOrder(trace: Trace): Trace {
  const steps = trace.steps.flatMap(step => {
    if (step.do === 'check') return step.evt === undefined ? [step] : [];
    if (step.do !== 'event') return [step];
    return [step, ...trace.steps.filter(other => other.do === 'check' && other.evt === step.n)];
  });
  return { ...trace, steps };
}

/** The text of a field as outputs print it, null without a value. */
function fieldText(text: string, inspector: Inspector): string | null {
  const resolution = resolveField(text, 'syscall', options);
  assert.ok(resolution.ok && resolution.length === text.length, `${text} is a field`);
  const { field } = resolution;
  const value = render(field.extract(inspector.view), { type: field.type, fmt: field.row.fmt });
  return value === null ? null : toText(value);
}

interface EmptyParams {
  readonly setup: Trace['steps'];
  readonly cases: readonly {
    readonly test: string;
    readonly expr: string;
    readonly result: boolean | 'throw';
  }[];
}

function emptyParams(): EmptyParams {
  return sharedJson<{ execve_empty_params: EmptyParams }>('conformance/event_traces.json')
    .execve_empty_params;
}

function compile(expression: string): Filter | string {
  const parsed = parseCondition(expression);
  if (!parsed.ok) return parsed.message;
  const compiled = compileCondition(parsed.tree, context, { anyType: true });
  return compiled.ok ? compiled.filter : compiled.message;
}

function mustCompile(expression: string): Filter {
  const filter = compile(expression);
  if (typeof filter === 'string') assert.fail(`${expression}: ${filter}`);
  return filter;
}

function holds(check: TraceCheck, inspector: Inspector): void {
  const label = `${check.field ?? check.expr ?? check.check} of event ${check.evt}`;
  switch (check.check) {
    case 'field_eq':
      assert.equal(fieldText(check.field!, inspector) ?? '<NA>', String(check.value), label);
      break;
    case 'field_has_value':
      assert.equal(fieldText(check.field!, inspector) !== null, check.result, `${label} has a value`);
      break;
    case 'filter':
      assert.equal(mustCompile(check.expr!).matches(inspector.view), check.result, label);
      break;
    case 'filter_throws':
      assert.equal(typeof compile(check.expr!), 'string', label);
      break;
    case 'filter_no_throw':
      mustCompile(check.expr!);
      break;
    case 'compiles':
      assert.equal(typeof compile(check.expr!) !== 'string', check.ok, label);
      break;
    case 'return_value':
      assert.equal(inspector.view.result, check.value, label);
      break;
    default:
      assert.fail(`no such check: ${check.check}`);
  }
}

describeShared('the shared event traces', () => {
  for (const trace of traces()) {
    const checks = trace.steps.filter(step => step.do === 'check');
    if (!checks.some(check => !excepted(trace, check))) continue;
    it(trace.test, () => {
      runTrace(inOrder(trace), (check, inspector) => {
        if (!excepted(trace, check)) holds(check, inspector);
      });
    });
  }

  it('leaves out only what there is', () => {
    for (const row of EXCEPTIONS)
      assert.ok(
        traces().some(trace => trace.test.endsWith(row.trace)),
        `${row.trace}: ${row.why}`,
      );
  });
});

describeShared('conditions on an execve whose parameters are empty', () => {
  const { setup, cases } = emptyParams();
  for (const { test, expr, result } of cases) {
    it(`${test}: ${expr}`, () => {
      const step: TraceCheck = { do: 'check', check: 'filter', expr, evt: 1 };
      runTrace({ test, complete: true, steps: [...setup, step] }, (_check, inspector) => {
        if (result === 'throw') assert.equal(typeof compile(expr), 'string');
        else assert.equal(mustCompile(expr).matches(inspector.view), result);
      });
    });
  }
});
