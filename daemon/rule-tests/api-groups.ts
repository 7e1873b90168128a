/** API groups of the resources of Kubernetes; those that are not here are of the core group, which has no name. */
// prettier-ignore
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'admissionregistration.k8s.io': ['mutatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingwebhookconfigurations'],
  'apiextensions.k8s.io':         ['customresourcedefinitions'],
  'apiregistration.k8s.io':       ['apiservices'],
  'apps':                         ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  'authentication.k8s.io':        ['selfsubjectreviews', 'tokenreviews'],
  'authorization.k8s.io':         ['localsubjectaccessreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'subjectaccessreviews'],
  'autoscaling':                  ['horizontalpodautoscalers'],
  'batch':                        ['cronjobs', 'jobs'],
  'certificates.k8s.io':          ['certificatesigningrequests'],
  'coordination.k8s.io':          ['leases'],
  'discovery.k8s.io':             ['endpointslices'],
  'networking.k8s.io':            ['ingressclasses', 'ingresses', 'networkpolicies'],
  'policy':                       ['poddisruptionbudgets'],
  'rbac.authorization.k8s.io':    ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
  'scheduling.k8s.io':            ['priorityclasses'],
  'storage.k8s.io':               ['csidrivers', 'csinodes', 'storageclasses', 'volumeattachments'],
};

export const API_GROUPS: ReadonlyMap<string, string> = new Map(
  Object.entries(GROUPS).flatMap(([group, resources]) =>
    resources.map(resource => [resource, group] as const),
  ),
);
