/** Rules files of the published suites: whether they load, what they warn of, and what the rules become. */
import assert from 'node:assert/strict';
import type { Diagnostic } from '../../daemon/diagnostics/diagnostic.js';
import { macroReferences, resolveMacros } from '../../daemon/filter/resolve.js';
import { parseCondition } from '../../daemon/filter/parse.js';
import { print } from '../../daemon/filter/print.js';
import { durationMs } from '../../daemon/config/forms.js';
import { conditionWarnings } from '../../daemon/rules/condition-warnings.js';
import {
  loadRules,
  type CompiledRule,
  type OutputAddition,
  type RuleOptions,
} from '../../daemon/rules/load.js';
import { PRIORITY_NAMES } from '../../daemon/rules/priority.js';
import { matchesWildcard } from '../../daemon/rules/wildcard.js';
import { describeShared, sharedJson } from '../support/shared.js';

interface Check {
  readonly rule?: string | null;
  readonly compiled_condition?: string;
  readonly compiled_output?: string;
  readonly describe?: readonly (string | number)[];
  readonly value?: unknown;
  readonly error_contains?: string;
  readonly warning_contains?: string;
  readonly has_warnings?: boolean;
  readonly enabled_rules?: number;
  readonly ruleset?: string;
  readonly text_contains?: string;
  readonly text_not_contains?: string;
  readonly first_warning_with_code?: string;
  readonly first_warning_with_snippet_containing?: string;
  readonly snippet_contains?: string;
  readonly snippet_not_contains?: string;
  readonly formatted_fields?: unknown;
  readonly do?: { readonly engine: string; readonly args: readonly unknown[] };
}

interface LoadVector {
  readonly name: string;
  readonly filename: string;
  readonly rules_yaml: string;
  readonly expect: 'ok' | 'error' | 'unspecified';
  readonly checks: readonly Check[];
  readonly setup?: readonly { readonly engine: string; readonly args: readonly unknown[] }[];
  readonly schema_validation?: 'ok' | 'failed';
}

interface Vectors {
  readonly rule_load: readonly LoadVector[];
  readonly plugin_requirements: readonly {
    readonly plugins: readonly { readonly name: string; readonly version: string }[];
    readonly rules_yaml: string;
    readonly ok: boolean;
  }[];
  readonly utils: readonly {
    readonly fn: string;
    readonly args: readonly string[];
    readonly result: unknown;
  }[];
  readonly filter_warnings: readonly { readonly condition: string; readonly warns: boolean }[];
  readonly macro_resolver: readonly {
    readonly macros: Readonly<Record<string, string | null>>;
    readonly filter: string;
    readonly resolved: string;
    readonly resolved_macros: readonly string[];
    readonly unknown: readonly string[];
  }[];
}

/** Extra output formats that a vector gives the engine before it loads anything. */
function additions(vector: LoadVector): readonly OutputAddition[] {
  return (vector.setup ?? [])
    .filter(({ engine }) => engine === 'add_extra_output_format')
    .map(({ args }) => {
      const [output, source, tags, rule] = args as [string, string, string[], string];
      return { output, tags, ...(source === '' ? {} : { source }), ...(rule === '' ? {} : { rule }) };
    });
}

function load(vector: LoadVector, options: RuleOptions = {}): ReturnType<typeof loadRules> {
  const content = Buffer.from(vector.rules_yaml);
  return loadRules([{ name: vector.filename, content }], { additions: additions(vector), ...options });
}

/** `rules[0].info.…` of the description of a rule. */
function described(rule: CompiledRule, key: string): unknown {
  const info: Readonly<Record<string, unknown>> = {
    condition: rule.condition,
    output: rule.output,
    description: rule.desc,
    priority: PRIORITY_NAMES[rule.priority],
    capture: rule.capture,
    capture_duration: rule.captureDuration,
    enabled: rule.enabled,
  };
  return info[key];
}

function check(vector: LoadVector, expected: Check): void {
  const loaded = load(vector);
  const [result] = loaded.results;
  assert.ok(result);
  const rule = (): CompiledRule => {
    const found = expected.rule ? loaded.all.find(({ name }) => name === expected.rule) : loaded.all[0];
    assert.ok(found, `rule ${String(expected.rule)} is loaded`);
    return found;
  };
  const some = (diagnostics: readonly Diagnostic[], text: string): void => {
    const messages = diagnostics.map(({ message }) => message);
    assert.ok(
      messages.some(message => message.includes(text)),
      `${JSON.stringify(messages)} includes: ${text}`,
    );
  };
  if (expected.compiled_condition !== undefined) {
    assert.equal(rule().compiledCondition, expected.compiled_condition);
  } else if (expected.compiled_output !== undefined) {
    assert.equal(rule().compiledOutput, expected.compiled_output);
  } else if (expected.describe !== undefined) {
    assert.deepEqual(described(rule(), String(expected.describe.at(-1))), expected.value);
  } else if (expected.error_contains !== undefined) {
    some(result.errors, expected.error_contains);
  } else if (expected.warning_contains !== undefined) {
    some(result.warnings, expected.warning_contains);
  } else if (expected.has_warnings !== undefined) {
    assert.equal(result.warnings.length > 0, expected.has_warnings, JSON.stringify(result.warnings));
  } else if (expected.text_contains !== undefined) {
    assert.ok(result.errors[0]?.text.includes(expected.text_contains), result.errors[0]?.text);
  } else if (expected.text_not_contains !== undefined) {
    assert.ok(!rule().compiledOutput.includes(expected.text_not_contains));
  } else if (expected.first_warning_with_code !== undefined) {
    checkSnippet(
      result.warnings.find(({ code }) => code === expected.first_warning_with_code),
      expected,
    );
  } else if (expected.first_warning_with_snippet_containing !== undefined) {
    const part = expected.first_warning_with_snippet_containing;
    checkSnippet(
      result.warnings.find(({ text }) => text.includes(part)),
      expected,
    );
  } else {
    assert.fail(`unknown check ${JSON.stringify(expected)}`);
  }
}

function checkSnippet(warning: Diagnostic | undefined, expected: Check): void {
  assert.ok(warning);
  if (expected.snippet_contains !== undefined) assert.ok(warning.text.includes(expected.snippet_contains));
  if (expected.snippet_not_contains !== undefined) {
    assert.ok(!warning.text.includes(expected.snippet_not_contains), warning.text);
  }
}

/** Vectors that count enabled rules, after asking the engine to enable or disable some. */
function checkSelection(vector: LoadVector): void {
  const rulesets = new Map<string, NonNullable<RuleOptions['selection']>[number][]>();
  for (const step of vector.checks) {
    if (step.do !== undefined) {
      const [what, enable, ruleset = 'falco-default-ruleset'] = step.do.args as [
        string | string[],
        boolean,
        string?,
      ];
      const steps = rulesets.get(ruleset) ?? [];
      const selected =
        typeof what === 'string' ? [{ enable, rule: `*${what}*` }] : what.map(tag => ({ enable, tag }));
      rulesets.set(ruleset, [...steps, ...selected]);
    } else if (step.enabled_rules !== undefined) {
      const ruleset = step.ruleset ?? '';
      const isDefault = ruleset.includes('default');
      // Other rulesets than the default one begin with nothing enabled.
      const begin = isDefault ? [] : [{ enable: false, rule: '*' }];
      const { rules } = load(vector, { selection: [...begin, ...(rulesets.get(ruleset) ?? [])] });
      assert.equal(rules.length, step.enabled_rules, `enabled in ${ruleset}`);
    }
  }
}

describeShared('published rule loading vectors', () => {
  const vectors = sharedJson<Vectors>('conformance/rule_loading.json');

  describe('rules files', () => {
    for (const vector of vectors.rule_load) {
      const title = vector.name.split('.').at(-1) ?? vector.name;
      if (vector.expect !== 'unspecified') {
        it(`${title} gives ${vector.expect}`, () => {
          const [result] = load(vector).results;
          assert.equal(result?.successful, vector.expect === 'ok', JSON.stringify(result?.errors));
        });
      }
      if (vector.schema_validation !== undefined) {
        it(`${title}: the schema says ${vector.schema_validation}`, () => {
          const [result] = load(vector).results;
          assert.equal(result?.schema.split(' ')[0], vector.schema_validation, result?.schema);
        });
      }
      for (const [index, expected] of vector.checks.entries()) {
        if (expected.do !== undefined || expected.enabled_rules !== undefined) continue;
        // What a rule says beyond its output is added by the room of alerts.
        if (expected.formatted_fields !== undefined) continue;
        it(`${title}: ${Object.keys(expected)[0] ?? ''} ${String(index)}`, () => check(vector, expected));
      }
      if (vector.checks.some(step => step.enabled_rules !== undefined)) {
        it(`${title}: enabled rules`, () => checkSelection(vector));
      }
    }
  });

  describe('plugin requirements', () => {
    for (const [index, { plugins, rules_yaml, ok }] of vectors.plugin_requirements.entries()) {
      it(`${String(index)} ${ok ? 'is met' : 'is not met'}`, () => {
        const { results } = loadRules([{ name: 'rules.yaml', content: Buffer.from(rules_yaml) }], {
          plugins,
        });
        assert.equal(results[0]?.successful, ok, JSON.stringify(results[0]?.errors));
      });
    }
  });

  describe('functions of their own', () => {
    for (const { fn, args, result } of vectors.utils) {
      const [first = '', second = ''] = args;
      if (fn === 'matches_wildcard')
        it(`'${first}' ${result === true ? 'takes' : 'does not take'} '${second}'`, () => {
          assert.equal(matchesWildcard(first, second), result);
        });
      if (fn === 'parse_prometheus_interval')
        it(`'${first}' lasts ${String(result)} ms`, () => assert.equal(durationMs(first) ?? 0, result));
    }
    it('are all but eight about rules or the configuration', () => {
      // Addresses of the gRPC server, which is gone from Falco; rules' names in those of metrics, which are not there yet.
      const others = vectors.utils.filter(({ fn }) => /^(?:is_unix_scheme|sanitize_rule_name)$/.test(fn));
      assert.equal(others.length, 8);
    });
  });

  describe('warnings about conditions', () => {
    for (const { condition, warns } of vectors.filter_warnings) {
      it(`${condition} ${warns ? 'warns' : 'does not warn'}`, () => {
        const parsed = parseCondition(condition);
        assert.ok(parsed.ok);
        assert.equal(conditionWarnings(parsed.tree).length > 0, warns);
      });
    }
  });

  describe('macro resolution', () => {
    for (const vector of vectors.macro_resolver) {
      it(`${vector.filter} with ${JSON.stringify(vector.macros)}`, () => {
        const parsed = parseCondition(vector.filter);
        assert.ok(parsed.ok);
        const resolved = resolveMacros(parsed.tree, name => {
          const text = vector.macros[name];
          const macro = typeof text === 'string' ? parseCondition(text) : undefined;
          return macro?.ok === true ? macro.tree : undefined;
        });
        if (vector.unknown.length > 0) {
          assert.ok(!resolved.ok);
          assert.equal(resolved.at.name, vector.unknown[0]);
          return;
        }
        assert.ok(resolved.ok);
        const wanted = parseCondition(vector.resolved);
        assert.ok(wanted.ok);
        assert.equal(print(resolved.tree), print(wanted.tree));
        assert.deepEqual([...resolved.macros].sort(), [...vector.resolved_macros].sort());
        assert.deepEqual(macroReferences(wanted.tree), []);
      });
    }
  });
});
