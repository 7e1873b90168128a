/** What an API server would do with a request by an audit policy: the first rule that fits decides. */
import { member, isArray, type JsonObject, type JsonValue } from '../../daemon/events/json-value.js';

export type AuditLevel = 'None' | 'Metadata' | 'Request' | 'RequestResponse';

interface PolicyRule {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly resources?: readonly {
    readonly group: string;
    readonly resources?: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly omitStages?: readonly string[];
}

export interface AuditPolicy {
  readonly apiVersion: string;
  readonly kind: string;
  readonly omitStages?: readonly string[];
  readonly omitManagedFields?: boolean;
  readonly rules: readonly PolicyRule[];
}

/** The level at which an event is told of; None when it, or its stage, is not. */
export function auditLevel(policy: AuditPolicy, event: JsonObject): AuditLevel {
  const rule = policy.rules.find(each => fits(each, event));
  if (rule === undefined) return 'None';
  const omitted = [...(policy.omitStages ?? []), ...(rule.omitStages ?? [])];
  return omitted.includes(text(event['stage'])) ? 'None' : rule.level;
}

function fits(rule: PolicyRule, event: JsonObject): boolean {
  const { users, userGroups, verbs, namespaces, resources, nonResourceURLs } = rule;
  const user = event['user'];
  const groups = member(user, 'groups');
  if (users !== undefined && !users.includes(text(member(user, 'username')))) return false;
  if (
    userGroups !== undefined &&
    !(isArray(groups) && groups.some(group => userGroups.includes(text(group))))
  )
    return false;
  if (verbs !== undefined && !verbs.includes(text(event['verb']))) return false;
  const target = event['objectRef'];
  if (target === undefined) {
    const path = text(event['requestURI']).split('?', 1)[0]!;
    if (nonResourceURLs !== undefined) return nonResourceURLs.some(url => fitsUrl(url, path));
    return resources === undefined && namespaces === undefined;
  }
  if (nonResourceURLs !== undefined && resources === undefined) return false;
  if (namespaces !== undefined && !namespaces.includes(text(member(target, 'namespace')))) return false;
  if (resources === undefined) return true;
  const subresource = text(member(target, 'subresource'));
  const resource = text(member(target, 'resource'));
  return resources.some(
    each =>
      each.group === text(member(target, 'apiGroup')) &&
      (each.resources === undefined ||
        each.resources.some(name => fitsResource(name, resource, subresource))) &&
      (each.resourceNames === undefined || each.resourceNames.includes(text(member(target, 'name')))),
  );
}

function fitsUrl(url: string, path: string): boolean {
  return url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)));
}

function fitsResource(name: string, resource: string, subresource: string): boolean {
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  if (name === '*' || name === whole) return true;
  return subresource !== '' && (name === `*/${subresource}` || name === `${resource}/*`);
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
