{{- define "falco.falcoctl" -}}
{{- or .Values.falcoctl.artifact.install.enabled .Values.falcoctl.artifact.follow.enabled -}}
{{- end -}}

{{/* falcoctl.yaml: it asks the web server where that is, unless told otherwise. */}}
{{- define "falco.falcoctlConfig" -}}
{{- $config := deepCopy .Values.falcoctl.config -}}
{{- $web := .Values.falco.webserver | default dict -}}
{{- if eq (toString $config.artifact.follow.falcoversions) "http://localhost:8765/versions" -}}
{{- $scheme := ternary "https" "http" (eq (toString $web.ssl_enabled) "true") -}}
{{- $_ := set $config.artifact.follow "falcoversions" (printf "%s://localhost:%s/versions" $scheme (include "falco.webPort" .)) -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* (dict "root" $ "verb" "install" or "follow"): one of its two containers. */}}
{{- define "falco.falcoctlContainer" -}}
{{- $values := get .root.Values.falcoctl.artifact .verb -}}
{{- $config := get .root.Values.falcoctl.config.artifact .verb -}}
{{/* As the daemon beside it: where it has no privileges, these are no root either, and keep their settings where they may write. */}}
{{- $nobody := and (eq (include "falco.privileges" .root) "none") (not $values.securityContext) -}}
- name: falcoctl-artifact-{{ .verb }}
  image: {{ include "falco.image" (dict "root" .root "image" .root.Values.falcoctl.image) | quote }}
  imagePullPolicy: {{ .root.Values.falcoctl.image.pullPolicy }}
  args:
    - artifact
    - {{ .verb }}
    {{- with $values.args }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- $env := $values.env | default list }}
  {{- if $nobody }}
  {{- $given := list }}
  {{- range $env }}{{- $given = append $given .name }}{{- end }}
  {{- if not (has "HOME" $given) }}{{- $env = prepend $env (dict "name" "HOME" "value" ($config.stateDir | default "/artifactstate")) }}{{- end }}
  {{- end }}
  {{- with $env }}
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
    {{- if $nobody }}
    runAsNonRoot: true
    {{- if not (.root.Capabilities.APIVersions.Has "security.openshift.io/v1") }}
    runAsGroup: 65534
    runAsUser: 65534
    {{- end }}
    {{- end }}
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
