/** What explains a condition judges it as the reference evaluator does, and names checks that really decided. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { judge } from '../../../daemon/filter/evaluate.js';
import { explainer } from '../../../daemon/filter/explain.js';
import { seenValue } from '../../../daemon/filter/seen-value.js';
import { loadRules } from '../../../daemon/rules/load.js';
import { Inspector } from '../../../daemon/state/inspector.js';
import { projectRoot } from '../../support/project.js';
import { randomRecord } from '../../support/random-event.js';

describe('the explanation of a condition', () => {
  const name = 'etc/falco_rules.yaml';
  const { all } = loadRules([{ name, content: readFileSync(join(projectRoot, name)) }], { origins: true });
  const explainers = all.map(rule => ({
    rule,
    explain: explainer(rule.origin!.tree, rule.filter.tree),
  }));

  it('agrees with the reference evaluator on random events, and its findings are true of them', () => {
    const inspector = new Inspector({ live: false });
    let failures = 0;
    fc.assert(
      fc.property(randomRecord, record => {
        if (!inspector.process(record, 0, 0)) return;
        const { view } = inspector;
        for (const { rule, explain } of explainers) {
          const explanation = explain(view);
          assert.equal(explanation.matched, rule.filter.matches(view), rule.name);
          if (explanation.matched) continue;
          failures++;
          const { step, steps, findings, progress } = explanation;
          assert.ok(step >= 1 && step <= steps && findings.length > 0);
          // A condition of alternatives is one step; progress is then that of the best of them.
          if (steps > 1) assert.equal(Math.floor(progress) + 1, step);
          for (const { leaf, held } of findings) {
            assert.equal(judge(leaf.check)(view), held, leaf.text);
            assert.match(seenValue(leaf.check, view), /^saw /);
          }
        }
      }),
      { seed: 3, numRuns: 1000 },
    );
    assert.ok(failures > 1000);
  });

  it('knows where every check stands', () => {
    for (const { filter, origin } of all) {
      const text = readFileSync(join(projectRoot, name), 'utf8').split('\n');
      const inspector = new Inspector({ live: false });
      const explain = explainer(origin!.tree, filter.tree);
      fc.assert(
        fc.property(randomRecord, record => {
          if (!inspector.process(record, 0, 0)) return;
          const explanation = explain(inspector.view);
          if (explanation.matched) return;
          const { leaf } = explanation.findings[0]!;
          const { file, position } = origin!.place(leaf.span, leaf.macros);
          assert.equal(file, name);
          assert.ok(position.line > 0 && position.line < text.length);
          const field = leaf.text.split(' ')[0]!;
          // What an exception makes stands where its values are.
          if (text[position.line]!.includes('[')) return;
          assert.ok(text[position.line]!.slice(position.column).startsWith(field), leaf.text);
        }),
        { seed: 5, numRuns: 200 },
      );
    }
  });
});
