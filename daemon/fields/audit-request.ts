import { toText } from '../events/byte-string.js';
import { isObject, member, type JsonObject, type JsonValue } from '../events/json-value.js';
import type { Binding, Extractor, Extractors } from './extractor.js';
import { atPointer, elements, listAt, ofAudit, partsAt, pickedAt } from './audit-reader.js';
import { follow, parsePointer } from './json-pointer.js';
import { textsOf } from './json-text.js';

const SUBJECTS = parsePointer('/requestObject/subjects');
const VOLUMES = parsePointer('/requestObject/spec/volumes');

/** A text of each subject of one kind. */
function subjects(kind: string, text: (subject: JsonObject) => JsonValue | undefined): Extractor {
  return {
    cost: 4,
    extract: ofAudit(event =>
      textsOf(
        elements(follow(event, SUBJECTS)).map(subject =>
          isObject(subject) && subject['kind'] === kind ? text(subject) : undefined,
        ),
      ),
    ),
  };
}

const nameOf = (subject: JsonObject): JsonValue | undefined => subject['name'];

/** `namespace:name`. */
function qualified({ namespace, name }: JsonObject): JsonValue | undefined {
  if (typeof name !== 'string') return undefined;
  return `${typeof namespace === 'string' ? namespace : ''}:${name}`;
}

/** Values of one key of the rules of a role. */
function ofRules(key: string): Extractor {
  return partsAt('/requestObject/rules', rule => elements(rule[key]));
}

/** Whether one of the volumes is this directory of the host; a key that ends in `*` is the beginning of one. */
const mounted: Extractor = {
  cost: 4,
  bind: (argument): Binding => {
    const path = argument.kind === 'key' ? toText(argument.key) : '';
    const isMeant = path.endsWith('*')
      ? (text: string): boolean => text.startsWith(path.slice(0, -1))
      : (text: string): boolean => text === path;
    return {
      extract: ofAudit(event =>
        String(
          elements(follow(event, VOLUMES)).some(volume => {
            const host = member(member(volume, 'hostPath'), 'path');
            return typeof host === 'string' && isMeant(host);
          }),
        ),
      ),
    };
  },
};

/** What a request asked for: bindings, roles, config maps, services, and pods as a whole. */
export const auditRequestFields: Extractors = {
  'ka.req.binding.subjects': listAt('/requestObject/subjects'),
  'ka.req.binding.subjects.user_names': subjects('User', nameOf),
  'ka.req.binding.subjects.serviceaccount_names': subjects('ServiceAccount', nameOf),
  'ka.req.binding.subjects.serviceaccount_ns_names': subjects('ServiceAccount', qualified),
  'ka.req.binding.subjects.group_names': subjects('Group', nameOf),
  'ka.req.binding.role': atPointer('/requestObject/roleRef/name'),
  // Always the same, whatever is asked for (reference/falco/k8saudit.md 8.3).
  'ka.req.binding.subject.has_name': { cost: 1, extract: ofAudit(() => 'true') },
  'ka.req.configmap.name': atPointer('/objectRef/name'),
  'ka.req.configmap.obj': atPointer('/requestObject/data'),
  'ka.req.pod.host_ipc': atPointer('/requestObject/spec/hostIPC'),
  'ka.req.pod.host_network': atPointer('/requestObject/spec/hostNetwork'),
  'ka.req.container.host_network': atPointer('/requestObject/spec/hostNetwork'),
  'ka.req.pod.host_pid': atPointer('/requestObject/spec/hostPID'),
  'ka.req.pod.run_as_user': atPointer('/requestObject/spec/securityContext/runAsUser'),
  'ka.req.pod.run_as_group': atPointer('/requestObject/spec/securityContext/runAsGroup'),
  'ka.req.pod.fs_group': atPointer('/requestObject/spec/securityContext/fsGroup'),
  'ka.req.pod.supplemental_groups': listAt('/requestObject/spec/securityContext/supplementalGroups'),
  'ka.req.role.rules': listAt('/requestObject/rules'),
  'ka.req.role.rules.apiGroups': ofRules('apiGroups'),
  'ka.req.role.rules.nonResourceURLs': ofRules('nonResourceURLs'),
  'ka.req.role.rules.verbs': ofRules('verbs'),
  'ka.req.role.rules.resources': ofRules('resources'),
  'ka.req.service.type': atPointer('/requestObject/spec/type'),
  'ka.req.service.ports': pickedAt('/requestObject/spec/ports'),
  'ka.req.pod.volumes.hostpath': partsAt('/requestObject/spec/volumes', volume => [
    member(volume['hostPath'], 'path'),
  ]),
  'ka.req.volume.hostpath': mounted,
  'ka.req.pod.volumes.flexvolume_driver': partsAt('/requestObject/spec/volumes', volume => [
    member(volume['flexVolume'], 'driver'),
  ]),
  'ka.req.pod.volumes.volume_type': partsAt('/requestObject/spec/volumes', volume =>
    Object.keys(volume).filter(key => key !== 'name'),
  ),
};
