# Log entries of Google Kubernetes Engine → audit events, one a line: jq -c -f gke.jq. What GKE writes to Cloud Logging
# is not what its API server told, but made of it; this makes audit events of it again, as far as that goes: the query
# of the request is gone, and with it the command that was run in a pod.

# Google's codes of results, as codes of HTTP.
def http_code($verb):
  {"0": (if $verb == "create" then 201 else 200 end), "3": 400, "5": 404, "6": 409, "7": 403, "16": 401}[tostring] // 500;

# core/v1/namespaces/NAMESPACE/RESOURCE/NAME/SUBRESOURCE; what is not in a namespace has neither of the first two.
def target:
  split("/") as [$group, $version, $one, $two]
  | (if $one == "namespaces" and (split("/") | length) > 4
     then {namespace: $two} + (split("/")[4:] | {resource: .[0], name: .[1], subresource: .[2]})
     else split("/")[2:] | {resource: .[0], name: .[1], subresource: .[2]} end)
    + {apiGroup: (if $group == "core" then null else $group end), apiVersion: $version}
  | with_entries(select(.value != null));

select(.protoPayload.serviceName == "k8s.io")
| . as $entry
| .protoPayload as $log
| ($log.methodName | split(".") | last) as $verb
| ($log.resourceName | target) as $target
| {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "RequestResponse",
    auditID: ($entry.operation.id // $entry.insertId),
    # Sessions in pods are told of once, when they are there.
    stage: (if ["attach", "exec", "portforward"] | index([$target.subresource]) then "ResponseStarted" else "ResponseComplete" end),
    requestURI: ("/" + (if $target.apiGroup == null then "api" else "apis" end) + "/" + ($log.resourceName | sub("^core/"; ""))),
    verb: $verb,
    user: {username: $log.authenticationInfo.principalEmail},
    sourceIPs: [$log.requestMetadata.callerIp // empty],
    userAgent: $log.requestMetadata.callerSuppliedUserAgent,
    objectRef: $target,
    responseStatus: {code: ($log.status.code // 0 | http_code($verb)), reason: $log.status.message},
    requestObject: $log.request,
    responseObject: $log.response,
    requestReceivedTimestamp: $entry.timestamp,
    stageTimestamp: $entry.timestamp,
    annotations: (($entry.labels // {}) + {cluster_name: $entry.resource.labels.cluster_name})
  }
| with_entries(select(.value != null))
