/** Audit events of a test file: parts of a document as an API server sends it; what is left out is as usual. */
import { isObject, member, type JsonObject, type JsonValue } from '../events/json-value.js';
import type { YamlNode } from '../rules/yaml.js';
import { API_GROUPS } from './api-groups.js';
import { jsonObject, jsonOf } from './json-node.js';
import type { Reader } from './reader.js';

const EVENT_KEYS = [
  'kind',
  'apiVersion',
  'metadata',
  'level',
  'auditID',
  'stage',
  'requestURI',
  'verb',
  'user',
  'impersonatedUser',
  'authenticationMetadata',
  'sourceIPs',
  'userAgent',
  'objectRef',
  'responseStatus',
  'requestObject',
  'responseObject',
  'requestReceivedTimestamp',
  'stageTimestamp',
  'annotations',
] as const;
type Key = (typeof EVENT_KEYS)[number];

const USER_KEYS = ['username', 'uid', 'groups', 'extra'] as const;
// prettier-ignore
const OBJECT_KEYS = ['resource', 'subresource', 'namespace', 'name', 'uid', 'apiGroup', 'apiVersion', 'resourceVersion'] as const;

/** Requests that last: their answer is the change of the protocol. */
const SESSIONS: ReadonlySet<JsonValue | undefined> = new Set(['attach', 'exec', 'portforward', 'proxy']);
/** Verbs that name no object. */
const OF_COLLECTIONS: ReadonlySet<JsonValue> = new Set(['create', 'list', 'watch', 'deletecollection']);
const CREATED = 201;
const SWITCHED = 101;
const DONE = 200;
const ID_DIGITS = 12;
const START = Date.UTC(2026, 0, 1);

/** The whole event; null after having noted what is wrong. `number` counts the events of a test from 1. */
export function readAuditEvent(node: YamlNode, number: number, reader: Reader): JsonObject | null {
  const entries = reader.map(node, "'audit'", EVENT_KEYS, 'keep');
  if (entries === null) return null;
  const { user, objectRef } = entries;
  if (user?.value.kind === 'map') reader.map(user.value, "'user'", USER_KEYS);
  if (objectRef?.value.kind === 'map') reader.map(objectRef.value, "'objectRef'", OBJECT_KEYS);
  const given = jsonObject(
    Object.entries(entries).map(([name, { value }]) => [name, jsonOf(value, reader)] as const),
  );
  return withUsual(given, number);
}

function withUsual(given: JsonObject, number: number): JsonObject {
  const verb = given['verb'] ?? 'get';
  const stage = given['stage'] ?? 'ResponseComplete';
  const objectRef = isObject(given['objectRef']) ? usualObject(given['objectRef']) : undefined;
  const time = new Date(START + number).toISOString();
  const requested = given['requestObject'];
  const usual: Partial<Record<Key, JsonValue | undefined>> = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: `00000000-0000-4000-8000-${String(number).padStart(ID_DIGITS, '0')}`,
    stage,
    requestURI: uri(verb, objectRef),
    verb,
    user: usualUser(given['user']),
    sourceIPs: ['203.0.113.7'],
    userAgent: 'kubectl/v1.32.0 (linux/amd64) kubernetes/0000000',
    objectRef,
    responseStatus:
      stage === 'RequestReceived' ? undefined : { metadata: {}, code: usualCode(verb, stage, objectRef) },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
  };
  const merged = new Map<string, JsonValue>();
  for (const key of EVENT_KEYS) {
    const value = Object.hasOwn(given, key) ? overlaid(usual[key], given[key]) : usual[key];
    if (value !== undefined && value !== null) merged.set(key, value);
  }
  // The API server answers with the object as it has become.
  if (
    isObject(requested) &&
    succeeded(merged.get('responseStatus')) &&
    !Object.hasOwn(given, 'responseObject')
  )
    merged.set('responseObject', requested);
  return jsonObject([...merged]);
}

/** Members of objects one by one, everything else as it is given; null takes away. */
function overlaid(usual: JsonValue | undefined, given: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(usual) || !isObject(given)) return given;
  const entries = Object.entries({ ...usual, ...given }) as [string, JsonValue][];
  return jsonObject(entries.filter(([, value]) => value !== null));
}

function usualUser(given: JsonValue | undefined): JsonObject {
  const name = member(given, 'username');
  return { username: 'ann', groups: groupsOf(typeof name === 'string' ? name : 'ann') };
}

/** As the API server puts users into groups. */
function groupsOf(user: string): readonly string[] {
  if (user === 'system:anonymous') return ['system:unauthenticated'];
  if (user === 'system:apiserver') return ['system:masters'];
  const [system, kind, namespace] = user.split(':');
  if (system !== 'system') return ['developers', 'system:authenticated'];
  if (kind === 'node') return ['system:nodes', 'system:authenticated'];
  if (kind !== 'serviceaccount') return ['system:authenticated'];
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace ?? ''}`, 'system:authenticated'];
}

function usualObject(given: JsonObject): JsonObject {
  const { resource } = given;
  const group = typeof resource === 'string' ? API_GROUPS.get(resource) : undefined;
  return { ...given, ...(group === undefined ? {} : { apiGroup: group }), apiVersion: 'v1' };
}

function usualCode(verb: JsonValue, stage: JsonValue, objectRef: JsonObject | undefined): number {
  if (stage === 'ResponseStarted' && SESSIONS.has(objectRef?.['subresource'])) return SWITCHED;
  return verb === 'create' ? CREATED : DONE;
}

function succeeded(status: JsonValue | undefined): boolean {
  const code = member(status, 'code');
  return typeof code === 'number' && code >= DONE && code < 300;
}

function uri(verb: JsonValue, objectRef: JsonObject | undefined): string {
  if (objectRef === undefined) return '/api';
  const { apiGroup, namespace, resource, name, subresource } = objectRef;
  const parts: (JsonValue | undefined)[] = apiGroup === undefined ? ['api', 'v1'] : ['apis', apiGroup, 'v1'];
  if (namespace !== undefined) parts.push('namespaces', namespace);
  parts.push(resource);
  if (!OF_COLLECTIONS.has(verb) || subresource !== undefined) parts.push(name, subresource);
  const texts = parts.filter(part => typeof part === 'string');
  return `/${texts.map(encodeURIComponent).join('/')}`;
}
