import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toByteString } from '../../../daemon/events/byte-string.js';
import { isObject, type JsonObject, type JsonValue } from '../../../daemon/events/json-value.js';
import { bindField } from '../../../daemon/fields/registry.js';
import type { FieldValue } from '../../../daemon/fields/field.js';
import { follow, parsePointer } from '../../../daemon/fields/json-pointer.js';
import { fieldTable } from '../../../daemon/fields/tables/fields.js';
import { sourceContext } from '../../../daemon/filter/source-context.js';
import { AuditRecord } from '../../../daemon/sources/audit/audit-record.js';
import { Inspector } from '../../../daemon/state/inspector.js';

const inspector = new Inspector({ live: false });
inspector.view.source = 'k8s_audit';
const record = new AuditRecord();

/** The value of `field`, as it is written in conditions, for an event. */
function valueOf(field: string, document: JsonObject, time = 0n): FieldValue {
  const match = /^([^[]+)(?:\[(.*)\])?$/s.exec(field)!;
  const bound = bindField(match[1]!, match[2] ?? null, 'k8s_audit');
  assert.ok(bound.ok, bound.ok ? '' : bound.message);
  inspector.view.document = document;
  record.setTime(time);
  inspector.process(record.bytes, 0, 0);
  return bound.field.extract(inspector.view);
}

const META: JsonObject = {
  kind: 'Event',
  auditID: 'a-1',
  stage: 'ResponseComplete',
  verb: 'create',
  requestURI:
    '/api/v1/namespaces/prod/pods/web/exec?command=sh&command=-c&stdin=true&note=a%20b+c%C3%A9&empty=',
  user: { username: 'kübe', groups: ['ops', 'system:authenticated'] },
  impersonatedUser: { username: 'root' },
  sourceIPs: ['10.0.0.1', '10.0.0.2'],
  userAgent: 'kubectl/1.32',
  objectRef: { resource: 'pods', namespace: 'prod', name: 'web' },
  responseStatus: { code: 201, reason: 'Created' },
  responseObject: { metadata: { name: 'web-x' } },
  annotations: {
    'authorization.k8s.io/decision': 'allow',
    'authorization.k8s.io/reason': '',
    'authentication.openshift.io/decision': 'deny',
    'authentication.openshift.io/username': 'joe',
    'validation.policy.admission.k8s.io/validation_failure': '[{"message":"no"}]',
    'pod-security.kubernetes.io/audit-violations': 'would violate',
    cluster_name: 'east',
  },
};

const POD: JsonObject = {
  ...META,
  requestObject: {
    spec: {
      hostIPC: true,
      hostNetwork: false,
      hostPID: true,
      securityContext: { runAsUser: 100, runAsGroup: 200, fsGroup: 300, supplementalGroups: [1, 2] },
      containers: [
        {
          name: 'a',
          image: 'gcr.io:443/team/app:1.0',
          command: ['sh', '-c'],
          args: ['echo', 'x y'],
          ports: [{ hostPort: 80, containerPort: 8080 }, { containerPort: 9090 }],
          securityContext: {
            privileged: true,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            runAsUser: 0,
            procMount: 'Default',
            capabilities: { add: ['SYS_ADMIN', 'NET_RAW'] },
          },
        },
        { name: 'b', image: 'nginx@sha256:0123', securityContext: { runAsGroup: 7, privileged: false } },
        { name: 'c' },
      ],
      initContainers: [{ name: 'i', image: 'busybox:1', securityContext: { privileged: true } }],
      ephemeralContainers: [{ name: 'e', image: 'docker.io/library/alpine' }],
      volumes: [
        { name: 'v', hostPath: { path: '/var/run/docker.sock', type: '' } },
        { name: 'w', flexVolume: { driver: 'example/x' } },
        { name: 'z', configMap: {} },
      ],
    },
  },
};

const ROLE: JsonObject = {
  ...META,
  objectRef: { resource: 'clusterroles', name: 'r' },
  requestObject: {
    roleRef: { name: 'cluster-admin' },
    subjects: [
      { kind: 'User', name: 'u' },
      { kind: 'ServiceAccount', name: 's', namespace: 'n' },
      { kind: 'Group', name: 'g' },
    ],
    rules: [
      { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] },
      { verbs: ['*'], nonResourceURLs: ['/metrics'] },
    ],
    data: { password: 'x' },
  },
};

const SERVICE: JsonObject = {
  ...META,
  requestObject: { spec: { type: 'NodePort', ports: [{ port: 80 }, { port: 443 }] } },
};

// prettier-ignore
const VALUES: readonly (readonly [field: string, event: JsonObject, value: FieldValue])[] = [
  ['ka.auditid', META, 'a-1'],
  ['ka.stage', META, 'ResponseComplete'],
  ['ka.auth.decision', META, 'allow'],
  ['ka.auth.reason', META, ''],
  ['ka.auth.openshift.decision', META, 'deny'],
  ['ka.auth.openshift.username', META, 'joe'],
  ['ka.validations.admission.policy.failure', META, '[{"message":"no"}]'],
  ['ka.security.pod.violations', META, 'would violate'],
  ['ka.user.name', META, toByteString('kübe')],
  ['ka.user.groups', META, ['ops', 'system:authenticated']],
  ['ka.impuser.name', META, 'root'],
  ['ka.verb', META, 'create'],
  ['ka.uri.param[command]', META, 'sh'],
  ['ka.uri.param[note]', META, toByteString('a b cé')],
  ['ka.uri.param[empty]', META, ''],
  ['ka.uri.param[nosuch]', META, null],
  ['ka.uri.param[command]', { ...META, requestURI: '/x?command=%zz&command=a;b&command=%4&command=%73h' }, 'sh'],
  ['ka.uri.param[command]', { ...META, requestURI: '/x?command=ls%3b&command=sh' }, 'ls;'],
  ['ka.target.name', META, 'web'],
  ['ka.target.namespace', META, 'prod'],
  ['ka.target.resource', META, 'pods'],
  ['ka.target.subresource', META, null],
  ['ka.target.pod.name', META, 'web-x'],
  ['ka.target.pod.name', ROLE, null],
  ['ka.target.pod.name', { ...META, objectRef: { resource: 'pods', subresource: 'exec' } }, null],
  ['ka.resp.name', META, 'web-x'],
  ['ka.response.code', META, '201'],
  ['ka.response.reason', META, 'Created'],
  ['ka.useragent', META, 'kubectl/1.32'],
  ['ka.sourceips', META, ['10.0.0.1', '10.0.0.2']],
  ['ka.sourceips[1]', META, ['10.0.0.2']],
  ['ka.sourceips[2]', META, null],
  ['ka.cluster.name', META, 'east'],
  ['ka.req.binding.subjects', ROLE, ['{"kind":"User","name":"u"}', '{"kind":"ServiceAccount","name":"s","namespace":"n"}', '{"kind":"Group","name":"g"}']],
  ['ka.req.binding.subjects.user_names', ROLE, ['u']],
  ['ka.req.binding.subjects.serviceaccount_names', ROLE, ['s']],
  ['ka.req.binding.subjects.serviceaccount_ns_names', ROLE, ['n:s']],
  ['ka.req.binding.subjects.group_names', ROLE, ['g']],
  ['ka.req.binding.role', ROLE, 'cluster-admin'],
  ['ka.req.binding.subject.has_name[u]', ROLE, 'true'],
  ['ka.req.configmap.name', ROLE, 'r'],
  ['ka.req.configmap.obj', ROLE, '{"password":"x"}'],
  ['ka.req.pod.containers.name', POD, ['a', 'b', 'c']],
  ['ka.req.pod.containers.name[1]', POD, ['b']],
  ['ka.req.pod.containers.name[3]', POD, null],
  ['ka.req.pod.containers.image', POD, ['gcr.io:443/team/app:1.0', 'nginx@sha256:0123']],
  ['ka.req.pod.containers.image.repository', POD, ['gcr.io:443/team/app', 'nginx']],
  ['ka.req.pod.containers.command', POD, ['sh -c']],
  ['ka.req.pod.containers.args', POD, ['echo x y']],
  ['ka.req.pod.containers.host_port', POD, ['80', '9090']],
  ['ka.req.pod.containers.privileged', POD, ['true', 'false']],
  ['ka.req.pod.containers.privileged[1]', POD, ['false']],
  ['ka.req.pod.containers.allow_privilege_escalation', POD, ['false']],
  ['ka.req.pod.containers.read_only_fs', POD, ['true']],
  ['ka.req.pod.containers.run_as_user', POD, ['0']],
  ['ka.req.pod.containers.eff_run_as_user', POD, ['0', '100', '100']],
  ['ka.req.pod.containers.run_as_group', POD, ['7']],
  ['ka.req.pod.containers.eff_run_as_group', POD, ['200', '7', '200']],
  ['ka.req.pod.containers.proc_mount', POD, ['Default']],
  ['ka.req.pod.containers.add_capabilities', POD, ['SYS_ADMIN', 'NET_RAW']],
  ['ka.req.container.image', POD, 'gcr.io:443/team/app:1.0'],
  ['ka.req.container.image.repository', POD, 'gcr.io:443/team/app'],
  ['ka.req.container.privileged', POD, 'true'],
  ['ka.req.container.privileged', { ...META, requestObject: { spec: { containers: [{}] } } }, 'false'],
  ['ka.req.container.privileged', META, null],
  ['ka.req.pod.initContainers.privileged', POD, ['true']],
  ['ka.req.pod.initContainers.eff_run_as_user', POD, ['100']],
  ['ka.req.pod.ephemeralContainers.image.repository', POD, ['docker.io/library/alpine']],
  ['ka.req.pod.host_ipc', POD, 'true'],
  ['ka.req.pod.host_network', POD, 'false'],
  ['ka.req.container.host_network', POD, 'false'],
  ['ka.req.pod.host_pid', POD, 'true'],
  ['ka.req.pod.run_as_user', POD, '100'],
  ['ka.req.pod.run_as_group', POD, '200'],
  ['ka.req.pod.fs_group', POD, '300'],
  ['ka.req.pod.supplemental_groups', POD, ['1', '2']],
  ['ka.req.pod.volumes.hostpath', POD, ['/var/run/docker.sock']],
  ['ka.req.pod.volumes.hostpath[1]', POD, null],
  ['ka.req.volume.hostpath[/var/run/docker.sock]', POD, 'true'],
  ['ka.req.volume.hostpath[/var/run]', POD, 'false'],
  ['ka.req.volume.hostpath[/var/run/*]', POD, 'true'],
  ['ka.req.pod.volumes.flexvolume_driver', POD, ['example/x']],
  ['ka.req.pod.volumes.volume_type', POD, ['hostPath', 'flexVolume', 'configMap']],
  ['ka.req.pod.volumes.volume_type[2]', POD, ['configMap']],
  ['ka.req.role.rules', ROLE, ['{"verbs":["get","list"],"apiGroups":[""],"resources":["pods"]}', '{"verbs":["*"],"nonResourceURLs":["/metrics"]}']],
  ['ka.req.role.rules.apiGroups', ROLE, ['']],
  ['ka.req.role.rules.nonResourceURLs', ROLE, ['/metrics']],
  ['ka.req.role.rules.verbs', ROLE, ['get', 'list', '*']],
  ['ka.req.role.rules.verbs[1]', ROLE, ['*']],
  ['ka.req.role.rules.resources', ROLE, ['pods']],
  ['ka.req.service.type', SERVICE, 'NodePort'],
  ['ka.req.service.ports', SERVICE, ['{"port":80}', '{"port":443}']],
  ['ka.req.service.ports[1]', SERVICE, ['{"port":443}']],
  ['json.value[/user/groups/1]', META, 'system:authenticated'],
  ['json.value[user/groups/1]', META, 'system:authenticated'],
  ['jevt.value[/annotations/authorization.k8s.io~1decision]', META, 'allow'],
  ['jevt.value[/responseStatus]', META, '{"code":201,"reason":"Created"}'],
  ['jevt.value[/responseStatus/code]', META, '201'],
  ['jevt.value[/user/groups/length]', META, null],
  ['jevt.value[/user/groups/01]', META, null],
  ['jevt.value[/constructor]', META, null],
  ['jevt.value[/__proto__]', META, null],
  ['json.obj', { auditID: 'x', a: [1, null] }, '{"auditID":"x","a":[1,null]}'],
  ['evt.source', META, 'k8s_audit'],
  ['evt.pluginname', META, 'k8saudit'],
  ['evt.plugininfo', { auditID: 'x' }, '{"auditID":"x"}'],
];

describe('fields of Kubernetes audit events', () => {
  for (const [field, event, value] of VALUES) {
    it(`${field} is ${JSON.stringify(value)}`, () => {
      assert.deepEqual(valueOf(field, event), value);
    });
  }

  it('tell the time of the event', () => {
    const time = 1_700_000_000_123_456_789n;
    assert.equal(valueOf('jevt.rawtime', META, time), '1700000000123456789');
    assert.equal(valueOf('evt.rawtime', META, time), time);
    assert.equal(valueOf('jevt.time.iso8601', META, time), '2023-11-14T22:13:20.123456789+0000');
    assert.equal(valueOf('jevt.time', META, time), valueOf('evt.time', META, time));
  });

  it('are each tried by a row, or are those of another kind of container', () => {
    const tried = new Set(VALUES.map(([field]) => field.replace(/\[.*/s, '')));
    const untried = fieldTable.filter(
      ({ name, class: group }) =>
        group === 'k8saudit (plugin)' && !tried.has(name) && !/\.(init|ephemeral)Containers\./.test(name),
    );
    assert.deepEqual(
      untried.map(({ name }) => name),
      ['ka.uri'],
    );
    assert.equal(valueOf('ka.uri', META), META['requestURI']);
  });

  it('take no index that no element can have', () => {
    for (const index of ['-1', '00', '01', 'a', '1.5'])
      for (const field of ['ka.sourceips', 'ka.req.pod.containers.image'])
        assert.equal(bindField(field, index, 'k8s_audit').ok, false, `${field}[${index}]`);
    assert.ok(bindField('ka.sourceips', '10', 'k8s_audit').ok);
  });

  it('have no value, of ka., for what has no id', () => {
    const without = { ...META, auditID: undefined };
    assert.equal(valueOf('ka.verb', without), null);
    assert.equal(valueOf('jevt.value[/verb]', without), 'create');
  });

  it('have no value for events of other sources', () => {
    inspector.view.document = null;
    inspector.process(record.bytes, 0, 0);
    for (const name of ['ka.verb', 'ka.user.groups', 'json.obj', 'evt.pluginname', 'evt.plugininfo']) {
      const bound = bindField(name, null, 'k8s_audit');
      assert.ok(bound.ok);
      assert.equal(bound.field.extract(inspector.view), null);
    }
  });

  it('have as many values as the event has', () => {
    const verbs = Array.from({ length: 300_000 }, (_, i) => String(i));
    const rules = [{ verbs }, { verbs }];
    const value = valueOf('ka.req.role.rules.verbs', { ...META, requestObject: { rules } });
    assert.ok(Array.isArray(value));
    assert.equal(value.length, 600_000);
  });

  it('show what is nested too deeply to be written', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as JsonValue;
    assert.equal(valueOf('jevt.value[/deep]', { deep }), '"(nested too deeply)"');
  });

  it('give texts, lists of texts or nothing, whatever the event is', () => {
    const names = fieldTable.filter(
      row => row.class === 'k8saudit (plugin)' || row.class === 'json (plugin)',
    );
    const fields = names.flatMap(({ name, arg }) => {
      const words = [...(arg?.required === true ? [] : [null]), ...(arg === null ? [] : ['0', '1'])];
      return words.flatMap(word => {
        const bound = bindField(name, word, 'k8s_audit');
        return bound.ok ? [bound.field] : [];
      });
    });
    assert.ok(fields.length > 150);
    fc.assert(
      fc.property(hostileEvent(), document => {
        inspector.view.document = document;
        inspector.process(record.bytes, 0, 0);
        for (const { extract, list, text } of fields) {
          const value = extract(inspector.view);
          if (value === null) continue;
          if (!list) assert.equal(typeof value, 'string', text);
          else assert.ok(Array.isArray(value) && value.every(item => typeof item === 'string'), text);
        }
      }),
      { seed: 17, numRuns: 300 },
    );
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  it('are found by rules of their source, and are none of system calls', () => {
    assert.ok(sourceContext('k8s_audit').fields.bind('ka.verb', null).ok);
    assert.ok(!sourceContext('syscall').fields.bind('ka.verb', null).ok);
    assert.ok(!sourceContext('k8s_audit').fields.bind('proc.name', null).ok);
  });
});

/** A pod's event of which anything may have become anything else. */
function hostileEvent(): fc.Arbitrary<JsonObject> {
  const other = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>,
    fc.constantFrom<JsonValue>(
      null,
      [],
      {},
      '',
      0,
      '__proto__',
      JSON.parse('{"__proto__":{"polluted":1}}') as JsonValue,
    ),
  );
  return fc
    .array(fc.tuple(fc.nat(200), other), { maxLength: 12 })
    .map(changes => changes.reduce<JsonValue>((event, [at, value]) => replaceAt(event, at, value), POD))
    .filter(isObject)
    .map(event => ({ ...event, auditID: 'x' }));
}

/** `document` with its node number `at`, from the root on, replaced. */
function replaceAt(document: JsonValue, at: number, value: JsonValue): JsonValue {
  let count = 0;
  const visit = (node: JsonValue): JsonValue => {
    if (count++ === at && at > 0) return value;
    if (Array.isArray(node)) return node.map(item => visit(item as JsonValue));
    if (!isObject(node)) return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, visit(item!)]));
  };
  return visit(document);
}

describe('JSON pointers', () => {
  it('lead to every value of a document by the way that RFC 6901 says', () => {
    const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
    const walk = (value: JsonValue, pointer: string, root: JsonValue): void => {
      assert.deepEqual(follow(root, parsePointer(pointer)), value);
      if (Array.isArray(value))
        value.forEach((item: JsonValue, index) => walk(item, `${pointer}/${String(index)}`, root));
      else if (isObject(value))
        for (const [name, item] of Object.entries(value)) walk(item!, `${pointer}/${escaped(name)}`, root);
    };
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), value => walk(value as JsonValue, '', value as JsonValue)),
    );
  });

  it('know the escapes of a slash and a tilde, in this order', () => {
    assert.deepEqual(parsePointer('/a~1b/~01/~0'), ['a/b', '~1', '~']);
  });
});
