import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deliveredRules } from '../../../daemon/cli/pages/pages.js';
import { exampleOf } from '../../../daemon/cli/pages/rule-example.js';
import { rulesOf } from '../../../daemon/cli/pages/rule-file.js';
import { rulePages } from '../../../daemon/cli/pages/rule-pages.js';
import { TECHNIQUES } from '../../../daemon/cli/pages/techniques.js';
import { loadRules } from '../../../daemon/rules/load.js';
import { projectRoot } from '../../support/project.js';

const files = deliveredRules(projectRoot);
const rules = files.flatMap(({ text }) => rulesOf(text));
const pages = rulePages(files);

describe('docs/rules', () => {
  it('is what the rules files make of it, and nothing else', () => {
    const folder = join(projectRoot, 'docs/rules');
    const written = readdirSync(folder).map(name => `docs/rules/${name}`);
    assert.deepEqual(written.sort(), Object.keys(pages).sort(), 'run make docs');
    for (const [path, text] of Object.entries(pages))
      assert.equal(readFileSync(join(projectRoot, path), 'utf8'), text, `${path}: run make docs`);
  });
  it('has a page of its own for every rule, and the list links to all of them', () => {
    assert.equal(Object.keys(pages).length, rules.length + 1);
    for (const { rule, slug } of rules)
      assert.ok(pages['docs/rules/README.md']?.includes(`[${rule}](${slug}.md)`), rule);
  });
  it('knows the name of every technique that a rule names', () => {
    const tags = new Set(rules.flatMap(rule => rule.tags.filter(tag => /^T[A0-9]\d{3}/.test(tag))));
    assert.deepEqual(
      [...tags].filter(tag => !(tag in TECHNIQUES)),
      [],
    );
  });
  it('gives for every rule an exception that can be taken over as it is', () => {
    const local = rules.map(rule => exampleOf(rule)).join('\n');
    const delivered = files.map(({ name, text }) => ({ name, content: Buffer.from(text) }));
    const { results } = loadRules([...delivered, { name: 'local.yaml', content: Buffer.from(local) }]);
    for (const { name, errors, warnings, notes } of results) {
      assert.deepEqual([name, errors, warnings, notes], [name, [], [], []]);
    }
  });
});
