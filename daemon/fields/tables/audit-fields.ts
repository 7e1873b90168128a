/**
 * The fields of Kubernetes audit events, in the order of lookup: name, form, what it is. All are texts; what is not a
 * text in the event is shown as JSON. (reference/falco/k8saudit.md 8.3)
 */

/** One value; a list; a list of which an index picks what belongs to one container, rule or volume; a value by its key. */
export type AuditForm = 'one' | 'list' | 'indexed' | 'keyed';
export type AuditFieldRow = readonly [name: string, form: AuditForm, text: string];

/** Of the containers of each kind: the last part of the name, what it is. */
// prettier-ignore
const CONTAINER: Readonly<Record<string, string>> = {
  'name': 'Names',
  'image': 'Images',
  'image.repository': 'Images without tag and digest',
  'command': 'Commands, their words joined by blanks,',
  'args': 'Arguments, joined by blanks,',
  'privileged': 'Values of `privileged`',
  'allow_privilege_escalation': 'Values of `allowPrivilegeEscalation`',
  'read_only_fs': 'Values of `readOnlyRootFilesystem`',
  'run_as_user': 'User ids',
  'eff_run_as_user': 'User ids that count (the container\'s, else the pod\'s, else 0)',
  'run_as_group': 'Group ids',
  'eff_run_as_group': 'Group ids that count (the container\'s, else the pod\'s, else 0)',
  'proc_mount': 'Values of `procMount`',
  'add_capabilities': 'Capabilities added',
  'host_port': 'Ports of the host, or where there is none of the container,',
};

function containers(kind: string, noun: string, leaves: readonly string[]): readonly AuditFieldRow[] {
  return leaves.map(leaf => [
    `ka.req.pod.${kind}.${leaf}`,
    'indexed',
    `${CONTAINER[leaf]!} of the pod's ${noun}.`,
  ]);
}

const app = (...leaves: readonly string[]): readonly AuditFieldRow[] =>
  containers('containers', 'containers', leaves);
const LATER_LEAVES = Object.keys(CONTAINER);

// prettier-ignore
export const AUDIT_FIELDS: readonly AuditFieldRow[] = [
  ['ka.auditid', 'one', 'Id of the event.'],
  ['ka.stage', 'one', 'How far the request was: RequestReceived, ResponseStarted, ResponseComplete, Panic.'],
  ['ka.auth.decision', 'one', 'Whether the request was allowed: allow or forbid.'],
  ['ka.auth.reason', 'one', 'Why it was.'],
  ['ka.auth.openshift.decision', 'one', 'What the authentication of OpenShift decided.'],
  ['ka.validations.admission.policy.failure', 'one', 'Which validation of an admission policy failed.'],
  ['ka.security.pod.violations', 'one', 'Which rules of pod security the request is against.'],
  ['ka.auth.openshift.username', 'one', 'User name that was given to the authentication of OpenShift.'],
  ['ka.user.name', 'one', 'User who asked.'],
  ['ka.user.groups', 'list', 'Groups of the user.'],
  ['ka.impuser.name', 'one', 'User who was impersonated.'],
  ['ka.verb', 'one', 'What was asked for: get, list, watch, create, update, patch, delete, …'],
  ['ka.uri', 'one', 'URI of the request.'],
  ['ka.uri.param', 'keyed', 'First value of a query parameter of the URI: ka.uri.param[command].'],
  ['ka.target.name', 'one', 'Name of the object.'],
  ['ka.target.namespace', 'one', 'Namespace of the object.'],
  ['ka.target.resource', 'one', 'Kind of the object: pods, secrets, …'],
  ['ka.target.subresource', 'one', 'Part of the object that is meant: exec, status, …'],
  ['ka.target.pod.name', 'one', 'Name of the pod that was made or changed.'],
  ['ka.req.binding.subjects', 'list', 'Subjects of a binding, each as JSON.'],
  ['ka.req.binding.subjects.user_names', 'list', 'Names of the users among the subjects of a binding.'],
  ['ka.req.binding.subjects.serviceaccount_names', 'list', 'Names of the service accounts among the subjects of a binding.'],
  ['ka.req.binding.subjects.serviceaccount_ns_names', 'list', 'The same with their namespaces: namespace:name.'],
  ['ka.req.binding.subjects.group_names', 'list', 'Names of the groups among the subjects of a binding.'],
  ['ka.req.binding.role', 'one', 'Role that a binding gives.'],
  ['ka.req.binding.subject.has_name', 'keyed', 'Kept for old rules; always true. Use ka.req.binding.subjects.user_names and the like.'],
  ['ka.req.configmap.name', 'one', 'Name of the config map.'],
  ['ka.req.configmap.obj', 'one', 'Data of the config map, as JSON.'],
  ...app('args', 'command', 'name', 'image'),
  ['ka.req.container.image', 'one', 'Image of the first container. Old; use ka.req.pod.containers.image.'],
  ...app('image.repository'),
  ['ka.req.container.image.repository', 'one', 'The same without tag and digest. Old; use ka.req.pod.containers.image.repository.'],
  ['ka.req.pod.host_ipc', 'one', 'Value of `hostIPC` of the pod.'],
  ['ka.req.pod.host_network', 'one', 'Value of `hostNetwork` of the pod.'],
  ['ka.req.container.host_network', 'one', 'Old name of ka.req.pod.host_network.'],
  ['ka.req.pod.host_pid', 'one', 'Value of `hostPID` of the pod.'],
  ...app('host_port', 'privileged'),
  ['ka.req.container.privileged', 'one', 'Whether a container of the pod is privileged. Old; use ka.req.pod.containers.privileged.'],
  ...app('allow_privilege_escalation', 'read_only_fs'),
  ['ka.req.pod.run_as_user', 'one', 'User id of the pod.'],
  ...app('run_as_user', 'eff_run_as_user'),
  ['ka.req.pod.run_as_group', 'one', 'Group id of the pod.'],
  ...app('run_as_group', 'eff_run_as_group', 'proc_mount'),
  ['ka.req.role.rules', 'list', 'Rules of a role, each as JSON.'],
  ['ka.req.role.rules.apiGroups', 'indexed', 'API groups of the rules of a role.'],
  ['ka.req.role.rules.nonResourceURLs', 'indexed', 'URLs of the rules of a role that are of no object.'],
  ['ka.req.role.rules.verbs', 'indexed', 'Verbs of the rules of a role.'],
  ['ka.req.role.rules.resources', 'indexed', 'Kinds of objects of the rules of a role.'],
  ['ka.req.pod.fs_group', 'one', 'Value of `fsGroup` of the pod.'],
  ['ka.req.pod.supplemental_groups', 'list', 'Further group ids of the pod.'],
  ...app('add_capabilities'),
  ['ka.req.service.type', 'one', 'Type of the service: ClusterIP, NodePort, LoadBalancer, ExternalName.'],
  ['ka.req.service.ports', 'indexed', 'Ports of the service, each as JSON.'],
  ['ka.req.pod.volumes.hostpath', 'indexed', 'Paths of the host that are volumes of the pod.'],
  ['ka.req.volume.hostpath', 'keyed', 'Whether a path of the host is a volume of the pod: true or false. With a * at the end, whether one that begins so is.'],
  ['ka.req.pod.volumes.flexvolume_driver', 'indexed', 'Drivers of the flex volumes of the pod.'],
  ['ka.req.pod.volumes.volume_type', 'indexed', 'Types of the volumes of the pod: hostPath, configMap, secret, …'],
  ['ka.resp.name', 'one', 'Name of the object in the answer.'],
  ['ka.response.code', 'one', 'HTTP status of the answer.'],
  ['ka.response.reason', 'one', 'Reason in the answer, mostly of an error.'],
  ['ka.useragent', 'one', 'Program that asked, by its own account.'],
  ['ka.sourceips', 'indexed', 'Addresses that the request came from, through proxies.'],
  ['ka.cluster.name', 'one', 'Name of the cluster, where something on the way has put it into the annotation cluster_name.'],
  ...containers('initContainers', 'init containers', ['name', 'image', 'image.repository', 'command', 'args', ...LATER_LEAVES.slice(5)]),
  ...containers('ephemeralContainers', 'ephemeral containers', ['name', 'image', 'image.repository', 'command', 'args', ...LATER_LEAVES.slice(5, -1)]),
];
