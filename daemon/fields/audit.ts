import { toByteString, toText } from '../events/byte-string.js';
import { member } from '../events/json-value.js';
import { follow, parsePointer } from './json-pointer.js';
import { textOf } from './json-text.js';
import type { Binding, Extractor, Extractors } from './extractor.js';
import { atPointer, listAt, ofAudit, pickedAt } from './audit-reader.js';

const POD_NAME = parsePointer('/responseObject/metadata/name');

/** The first value of a query parameter of the request. */
const parameter: Extractor = {
  cost: 5,
  bind: (argument): Binding => {
    const name = argument.kind === 'key' ? toText(argument.key) : '';
    return {
      extract: ofAudit(({ requestURI }) => {
        if (typeof requestURI !== 'string') return null;
        const query = requestURI.indexOf('?');
        if (query < 0) return null;
        const value = new URLSearchParams(served(requestURI.slice(query + 1).split('#', 1)[0]!)).get(name);
        return value === null ? null : toByteString(value);
      }),
    };
  },
};

/** What no API server takes for a part of a query, so that what comes behind it counts. */
const PASSED_OVER = /;|%(?![\da-f]{2})/i;

/** A query as API servers read it. */
function served(query: string): string {
  if (!PASSED_OVER.test(query)) return query;
  return query
    .split('&')
    .filter(part => !PASSED_OVER.test(part))
    .join('&');
}

/** The pod that a request made or changed. */
const podName: Extractor = {
  cost: 3,
  extract: ofAudit(event => {
    const { objectRef } = event;
    const subresource = member(objectRef, 'subresource') ?? '';
    if (member(objectRef, 'resource') !== 'pods' || subresource !== '') return null;
    return textOf(follow(event, POD_NAME));
  }),
};

/** Who asked a Kubernetes API server for what, and what it answered. */
export const auditFields: Extractors = {
  'ka.auditid': atPointer('/auditID'),
  'ka.stage': atPointer('/stage'),
  'ka.auth.decision': atPointer('/annotations/authorization.k8s.io~1decision'),
  'ka.auth.reason': atPointer('/annotations/authorization.k8s.io~1reason'),
  'ka.auth.openshift.decision': atPointer('/annotations/authentication.openshift.io~1decision'),
  'ka.validations.admission.policy.failure': atPointer(
    '/annotations/validation.policy.admission.k8s.io~1validation_failure',
  ),
  'ka.security.pod.violations': atPointer('/annotations/pod-security.kubernetes.io~1audit-violations'),
  'ka.auth.openshift.username': atPointer('/annotations/authentication.openshift.io~1username'),
  'ka.user.name': atPointer('/user/username'),
  'ka.user.groups': listAt('/user/groups'),
  'ka.impuser.name': atPointer('/impersonatedUser/username'),
  'ka.verb': atPointer('/verb'),
  'ka.uri': atPointer('/requestURI'),
  'ka.uri.param': parameter,
  'ka.target.name': atPointer('/objectRef/name'),
  'ka.target.namespace': atPointer('/objectRef/namespace'),
  'ka.target.resource': atPointer('/objectRef/resource'),
  'ka.target.subresource': atPointer('/objectRef/subresource'),
  'ka.target.pod.name': podName,
  'ka.resp.name': atPointer('/responseObject/metadata/name'),
  'ka.response.code': atPointer('/responseStatus/code'),
  'ka.response.reason': atPointer('/responseStatus/reason'),
  'ka.useragent': atPointer('/userAgent'),
  'ka.sourceips': pickedAt('/sourceIPs'),
  'ka.cluster.name': atPointer('/annotations/cluster_name'),
};
