/** The rules for audit events, as they are delivered. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRules } from '../../../daemon/rules/load.js';
import { AUDIT_RULES, loadAuditRules } from '../../support/audit-rule-tests.js';
import { projectRoot } from '../../support/project.js';
import { describeShared, sharedPath } from '../../support/shared.js';

/** Rules that plugin rules of today have and 0.29 had not. */
const LATER = [
  'Create HostIPC Pod',
  'Create HostPid Pod',
  'K8s ClusterRole Created',
  'K8s ClusterRole Deleted',
  'K8s ClusterRoleBinding Created',
  'K8s ClusterRoleBinding Deleted',
  'K8s Role Created',
  'K8s Role Deleted',
  'K8s RoleBinding Created',
  'K8s RoleBinding Deleted',
  'K8s Secret Get Successfully',
  'K8s Secret Get Unsuccessfully Tried',
  'port-forward',
];

describe('the rules for audit events', () => {
  const { results, all, rules } = loadAuditRules();
  const names = new Set(all.map(({ name }) => name));

  it('load without a warning or note', () => {
    const [result] = results;
    assert.deepEqual(
      [...result!.errors, ...result!.warnings, ...result!.notes].map(
        ({ code, message }) => `${code}: ${message}`,
      ),
      [],
    );
  });
  it('load beside the other rules without a warning or note', () => {
    const file = (name: string) => ({ name, content: readFileSync(join(projectRoot, name)) });
    const both = loadRules([file('etc/falco_rules.yaml'), file(AUDIT_RULES)]);
    assert.deepEqual(
      both.results.flatMap(({ errors, warnings, notes }) => [...errors, ...warnings, ...notes]),
      [],
    );
    assert.equal(new Set(both.all.map(({ source }) => source)).size, 2);
  });
  it('are all about audit events, tagged, and say who, on whose behalf and from where', () => {
    for (const { name, source, tags, output } of all) {
      assert.equal(source, 'k8s_audit', name);
      assert.ok(tags.includes('k8s'), name);
      assert.ok(output.includes('user=%ka.user.name'), name);
      if (name !== 'All K8s Audit Events') assert.ok(output.includes('source_ips=%ka.sourceips'), name);
    }
  });
  it('have techniques of ATT&CK, but for those that report all that is done', () => {
    for (const { name, tags } of all) {
      const known = tags.some(tag => tag.startsWith('mitre_')) && tags.some(tag => /^T\d{4}/.test(tag));
      assert.equal(known, !/^K8s .* (Created|Deleted)$|^All K8s/.test(name), name);
    }
  });
  it('leave out of alerts what they look for: credentials', () => {
    const rule = all.find(({ name }) => name === 'Create/Modify Configmap With Private Credentials');
    assert.ok(!rule!.compiledOutput.includes('ka.req.configmap.obj'));
  });
  it('are quiet about what a cluster does all day', () => {
    const off = all.filter(({ enabled }) => !enabled).map(({ name }) => name);
    assert.equal(rules.length + off.length, all.length);
    assert.ok(
      off.every(name => /^K8s .* (Created|Deleted)$|^K8s Secret Get Successfully$|^Disallowed/.test(name)),
    );
    const activity = all.filter(({ tags }) => tags.includes('k8s_activity'));
    assert.equal(activity.length, 20);
    assert.ok(activity.every(({ enabled }) => !enabled));
  });
  it('are switched on together by their tag', () => {
    const content = readFileSync(join(projectRoot, AUDIT_RULES));
    const selection = [{ enable: true, tag: 'k8s_activity' }];
    const chosen = loadRules([{ name: AUDIT_RULES, content }], { selection });
    assert.equal(chosen.rules.length, rules.length + 20);
    // None of them is hidden by another.
    assert.deepEqual(
      chosen.results.flatMap(({ notes }) => notes),
      [],
    );
  });
  it('have every name that was added since 0.29', () => {
    assert.deepEqual(
      LATER.filter(name => !names.has(name)),
      [],
    );
  });

  describeShared('and those of 0.29', () => {
    it('have every name that these have', () => {
      const name = 'rules/k8s_audit_rules-0.29.1.yaml';
      const upstream = loadRules([{ name, content: readFileSync(sharedPath(name)) }]);
      assert.equal(upstream.all.length, 39);
      assert.deepEqual(
        upstream.all.map(rule => rule.name).filter(each => !names.has(each)),
        [],
      );
    });
  });
});
