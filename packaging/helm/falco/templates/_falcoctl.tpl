{{- define "falco.falcoctl" -}}
{{- or .Values.falcoctl.artifact.install.enabled .Values.falcoctl.artifact.follow.enabled -}}
{{- end -}}

{{/* (dict "root" $ "verb" "install" or "follow"): one of its two containers. */}}
{{- define "falco.falcoctlContainer" -}}
{{- $values := get .root.Values.falcoctl.artifact .verb -}}
{{- $config := get .root.Values.falcoctl.config.artifact .verb -}}
- name: falcoctl-artifact-{{ .verb }}
  image: {{ include "falco.image" (dict "root" .root "image" .root.Values.falcoctl.image) | quote }}
  imagePullPolicy: {{ .root.Values.falcoctl.image.pullPolicy }}
  args:
    - artifact
    - {{ .verb }}
    {{- with $values.args }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $values.env }}
  env:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.envFrom }}
  envFrom:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.resources }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- if $values.securityContext }}
    {{- toYaml $values.securityContext | nindent 4 }}
    {{- else }}
    allowPrivilegeEscalation: false
    capabilities:
      drop: [ALL]
    seccompProfile:
      type: RuntimeDefault
    {{- end }}
  volumeMounts:
    - name: falco-rulesfiles
      mountPath: {{ $config.rulesfilesDir | default "/rulesfiles" }}
    - name: falco-plugins
      mountPath: {{ $config.pluginsDir | default "/plugins" }}
    - name: falco-artifactstate
      mountPath: {{ $config.stateDir | default "/artifactstate" }}
    - name: falcoctl-config
      mountPath: /etc/falcoctl
      readOnly: true
    {{- with $values.mounts.volumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
