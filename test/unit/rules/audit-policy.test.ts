/** The examples of how to connect a cluster: they are well-formed, agree, and send what the rules look at. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { member, type JsonObject } from '../../../daemon/events/json-value.js';
import type { CompiledRule } from '../../../daemon/rules/load.js';
import { auditEvents } from '../../../daemon/sources/audit/audit-event.js';
import { auditLevel, type AuditPolicy } from '../../support/audit-policy.js';
import { attacks, loadAuditRules, runAuditRuleTests } from '../../support/audit-rule-tests.js';
import { projectRoot } from '../../support/project.js';

const folder = join(projectRoot, 'packaging/k8s-audit');
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const policy = parse(text('audit-policy.yaml')) as AuditPolicy;
const results = await runAuditRuleTests();

/** An event of a request, as far as a policy looks at it. */
function request(
  verb: string,
  resource: string,
  apiGroup: string,
  user: string,
  groups: readonly string[],
): JsonObject {
  const [kind, subresource] = resource.split('/');
  const objectRef = {
    resource: kind!,
    ...(subresource === undefined ? {} : { subresource }),
    apiGroup,
    namespace: 'x',
  };
  return { verb, stage: 'ResponseComplete', user: { username: user, groups }, objectRef };
}

describe('the example of an audit policy', () => {
  it('is one', () => {
    assert.deepEqual([policy.apiVersion, policy.kind], ['audit.k8s.io/v1', 'Policy']);
    const known = new Set([
      'level',
      'users',
      'userGroups',
      'verbs',
      'resources',
      'namespaces',
      'nonResourceURLs',
      'omitStages',
    ]);
    for (const rule of policy.rules) {
      assert.ok(['None', 'Metadata', 'Request', 'RequestResponse'].includes(rule.level), rule.level);
      assert.deepEqual(
        Object.keys(rule).filter(key => !known.has(key)),
        [],
      );
      for (const each of rule.resources ?? []) assert.equal(typeof each.group, 'string');
    }
  });

  for (const rule of loadAuditRules().all) {
    it(`sends what this rule looks at: ${rule.name}`, () => {
      const events = attacks(results, rule.name);
      assert.ok(events.length > 0);
      for (const { document } of events) {
        const level = auditLevel(policy, document);
        const what = JSON.stringify(document['objectRef'] ?? document['requestURI']);
        assert.notEqual(level, 'None', what);
        if (readsRequest(rule))
          assert.ok(level.startsWith('Request') || document['requestObject'] === undefined, what);
        if (readsResponse(rule)) assert.equal(level, 'RequestResponse', what);
      }
    });
  }
  it('never sends secrets, nor tokens', () => {
    for (const verb of ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'])
      for (const resource of ['secrets', 'serviceaccounts/token'])
        for (const user of ['ann', 'system:anonymous', 'system:node:n'])
          assert.ok(['None', 'Metadata'].includes(auditLevel(policy, request(verb, resource, '', user, []))));
  });
  it('sends no session before it is there, and each when it begins', () => {
    const session = request('get', 'pods/exec', '', 'ann', []);
    assert.equal(auditLevel(policy, { ...session, stage: 'RequestReceived' }), 'None');
    assert.equal(auditLevel(policy, { ...session, stage: 'ResponseStarted' }), 'Metadata');
  });
  it('sends nothing of what a cluster says to itself all day', () => {
    const nodes = ['system:nodes', 'system:authenticated'];
    const accounts = ['system:serviceaccounts', 'system:authenticated'];
    const silent = [
      request('update', 'leases', 'coordination.k8s.io', 'system:node:n', nodes),
      request('patch', 'nodes/status', '', 'system:node:n', nodes),
      request('patch', 'pods/status', '', 'system:node:n', nodes),
      request('create', 'events', '', 'system:kube-scheduler', []),
      request('watch', 'endpointslices', 'discovery.k8s.io', 'system:kube-proxy', accounts),
      request('list', 'pods', '', 'system:serviceaccount:x:controller', accounts),
      request('get', 'namespaces', '', 'system:apiserver', ['system:masters']),
      request('create', 'tokenreviews', 'authentication.k8s.io', 'ann', []),
    ];
    for (const event of silent) assert.equal(auditLevel(policy, event), 'None', JSON.stringify(event));
    for (const requestURI of ['/healthz', '/livez/ping', '/readyz?verbose', '/version'])
      assert.equal(
        auditLevel(policy, { verb: 'get', stage: 'ResponseComplete', user: {}, requestURI }),
        'None',
      );
  });
});

/** Whether a rule has a field of the object that was sent. */
function readsRequest({ compiledCondition, compiledOutput }: CompiledRule): boolean {
  return /ka\.req\.|\/requestObject\//.test(compiledCondition + compiledOutput);
}

/** Whether what decides is of the object that came back. */
function readsResponse({ compiledCondition }: CompiledRule): boolean {
  return /ka\.resp\.name|\/responseObject\//.test(compiledCondition);
}

interface KubeConfig {
  readonly apiVersion: string;
  readonly kind: string;
  readonly clusters: readonly { readonly name: string; readonly cluster: Record<string, string> }[];
  readonly users: readonly { readonly name: string; readonly user: Record<string, string> }[];
  readonly contexts: readonly {
    readonly name: string;
    readonly context: { cluster: string; user: string };
  }[];
  readonly 'current-context': string;
}

interface ApiServer {
  readonly extraArgs: unknown;
  readonly extraVolumes: readonly { readonly hostPath: string; readonly mountPath: string }[];
}

describe('the examples of where an API server sends events', () => {
  for (const name of ['webhook.yaml', 'webhook-plain.yaml']) {
    it(`${name} leads to one server`, () => {
      const config = parse(text(name)) as KubeConfig;
      assert.deepEqual([config.apiVersion, config.kind], ['v1', 'Config']);
      const { context } = config.contexts.find(each => each.name === config['current-context'])!;
      const { cluster } = config.clusters.find(each => each.name === context.cluster)!;
      const url = new URL(cluster['server']!);
      assert.equal(url.pathname, '/k8s-audit');
      assert.equal(
        config.users.some(each => each.name === context.user),
        context.user !== '',
      );
      assert.equal(url.protocol === 'https:', 'certificate-authority' in cluster);
    });
  }
  it('webhook.yaml shows who it is', () => {
    const { user } = (parse(text('webhook.yaml')) as KubeConfig).users[0]!;
    assert.deepEqual(Object.keys(user), ['client-certificate', 'client-key']);
  });
  it('kind finds the files that it mounts, and the API server those that it is told of', () => {
    const { kind, nodes } = parse(text('kind-cluster.yaml')) as {
      kind: string;
      nodes: readonly {
        role: string;
        extraMounts: readonly { hostPath: string; containerPath: string }[];
        kubeadmConfigPatches: readonly string[];
      }[];
    };
    assert.equal(kind, 'Cluster');
    const { extraMounts, kubeadmConfigPatches } = nodes[0]!;
    for (const { hostPath } of extraMounts) assert.ok(text(hostPath).length > 0);
    const { apiServer } = parse(kubeadmConfigPatches[0]!) as { apiServer: ApiServer };
    const args = apiServer.extraArgs as Record<string, string>;
    const mounted = extraMounts.map(({ containerPath }) => containerPath);
    for (const option of ['audit-policy-file', 'audit-webhook-config-file']) {
      assert.ok(mounted.includes(args[option]!), option);
      assert.ok(args[option]!.startsWith(`${apiServer.extraVolumes[0]!.mountPath}/`), option);
    }
  });
  it('kubeadm mounts what it tells the API server of, keys included', () => {
    const { apiVersion, kind, apiServer } = parse(text('kubeadm-cluster.yaml')) as {
      apiVersion: string;
      kind: string;
      apiServer: ApiServer;
    };
    assert.deepEqual([apiVersion, kind], ['kubeadm.k8s.io/v1beta4', 'ClusterConfiguration']);
    const args = new Map(
      (apiServer.extraArgs as { name: string; value: string }[]).map(each => [each.name, each.value]),
    );
    const webhook = parse(text('webhook.yaml')) as KubeConfig;
    const files = [
      args.get('audit-policy-file'),
      args.get('audit-webhook-config-file'),
      webhook.clusters[0]!.cluster['certificate-authority'],
      ...Object.values(webhook.users[0]!.user),
    ];
    const { mountPath, hostPath } = apiServer.extraVolumes[0]!;
    assert.equal(mountPath, hostPath);
    for (const file of files) assert.ok(file!.startsWith(`${mountPath}/`), file);
  });
  it('kubeadm has no batch cut that the daemon would refuse', () => {
    const { apiServer } = parse(text('kubeadm-cluster.yaml')) as { apiServer: ApiServer };
    const args = new Map(
      (apiServer.extraArgs as { name: string; value: string }[]).map(each => [each.name, each.value]),
    );
    // Defaults of the plugin: maxEventSize 262144, webhookMaxBatchSize 12582912 (reference/falco/k8saudit.md 8.2).
    assert.ok(Number(args.get('audit-webhook-truncate-max-event-size')) <= 262_144);
    assert.ok(Number(args.get('audit-webhook-truncate-max-batch-size')) < 12_582_912);
  });
});

describe('the examples of what providers keep as audit logs', () => {
  /** What jq makes of them with a filter, a line each. */
  function events(filter: string, entries: readonly unknown[]): readonly JsonObject[] {
    const input = entries.map(entry => JSON.stringify(entry)).join('\n');
    const run = spawnSync('jq', ['-c', '-f', join(folder, filter)], { input, encoding: 'utf8' });
    assert.equal(run.status, 0, `${run.stderr}${run.error?.message ?? ''}`);
    const made = auditEvents(Buffer.from(`[${run.stdout.trimEnd().split('\n').join(',')}]`));
    assert.ok(made.ok, made.ok ? '' : made.message);
    return made.events.map(({ document }) => document);
  }

  const entry = (verb: string, resourceName: string, more: JsonObject = {}) => ({
    insertId: 'i1',
    timestamp: '2026-01-01T00:00:00.123456Z',
    resource: { type: 'k8s_cluster', labels: { cluster_name: 'prod' } },
    labels: { 'authorization.k8s.io/decision': 'allow' },
    protoPayload: {
      serviceName: 'k8s.io',
      methodName: `io.k8s.core.v1.things.${verb}`,
      resourceName,
      authenticationInfo: { principalEmail: 'ann@example.org' },
      requestMetadata: { callerIp: '203.0.113.7', callerSuppliedUserAgent: 'kubectl' },
      ...more,
    },
  });

  it('gke.jq makes events of log entries', () => {
    const spec = { hostPID: true };
    const [pod, none] = events('gke.jq', [
      entry('create', 'core/v1/namespaces/shop/pods', { request: { spec }, status: {} }),
      { ...entry('create', 'x'), protoPayload: { serviceName: 'container.googleapis.com' } },
    ]);
    assert.equal(none, undefined);
    const { auditID, stage, verb, user, sourceIPs, objectRef, responseStatus, requestObject, annotations } =
      pod!;
    assert.deepEqual(
      [auditID, stage, verb, sourceIPs],
      ['i1', 'ResponseComplete', 'create', ['203.0.113.7']],
    );
    assert.deepEqual(user, { username: 'ann@example.org' });
    assert.deepEqual(objectRef, { namespace: 'shop', resource: 'pods', apiVersion: 'v1' });
    assert.equal(member(responseStatus, 'code'), 201);
    assert.deepEqual(requestObject, { spec });
    assert.equal(member(annotations, 'cluster_name'), 'prod');
  });
  it('gke.jq knows objects with and without a namespace, sessions, and refusals', () => {
    const [exec, role, space] = events('gke.jq', [
      entry('create', 'core/v1/namespaces/shop/pods/web/exec'),
      entry('delete', 'rbac.authorization.k8s.io/v1/clusterroles/x', { status: { code: 7, message: 'no' } }),
      entry('delete', 'core/v1/namespaces/shop'),
    ]);
    const target = {
      namespace: 'shop',
      resource: 'pods',
      name: 'web',
      subresource: 'exec',
      apiVersion: 'v1',
    };
    assert.deepEqual(exec!['objectRef'], target);
    assert.equal(exec!['stage'], 'ResponseStarted');
    assert.equal(member(role!['responseStatus'], 'code'), 403);
    assert.equal(role!['requestURI'], '/apis/rbac.authorization.k8s.io/v1/clusterroles/x');
    assert.deepEqual(space!['objectRef'], { resource: 'namespaces', name: 'shop', apiVersion: 'v1' });
  });
  it('aks.jq takes events out of records, one by one and in lists', () => {
    const log = JSON.stringify({ kind: 'Event', auditID: '1', stageTimestamp: '2026-01-01T00:00:00Z' });
    const record = { category: 'kube-audit', properties: { log: `${log}\n` } };
    assert.equal(events('aks.jq', [record, { records: [record, { category: 'guard' }] }]).length, 2);
  });
});
