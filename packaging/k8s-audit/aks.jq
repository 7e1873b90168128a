# Records of Azure Kubernetes Service (diagnostic settings, category kube-audit) → audit events, one a line:
# jq -c -f aks.jq. A record, or a list of them, has the event as text.

(.records // [.])[] | select(.category == "kube-audit" or .category == "kube-audit-admin") | .properties.log | fromjson
