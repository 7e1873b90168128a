/** Rule tests with audit events: what is left out is as usual, and rules of their source judge them. */
import assert from 'node:assert/strict';
import { member, type JsonObject } from '../../../daemon/events/json-value.js';
import { readTests } from '../../../daemon/rule-tests/read.js';
import { problemText } from '../../../daemon/rule-tests/reader.js';
import { runTests } from '../../../daemon/rule-tests/run.js';

const RULES = `
- rule: made
  desc: d
  condition: ka.verb = create and ka.target.resource = pods and not ka.user.name in (bob)
  output: who=%ka.user.name at=%jevt.time.iso8601 ips=%ka.sourceips
  priority: WARNING
  source: k8s_audit
- rule: off
  desc: d
  condition: ka.verb = delete
  output: x
  priority: INFO
  source: k8s_audit
  enabled: false
- rule: opened
  desc: d
  condition: evt.type = openat
  output: x
  priority: INFO
`;

const file = (tests: string) => readTests('/t/a.yaml', Buffer.from(`rules: [r.yaml]\ntests:\n${tests}`));

function problems(text: string): readonly string[] {
  const read = file(text);
  return read.ok ? [] : read.errors.map(problemText);
}

function document(audit: string): JsonObject {
  const read = file(`  - {test: t, events: [{audit: ${audit}}], alerts: []}\n`);
  if (!read.ok) throw new Error(read.errors.map(problemText).join('\n'));
  const [event] = read.value.tests[0]!.events;
  if (event?.kind !== 'audit') throw new Error('no audit event');
  return event.document;
}

async function reasons(test: string): Promise<readonly string[]> {
  const read = file(`  - {test: t, ${test}}\n`);
  if (!read.ok) throw new Error(read.errors.map(problemText).join('\n'));
  const run = await runTests(read.value, () => Buffer.from(RULES));
  if (!run.ok) return run.errors.map(problemText);
  return run.tests[0]!.reasons;
}

const MADE = '{audit: {verb: create, objectRef: {resource: pods, namespace: shop, name: web}}}';

describe('an audit event of a test file', () => {
  it('is that of a request that was granted, when nothing else is said', () => {
    const event = document(
      '{verb: create, objectRef: {resource: deployments, namespace: shop, name: web}, requestObject: {a: 1}}',
    );
    const {
      kind,
      stage,
      requestURI,
      user,
      objectRef,
      responseStatus,
      requestObject,
      responseObject,
      annotations,
    } = event;
    assert.deepEqual([kind, stage], ['Event', 'ResponseComplete']);
    assert.equal(requestURI, '/apis/apps/v1/namespaces/shop/deployments');
    assert.deepEqual(user, { username: 'ann', groups: ['developers', 'system:authenticated'] });
    assert.deepEqual(objectRef, {
      resource: 'deployments',
      namespace: 'shop',
      name: 'web',
      apiGroup: 'apps',
      apiVersion: 'v1',
    });
    assert.deepEqual([member(responseStatus, 'code'), responseObject], [201, requestObject]);
    assert.equal(member(annotations, 'authorization.k8s.io/decision'), 'allow');
  });
  it('has results and addresses that fit its verb and stage', () => {
    const pod = 'objectRef: {resource: pods, namespace: s, name: a b, subresource: exec}';
    const exec = document(`{stage: ResponseStarted, verb: create, ${pod}}`);
    assert.equal(member(exec['responseStatus'], 'code'), 101);
    assert.equal(exec['requestURI'], '/api/v1/namespaces/s/pods/a%20b/exec');
    assert.equal(document(`{stage: RequestReceived, ${pod}}`)['responseStatus'], undefined);
    assert.equal(member(document(`{${pod}}`)['responseStatus'], 'code'), 200);
    const refused = document(`{verb: create, ${pod}, requestObject: {a: 1}, responseStatus: {code: 403}}`);
    assert.equal(refused['responseObject'], undefined);
  });
  it('has users in the groups that an API server puts them into', () => {
    const groups = (name: string): unknown =>
      member(document(`{user: {username: "${name}"}}`)['user'], 'groups');
    assert.deepEqual(groups('system:anonymous'), ['system:unauthenticated']);
    assert.deepEqual(groups('system:node:n'), ['system:nodes', 'system:authenticated']);
    assert.deepEqual(groups('system:serviceaccount:a:b'), [
      'system:serviceaccounts',
      'system:serviceaccounts:a',
      'system:authenticated',
    ]);
  });
  it('loses what is taken away, and keeps types', () => {
    const event = document(
      "{auditID: ~, user: {groups: ~}, requestObject: {n: 12, t: '12', b: true, s: 'true', z: ~, __proto__: {x: 1}}}",
    );
    assert.equal('auditID' in event, false);
    assert.deepEqual(event['user'], { username: 'ann' });
    const { requestObject } = event;
    assert.deepEqual(
      ['n', 't', 'b', 's', 'z', 'x'].map(name => member(requestObject, name)),
      [12, '12', true, 'true', null, undefined],
    );
    assert.deepEqual(member(requestObject, '__proto__'), { x: 1 });
  });
  it('is complained of where it has what no audit event has', () => {
    const test = (event: string): string => `  - {test: t, events: [${event}], alerts: []}\n`;
    const [typo] = problems(test('{audit: {responsObject: {}}}'));
    assert.match(typo!, /'audit' has no key 'responsObject'[^]*did you mean 'responseObject'/);
    assert.match(problems(test('{audit: {objectRef: {kind: Pod}}}'))[0]!, /'objectRef' has no key 'kind'/);
    assert.match(problems(test('{audit: {user: {name: x}}}'))[0]!, /'user' has no key 'name'/);
    assert.match(
      problems(test('{audit: {verb: get}, process: {name: x}}'))[0]!,
      /with 'audit' has no 'process'/,
    );
    assert.match(problems(test('{audit: [x]}'))[0]!, /'audit' has to be a map/);
  });
});

describe('rule tests with audit events', () => {
  it('are judged by the rules of their source, beside calls', async () => {
    const events = `[${MADE}, {type: openat, process: {name: a}}, ${MADE}]`;
    const ips = '{rule: made, output: [who=ann, ips=(203.0.113.7)]}';
    assert.deepEqual(await reasons(`events: ${events}, alerts: [${ips}, opened, made]`), []);
  });
  it('say of a rule that did not fire which event came near, and where it stopped', async () => {
    const bob = MADE.replace('verb:', 'user: {username: bob}, verb:');
    const [reason] = await reasons(`events: [${bob}], alerts: [made]`);
    assert.match(
      reason!,
      /^'made' raised no alert: event 1, create pods shop\/web by bob: stopped at .*ka\.user\.name in \(bob\)/,
    );
  });
  it('say which event raised an alert that was not expected', async () => {
    const [reason] = await reasons(`events: [{audit: {verb: get}}, ${MADE}], alerts: []`);
    assert.match(reason!, /^'made' was not expected: event 2, create pods shop\/web by ann: /);
  });
  it('switch rules on, and know when there is no such rule', async () => {
    const events = 'events: [{audit: {verb: delete, objectRef: {resource: pods, name: a}}}]';
    assert.deepEqual(await reasons(`${events}, enable: off, alerts: [off]`), []);
    assert.match((await reasons(`${events}, alerts: [off]`))[0]!, /it matched, but it is not enabled/);
    assert.match((await reasons(`${events}, enable: [of], alerts: []`))[0]!, /there is no rule 'of'/);
  });
  it('fail when an event is none', async () => {
    assert.match(
      (await reasons(`events: [{audit: {stageTimestamp: ~}}], alerts: []`))[0]!,
      /^event 1: .*stageTimestamp/,
    );
  });
});
