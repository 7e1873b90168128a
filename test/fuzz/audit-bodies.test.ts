/**
 * Bodies with audit events, damaged in transit or on purpose: whatever is in them, they are refused with a reason, or
 * judged by rules that read every field; and nothing is left behind. FALCO_FUZZ_FILES says how many.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultConfig } from '../../daemon/config/defaults.js';
import { AuditJudge } from '../../daemon/engine/audit-judge.js';
import type { RunContext } from '../../daemon/engine/run.js';
import { fieldTable } from '../../daemon/fields/tables/fields.js';
import { auditEvents } from '../../daemon/sources/audit/audit-event.js';
import { rulebook } from '../support/book.js';
import { Choices, tapes } from '../support/choices.js';
import { damaged } from './damage.js';

const FILES = Number(process.env['FALCO_FUZZ_FILES'] ?? 5000);

const POD = {
  kind: 'Event',
  auditID: 'a',
  stage: 'ResponseComplete',
  verb: 'create',
  requestURI: '/api/v1/namespaces/n/pods?command=sh&command=-c',
  user: { username: 'u', groups: ['g'] },
  sourceIPs: ['10.0.0.1'],
  objectRef: { resource: 'pods', namespace: 'n', name: 'p' },
  responseStatus: { code: 201 },
  requestObject: {
    roleRef: { name: 'admin' },
    subjects: [{ kind: 'User', name: 'u' }],
    rules: [{ verbs: ['*'], resources: ['pods'], apiGroups: [''], nonResourceURLs: ['/x'] }],
    data: { password: 'x' },
    spec: {
      hostNetwork: true,
      type: 'NodePort',
      securityContext: { runAsUser: 0, supplementalGroups: [1] },
      containers: [
        {
          name: 'c',
          image: 'a/b:1@sha256:0',
          command: ['sh'],
          ports: [{ hostPort: 1 }],
          securityContext: { privileged: true },
        },
      ],
      volumes: [{ name: 'v', hostPath: { path: '/etc' } }],
    },
  },
  annotations: { 'authorization.k8s.io/decision': 'allow' },
  stageTimestamp: '2026-11-23T07:49:20.391063Z',
};
const BODIES = [
  JSON.stringify(POD),
  JSON.stringify({ kind: 'EventList', items: [POD, POD] }),
  JSON.stringify([[POD], [{ kind: 'EventList', items: [] }]]),
  `${JSON.stringify(POD).slice(0, -1)},"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"auditID":"b"}`,
];

/** One rule a field: it reads the field in its condition and in its output. */
function rulesOfEveryField(): string {
  return fieldTable
    .filter(({ source, class: group }) => source === 'k8s_audit' || group === 'json (plugin)')
    .map(({ name, arg }, i) => {
      const field = arg?.required === true ? `${name}[/user/username]` : name;
      return `- {rule: r${String(i)}, desc: d, priority: INFO, source: k8s_audit, condition: "${field} exists", output: "%${field}"}\n`;
    })
    .join('');
}

describe('damaged bodies with audit events', () => {
  it('are refused, or judged by rules on every field', function () {
    this.timeout(0);
    let alerts = 0;
    const sent: Pick<RunContext, 'config' | 'book' | 'explained' | 'send'> = {
      ...{ config: defaultConfig(), book: rulebook(rulesOfEveryField(), 'all'), explained: undefined },
      send: () => undefined,
    };
    const judge = new AuditJudge(sent as RunContext, ({ message }) => {
      assert.equal(typeof message, 'string');
      alerts++;
    });
    let good = 0;
    fc.assert(
      fc.property(tapes(60), tape => {
        const choices = new Choices(tape);
        const read = auditEvents(damaged(choices.pick(BODIES), choices));
        if (!read.ok) {
          assert.match(read.message, /^(Could not parse data: |Data not recognized as a k8s audit event)/);
          return;
        }
        good++;
        read.events.forEach(judge.onEvent);
      }),
      { numRuns: FILES, seed: 8 },
    );
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
    assert.ok(good > FILES / 100, `${String(good)} were good`);
    assert.ok(alerts > good);
  });
});
