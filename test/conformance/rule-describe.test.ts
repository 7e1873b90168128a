/** The descriptions of rules in the published suites: what `falco -L` tells as JSON. */
import assert from 'node:assert/strict';
import { parseCondition } from '../../daemon/filter/parse.js';
import { conditionDetails } from '../../daemon/rules/condition-details.js';
import { describeAll, type RulesetDescription } from '../../daemon/rules/description.js';
import { loadRules, type FieldAddition, type OutputAddition } from '../../daemon/rules/load.js';
import { describeShared, sharedJson } from '../support/shared.js';

interface Check {
  readonly rule?: string | null;
  readonly describe?: readonly (string | number)[];
  readonly value?: unknown;
  readonly compiled_condition?: string;
  readonly compiled_output?: string;
  readonly formatted_fields?: unknown;
}

interface Step {
  readonly engine: string;
  readonly args: readonly unknown[];
}

interface LoadVector {
  readonly name: string;
  readonly filename: string;
  readonly rules_yaml: string;
  readonly checks: readonly Check[];
  readonly setup?: readonly Step[];
}

interface DetailsVector {
  readonly condition: string;
  readonly known_lists: readonly string[];
  readonly macros: readonly string[];
  readonly lists: readonly string[];
  readonly fields: readonly string[];
  readonly operators: readonly string[];
}

interface Vectors {
  readonly rule_load: readonly LoadVector[];
  readonly filter_details: readonly DetailsVector[];
}

interface DescribedRule {
  readonly info: { readonly name: string };
  readonly details: Readonly<Record<string, unknown>>;
}

type Target = Omit<OutputAddition, 'output'>;

function target([source, tags, rule]: readonly unknown[]): Target {
  return {
    ...(source === '' ? {} : { source: source as string }),
    ...(rule === '' ? {} : { rule: rule as string }),
    tags: tags as string[],
  };
}

function description({ filename, rules_yaml, setup = [] }: LoadVector): RulesetDescription {
  const additions: OutputAddition[] = [];
  const fieldAdditions: FieldAddition[] = [];
  for (const { engine, args } of setup) {
    const [first, second] = args as [string, string];
    if (engine === 'add_extra_output_format') additions.push({ output: first, ...target(args.slice(1)) });
    if (engine === 'add_extra_output_formatted_field')
      fieldAdditions.push({ name: first, format: second, ...target(args.slice(2)) });
    if (engine === 'add_extra_output_raw_field')
      fieldAdditions.push({ name: first, format: null, ...target(args.slice(1)) });
  }
  const files = [{ name: filename, content: Buffer.from(rules_yaml) }];
  const load = loadRules(files, { additions, origins: true });
  const described = describeAll(load, { fieldAdditions });
  assert.ok(described, JSON.stringify(load.results));
  return described;
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Readonly<Record<string | number, unknown>>)[key],
    value,
  );
}

function check(vector: LoadVector, expected: Check): void {
  const described = description(vector);
  if (expected.describe !== undefined) {
    assert.deepEqual(at(described, expected.describe), expected.value);
    return;
  }
  const rules = described.rules as unknown as readonly DescribedRule[];
  const rule = expected.rule ? rules.find(({ info }) => info.name === expected.rule) : rules[0];
  assert.ok(rule, `rule ${String(expected.rule)} is described`);
  if (expected.compiled_condition !== undefined) {
    assert.equal(rule.details['condition_compiled'], expected.compiled_condition);
  } else if (expected.compiled_output !== undefined) {
    assert.equal(rule.details['output_compiled'], expected.compiled_output);
  } else {
    assert.deepEqual(rule.details['extra_output_formatted_fields'], expected.formatted_fields);
  }
}

describeShared('published descriptions of rules', () => {
  const vectors = sharedJson<Vectors>('conformance/rule_loading.json');

  for (const vector of vectors.rule_load) {
    const title = vector.name.split('.').at(-1) ?? vector.name;
    for (const [index, expected] of vector.checks.entries()) {
      const { describe: path, compiled_condition, compiled_output, formatted_fields } = expected;
      const what = path?.join('.') ?? Object.keys(expected)[0];
      if ((path ?? compiled_condition ?? compiled_output ?? formatted_fields) === undefined) continue;
      it(`${title}: ${String(what)} ${String(index)}`, () => check(vector, expected));
    }
  }

  for (const { condition, known_lists, ...expected } of vectors.filter_details) {
    it(`takes apart ${condition}`, () => {
      const parsed = parseCondition(condition);
      assert.ok(parsed.ok);
      const details = conditionDetails(parsed.tree, new Set(known_lists));
      assert.deepEqual(details.macros, expected.macros);
      assert.deepEqual(details.lists, expected.lists);
      assert.deepEqual(details.fields, expected.fields);
      assert.deepEqual(details.operators, expected.operators);
    });
  }
});
