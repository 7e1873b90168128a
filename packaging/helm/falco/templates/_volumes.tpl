{{/*
What the container sees of the host, and of the chart. ConfigMaps and secrets are mounted as folders: Kubernetes brings changes
of these into running pods by replacing the link `..data` in them, and never those of single files (subPath).
*/}}

{{/* Folders of the host that hold sockets of runtimes, none of them within another: {"folders": […]}. */}}
{{- define "falco.socketFolders" -}}
{{- $folders := list -}}
{{- if eq (include "falco.asksRuntimes" .) "true" -}}
{{- range $engine := .Values.collectors.containerEngine.engines | default dict -}}
{{- if and (kindIs "map" $engine) (or (not (hasKey $engine "enabled")) $engine.enabled) -}}
{{- range $socket := $engine.sockets | default list -}}
{{- $path := regexReplaceAll "^/var/run/" $socket "/run/" -}}
{{- $folders = append $folders (regexReplaceAll "/[^/]*\\$.*$" $path "/socket" | dir) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $outer := list -}}
{{- range $folder := $folders | uniq | sortAlpha -}}
{{- $within := false -}}
{{- range $outer -}}{{- if hasPrefix (printf "%s/" .) $folder -}}{{- $within = true -}}{{- end -}}{{- end -}}
{{- if not $within -}}{{- $outer = append $outer $folder -}}{{- end -}}
{{- end -}}
{{- toYaml (dict "folders" $outer) -}}
{{- end -}}

{{/* mounts.volumeMounts, and what they do not take the place of. */}}
{{- define "falco.volumeMounts" -}}
{{- $given := list -}}
{{- range .Values.mounts.volumeMounts | default list -}}{{- $given = append $given (.mountPath | trimSuffix "/") -}}{{- end -}}
{{- $mounts := list -}}
{{- range $mount := (printf "all:\n%s" (include "falco.ownMounts" .) | fromYaml).all -}}
{{- if not (has $mount.mountPath $given) -}}{{- $mounts = append $mounts $mount -}}{{- end -}}
{{- end -}}
{{- concat $mounts (.Values.mounts.volumeMounts | default list) | toYaml -}}
{{- end -}}

{{- define "falco.ownMounts" -}}
{{- $config := include "falco.config" . | fromYaml -}}
{{- if eq (include "falco.falcoctl" .) "true" }}
- name: falco-rulesfiles
  mountPath: /etc/falco
{{- end }}
- name: falco-config
  mountPath: /etc/falco/chart
  readOnly: true
# Nothing that the image has there: what the values say counts.
- name: falco-config-d
  mountPath: /etc/falco/config.d
{{- if .Values.customRules }}
- name: falco-rules
  mountPath: /etc/falco/rules.d
  readOnly: true
{{- end }}
{{- if or (eq (include "falco.hasCertificates" .) "true") (eq (include "falco.hasClientCertificates" .) "true") }}
- name: falco-certs
  mountPath: /etc/falco/certs
  readOnly: true
{{- end }}
- name: falco-tmp
  mountPath: /tmp
{{- if (dig "outputs_spool" "enabled" false $config) }}
- name: falco-spool
  mountPath: {{ dig "outputs_spool" "path" "/var/lib/falco/spool" $config }}
{{- end }}
{{- if .Values.driver.enabled }}
- name: host-proc
  mountPath: /host/proc
  readOnly: true
- name: host-etc
  mountPath: /host/etc
  readOnly: true
{{- if .Values.driver.modernEbpf.sysfsMount }}
- name: host-sysfs
  mountPath: {{ .Values.driver.sysfsMountPath | quote }}
  readOnly: true
  {{- if semverCompare ">=1.31.0-0" .Capabilities.KubeVersion.Version }}
  # tracefs in it, too.
  recursiveReadOnly: IfPossible
  {{- end }}
{{- end }}
{{- $propagation := .Values.collectors.containerEngine.mountPropagation }}
{{- range $index, $folder := (include "falco.socketFolders" . | fromYaml).folders }}
- name: host-runtime-{{ $index }}
  mountPath: /host{{ $folder }}
  mountPropagation: {{ $propagation }}
  readOnly: true
{{- if or (eq $folder "/run") (hasPrefix "/run/" $folder) }}
- name: host-runtime-{{ $index }}
  mountPath: /host/var{{ $folder }}
  mountPropagation: {{ $propagation }}
  readOnly: true
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* mounts.volumes, and the chart's own that a container mounts. */}}
{{- define "falco.volumes" -}}
{{- $used := list "falco-plugins" "falco-artifactstate" "falcoctl-config" -}}
{{- range (printf "all:\n%s" (include "falco.volumeMounts" .) | fromYaml).all -}}{{- $used = append $used .name -}}{{- end -}}
{{- $volumes := list -}}
{{- range $volume := (printf "all:\n%s" (include "falco.ownVolumes" .) | fromYaml).all -}}
{{- if has $volume.name $used -}}{{- $volumes = append $volumes $volume -}}{{- end -}}
{{- end -}}
{{- concat $volumes (.Values.mounts.volumes | default list) | toYaml -}}
{{- end -}}

{{- define "falco.ownVolumes" -}}
{{- $config := include "falco.config" . | fromYaml -}}
- name: falco-config
  configMap:
    name: {{ include "falco.fullname" . | quote }}
- name: falco-config-d
  emptyDir: {}
{{- if .Values.customRules }}
- name: falco-rules
  configMap:
    name: {{ include "falco.named" (list . "rules") | quote }}
{{- end }}
{{- $server := eq (include "falco.hasCertificates" .) "true" }}
{{- $client := eq (include "falco.hasClientCertificates" .) "true" }}
{{- if or $server $client }}
- name: falco-certs
  projected:
    sources:
      {{- if $server }}
      - secret:
          name: {{ default (include "falco.named" (list . "certs")) .Values.certs.existingSecret | quote }}
      {{- end }}
      {{- if $client }}
      - secret:
          name: {{ default (include "falco.named" (list . "client-certs")) .Values.certs.existingClientSecret | quote }}
          items:
            - key: client.crt
              path: client/client.crt
            - key: client.key
              path: client/client.key
      {{- end }}
{{- end }}
- name: falco-tmp
  emptyDir: {}
{{- if (dig "outputs_spool" "enabled" false $config) }}
# As long as the pod: a container that is started anew goes on with it.
- name: falco-spool
  emptyDir: {}
{{- end }}
{{- if eq (include "falco.falcoctl" .) "true" }}
- name: falco-rulesfiles
  emptyDir: {}
- name: falco-plugins
  emptyDir: {}
- name: falco-artifactstate
  emptyDir: {}
- name: falcoctl-config
  configMap:
    name: {{ include "falco.named" (list . "falcoctl") | quote }}
{{- end }}
{{- if .Values.driver.enabled }}
- name: host-proc
  hostPath:
    path: /proc
- name: host-etc
  hostPath:
    path: /etc
{{- if .Values.driver.modernEbpf.sysfsMount }}
- name: host-sysfs
  hostPath:
    path: {{ .Values.driver.sysfsMountPath | quote }}
{{- end }}
{{- range $index, $folder := (include "falco.socketFolders" . | fromYaml).folders }}
- name: host-runtime-{{ $index }}
  hostPath:
    path: {{ $folder }}
{{- end }}
{{- end }}
{{- end -}}
