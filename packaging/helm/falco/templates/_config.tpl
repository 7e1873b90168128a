{{/*
falco.yaml: `falco` of the values, and what other values say of it. "falco.config" is the whole as YAML; what asks for a part
of it reads that.
*/}}

{{- define "falco.config" -}}
{{- include "falco.guard" . -}}
{{- $config := deepCopy .Values.falco -}}
{{- range $key := list "webserver" "http_output" "metrics" "engine" -}}
{{- if not (kindIs "map" (get $config $key)) -}}{{- $_ := set $config $key dict -}}{{- end -}}
{{- end -}}
{{/* The probes ask there. */}}
{{- if not $config.webserver.k8s_healthz_endpoint -}}{{- $_ := unset $config.webserver "k8s_healthz_endpoint" -}}{{- end -}}
{{- include "falco.config.engine" (dict "root" . "config" $config) -}}
{{- include "falco.config.containers" (dict "root" . "config" $config) -}}
{{- include "falco.config.metrics" (dict "root" . "config" $config) -}}
{{- include "falco.config.falcosidekick" (dict "root" . "config" $config) -}}
{{- include "falco.config.certificates" (dict "root" . "config" $config) -}}
{{- range $key := list "webserver" "http_output" "metrics" "engine" -}}
{{- if empty (get $config $key) -}}{{- $_ := unset $config $key -}}{{- end -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* What cannot be meant is refused, with the reason. */}}
{{- define "falco.guard" -}}
{{- $kind := .Values.driver.kind | toString -}}
{{- if has $kind (list "ebpf" "gvisor") -}}
{{- fail (printf "driver.kind %s does not exist any more: use auto or modern_ebpf" $kind) -}}
{{- end -}}
{{- if not (has $kind (list "auto" "modern_ebpf" "modern-bpf" "kmod" "module")) -}}
{{- fail (printf "driver.kind %q is not known: use auto or modern_ebpf" $kind) -}}
{{- end -}}
{{- range $key := list "ebpf" "gvisor" -}}
{{- if hasKey $.Values.driver $key -}}{{- fail (printf "driver.%s does not exist any more: take it out of the values" $key) -}}{{- end -}}
{{- end -}}
{{- range $key := list "grpc" "grpc_output" -}}
{{- if hasKey $.Values.falco $key -}}{{- fail (printf "falco.%s does not exist any more: use falco.http_output, and take it out of the values" $key) -}}{{- end -}}
{{- end -}}
{{- $named := false -}}
{{- range .Values.extra.args | default list -}}{{- if hasPrefix "-r" . -}}{{- $named = true -}}{{- end -}}{{- end -}}
{{- range .Values.extra.env | default list -}}
{{- if and (eq .name "HOST_ROOT") $.Values.driver.enabled (ne (toString .value) "/host") -}}
{{- fail "extra.env HOST_ROOT: the chart mounts the host at /host. Leave it out" -}}
{{- end -}}
{{- end -}}
{{- if not (or .Values.falco.rules_files $named) -}}
{{- fail "falco.rules_files names no rules file: the daemon would not start" -}}
{{- end -}}
{{- $http := .Values.falco.http_output | default dict -}}
{{- if and $http.enabled (not $http.url) (not .Values.falcosidekick.enabled) -}}
{{- fail "falco.http_output.enabled without falco.http_output.url: say where alerts are sent" -}}
{{- end -}}
{{- $artifact := .Values.falcoctl.artifact -}}
{{- if and $artifact.follow.enabled (not (or $artifact.install.enabled .Values.customRules .Values.extra.initContainers)) -}}
{{- fail "falcoctl.artifact.follow without falcoctl.artifact.install: the daemon would start before there is any rules file. Enable both" -}}
{{- end -}}
{{- if .Values.responseActions.enabled -}}
{{- fail "responseActions.enabled: nothing here acts upon alerts. Install falco-talon by its own chart, send alerts to it with falco.http_output, and switch this off" -}}
{{- end -}}
{{- if not (has .Values.controller.kind (list "daemonset" "deployment")) -}}
{{- fail (printf "controller.kind %q is not known: use daemonset or deployment" .Values.controller.kind) -}}
{{- end -}}
{{- if and (not .Values.driver.enabled) (eq (include "falco.auditPlaces" .) "") -}}
{{- fail "driver.enabled is false, and nothing else is watched: set falco.webserver.k8s_audit_endpoint, or name the plugin k8saudit in falco.plugins and falco.load_plugins (values-k8saudit.yaml does)" -}}
{{- end -}}
{{- end -}}

{{/* Where audit events come from: `web`, `plugin`, both or nothing. */}}
{{- define "falco.auditPlaces" -}}
{{- $config := .Values.falco -}}
{{- $web := $config.webserver | default dict -}}
{{- if and $web.enabled $web.k8s_audit_endpoint -}}web {{ end -}}
{{- range $plugin := $config.plugins | default list -}}
{{- if and (eq (toString $plugin.name) "k8saudit") (or (not (hasKey $config "load_plugins")) (has "k8saudit" ($config.load_plugins | default list))) -}}plugin{{- end -}}
{{- end -}}
{{- end -}}

{{- define "falco.config.engine" -}}
{{- if .root.Values.driver.enabled -}}
{{- $modern := .root.Values.driver.modernEbpf -}}
{{- $engine := .config.engine -}}
{{- $_ := set $engine "kind" "modern_ebpf" -}}
{{- $keys := deepCopy ($engine.modern_ebpf | default dict) -}}
{{- $_ := set $keys "buf_size_preset" ($modern.bufSizePreset | int) -}}
{{- $_ := set $keys "cpus_for_each_buffer" ($modern.cpusForEachBuffer | int) -}}
{{- $_ := set $keys "drop_failed_exit" $modern.dropFailedExit -}}
{{- $_ := set $keys "disable_iterators" $modern.disableIterators -}}
{{- $_ := set $engine "modern_ebpf" $keys -}}
{{- end -}}
{{- end -}}

{{/* The plugin `container`: as the values say, or with no runtime to ask. One that falco.plugins has counts instead. */}}
{{- define "falco.config.containers" -}}
{{- if .root.Values.driver.enabled -}}
{{- $plugins := .config.plugins | default list -}}
{{- $own := false -}}
{{- range $plugins -}}{{- if eq (toString .name) "container" -}}{{- $own = true -}}{{- end -}}{{- end -}}
{{- if not $own -}}
{{- $engine := .root.Values.collectors.containerEngine -}}
{{- $init := dict "label_max_len" ($engine.labelMaxLen | int) "with_size" $engine.withSize "hooks" $engine.hooks "engines" $engine.engines -}}
{{- if ne (include "falco.asksRuntimes" .root) "true" -}}
{{- $init = dict "engines" (dict) -}}
{{- range $name := list "docker" "podman" "containerd" "cri" -}}{{- $_ := set $init.engines $name (dict "enabled" false) -}}{{- end -}}
{{- end -}}
{{- $plugins = append $plugins (dict "name" "container" "library_path" "libcontainer.so" "init_config" $init) -}}
{{- $_ := set .config "plugins" $plugins -}}
{{- end -}}
{{- if hasKey .config "load_plugins" -}}
{{- $_ := set .config "load_plugins" (append (.config.load_plugins | default list) "container" | uniq) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "falco.asksRuntimes" -}}
{{- and .Values.driver.enabled .Values.collectors.enabled .Values.collectors.containerEngine.enabled -}}
{{- end -}}

{{- define "falco.config.metrics" -}}
{{- $metrics := .root.Values.metrics -}}
{{- if $metrics.enabled -}}
{{- $keys := .config.metrics -}}
{{- $_ := set $keys "enabled" true -}}
{{- $_ := set $keys "interval" $metrics.interval -}}
{{- $_ := set $keys "output_rule" $metrics.outputRule -}}
{{- $_ := set $keys "rules_counters_enabled" $metrics.rulesCountersEnabled -}}
{{- $_ := set $keys "resource_utilization_enabled" $metrics.resourceUtilizationEnabled -}}
{{- $_ := set $keys "state_counters_enabled" $metrics.stateCountersEnabled -}}
{{- $_ := set $keys "kernel_event_counters_enabled" $metrics.kernelEventCountersEnabled -}}
{{- $_ := set $keys "kernel_event_counters_per_cpu_enabled" $metrics.kernelEventCountersPerCPUEnabled -}}
{{- $_ := set $keys "libbpf_stats_enabled" $metrics.libbpfStatsEnabled -}}
{{- $_ := set $keys "plugins_metrics_enabled" $metrics.pluginsMetricsEnabled -}}
{{- $_ := set $keys "kernel_iter_event_counters_enabled" $metrics.kernelIterEventCountersEnabled -}}
{{- $_ := set $keys "jemalloc_stats_enabled" $metrics.jemallocStatsEnabled -}}
{{- $_ := set $keys "convert_memory_to_mb" $metrics.convertMemoryToMB -}}
{{- $_ := set $keys "include_empty_values" $metrics.includeEmptyValues -}}
{{- $_ := set .config.webserver "prometheus_metrics_enabled" true -}}
{{- end -}}
{{- end -}}

{{- define "falco.config.falcosidekick" -}}
{{- if .root.Values.falcosidekick.enabled -}}
{{- $_ := set .config "json_output" true -}}
{{- $_ := set .config "json_include_output_property" true -}}
{{- $_ := set .config.http_output "enabled" true -}}
{{- if not .config.http_output.url -}}
{{- $_ := set .config.http_output "url" (include "falco.falcosidekickUrl" .root) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "falco.falcosidekickUrl" -}}
{{- $host := printf "%s-falcosidekick" .Release.Name -}}
{{- if .Values.falcosidekick.fullfqdn -}}{{- $host = printf "%s.%s.svc.cluster.local" $host (include "falco.namespace" .) -}}{{- end -}}
{{- printf "http://%s:%v" $host (default 2801 .Values.falcosidekick.listenPort | int) -}}
{{- end -}}

{{/* Certificates that are given are used, where falco.yaml names none of its own. */}}
{{- define "falco.config.certificates" -}}
{{- $certs := .root.Values.certs -}}
{{- if eq (include "falco.hasCertificates" .root) "true" -}}
{{- if and (or $certs.existingSecret $certs.server.crt) (eq (.config.webserver.ssl_certificate | toString) "/etc/falco/falco.pem") -}}
{{- $_ := set .config.webserver "ssl_certificate" "/etc/falco/certs/falco.pem" -}}
{{- end -}}
{{- if and $certs.ca.crt (not $certs.existingSecret) (not .config.http_output.ca_cert) (not .config.http_output.ca_bundle) -}}
{{- $_ := set .config.http_output "ca_cert" "/etc/falco/certs/ca.crt" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "falco.hasCertificates" -}}
{{- $certs := .Values.certs -}}
{{- if or $certs.existingSecret (and $certs.server.key $certs.server.crt) $certs.ca.crt -}}true{{- else -}}false{{- end -}}
{{- end -}}

{{- define "falco.hasClientCertificates" -}}
{{- $certs := .Values.certs -}}
{{- if or $certs.existingClientSecret (and $certs.client.key $certs.client.crt) -}}true{{- else -}}false{{- end -}}
{{- end -}}

{{/*
What only a new process takes over: its checksum is an annotation of the pods, so that they are replaced when it changes, and not
when anything else of falco.yaml does. daemon/cli/reload.ts has the list. Without watch_config_files it is everything.
*/}}
{{- define "falco.atStartOnly" -}}
{{- $config := include "falco.config" . | fromYaml -}}
{{- if eq (toString $config.watch_config_files) "false" -}}
{{- toYaml (dict "config" $config "rules" .Values.customRules "certificates" .Values.certs) -}}
{{- else -}}
{{- $part := pick $config "engine" "capture" "falco_libs" "load_plugins" "plugins" "outputs_spool" -}}
{{- $_ := set $part "webserver" (pick ($config.webserver | default dict) "k8s_audit_endpoint") -}}
{{- $_ := set $part "k8s_audit" (pick ($config.k8s_audit | default dict) "max_body_mb") -}}
{{- toYaml $part -}}
{{- end -}}
{{- end -}}
