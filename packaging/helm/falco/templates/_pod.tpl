{{/* The pods of the DaemonSet and of the Deployment. */}}

{{- define "falco.podTemplate" -}}
{{- $config := include "falco.config" . | fromYaml -}}
{{- $web := $config.webserver | default dict -}}
metadata:
  labels:
    {{- mergeOverwrite (dict) (.Values.podLabels | default dict) (include "falco.selectorLabels" . | fromYaml) | toYaml | nindent 4 }}
  annotations:
    {{- $annotations := dict "checksum/start" (include "falco.atStartOnly" . | sha256sum) -}}
    {{- if and (eq (include "falco.hasClientCertificates" .) "true") (not .Values.certs.existingClientSecret) -}}
    {{- $_ := set $annotations "checksum/client-certs" (toJson .Values.certs.client | sha256sum) -}}
    {{- end -}}
    {{- if and .Values.certs.ca.crt (not .Values.certs.existingSecret) -}}
    {{- $_ := set $annotations "checksum/ca" (.Values.certs.ca.crt | sha256sum) -}}
    {{- end -}}
    {{- if eq (include "falco.falcoctl" .) "true" -}}
    {{- $_ := set $annotations "checksum/falcoctl" (include "falco.falcoctlConfig" . | sha256sum) -}}
    {{- end -}}
    {{- if eq (include "falco.privileges" .) "least" -}}
    {{- if semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version -}}
    {{- $_ := set $annotations "container.apparmor.security.beta.kubernetes.io/falco" "unconfined" -}}
    {{- end -}}
    {{- end -}}
    {{- mergeOverwrite (dict) $annotations (.Values.podAnnotations | default dict) | toYaml | nindent 4 }}
spec:
  serviceAccountName: {{ include "falco.serviceAccountName" . | quote }}
  # The API server is asked for nothing.
  automountServiceAccountToken: false
  {{- with .Values.podHostname }}
  hostname: {{ . | quote }}
  {{- end }}
  {{- with .Values.podPriorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if or .Values.extra.initContainers .Values.falcoctl.artifact.install.enabled }}
  initContainers:
    {{- with .Values.extra.initContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- if .Values.falcoctl.artifact.install.enabled }}
    {{- include "falco.falcoctlContainer" (dict "root" . "verb" "install") | nindent 4 }}
    {{- end }}
  {{- end }}
  containers:
    - name: falco
      image: {{ include "falco.image" (dict "root" . "image" .Values.image) | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        - /usr/bin/falco
        - -c
        - /etc/falco/chart/falco.yaml
        {{- if not .Values.driver.enabled }}
        - --disable-source
        - syscall
        {{- end }}
        {{- with .Values.extra.args }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      env:
        {{- include "falco.environment" . | trim | nindent 8 }}
      {{- if .Values.tty }}
      tty: true
      {{- end }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- include "falco.securityContext" . | nindent 8 }}
      {{- if $web.enabled }}
      ports:
        - name: web
          containerPort: {{ include "falco.webPort" . }}
          protocol: TCP
      {{- range $kind := list "startupProbe" "livenessProbe" "readinessProbe" }}
      {{- with get $.Values.healthChecks $kind }}
      {{ $kind }}:
        {{- $probe := dict "path" ($web.k8s_healthz_endpoint | default "/healthz") "port" (include "falco.webPort" $ | int) -}}
        {{- if $web.ssl_enabled -}}{{- $_ := set $probe "scheme" "HTTPS" -}}{{- end -}}
        {{- mergeOverwrite (deepCopy .) (dict "httpGet" $probe) | toYaml | nindent 8 }}
      {{- end }}
      {{- end }}
      {{- end }}
      volumeMounts:
        {{- include "falco.volumeMounts" . | trim | nindent 8 }}
    {{- if .Values.falcoctl.artifact.follow.enabled }}
    {{- include "falco.falcoctlContainer" (dict "root" . "verb" "follow") | nindent 4 }}
    {{- end }}
  volumes:
    {{- include "falco.volumes" . | trim | nindent 4 }}
{{- end -}}

{{- define "falco.webPort" -}}
{{- $web := .Values.falco.webserver | default dict -}}
{{- $web.listen_port | default 8765 | int -}}
{{- end -}}

{{/* extra.env, and what it does not name. */}}
{{- define "falco.environment" -}}
{{- $given := list -}}
{{- range .Values.extra.env | default list -}}{{- $given = append $given .name -}}{{- end -}}
{{- if and .Values.driver.enabled (not (has "HOST_ROOT" $given)) }}
- name: HOST_ROOT
  value: /host
{{- end }}
{{- if and .Values.falcoHostnameEnv (not (has "FALCO_HOSTNAME" $given)) }}
- name: FALCO_HOSTNAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
{{- end }}
{{- if not (has "FALCO_K8S_NODE_NAME" $given) }}
- name: FALCO_K8S_NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
{{- end }}
{{- with .Values.extra.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Which privileges the container has: `given` by the values, `none`, `least`, `all`. */}}
{{- define "falco.privileges" -}}
{{- if .Values.containerSecurityContext -}}given
{{- else if not .Values.driver.enabled -}}none
{{- else if .Values.driver.modernEbpf.leastPrivileged -}}least
{{- else -}}all
{{- end -}}
{{- end -}}

{{/*
Least privilege. System calls: uid 0, for Kubernetes gives capabilities to no other user, with those that the driver and other
users' entries of /proc need; seccomp profiles of CRI-O, which OpenShift has, refuse bpf(2) whatever the capabilities, and AppArmor's
default profile refuses to look at processes of the host. SELinux's type of containers may do neither; nodes without SELinux pass
its type over. Audit events alone: nothing at all.
*/}}
{{- define "falco.securityContext" -}}
{{- $openshift := .Capabilities.APIVersions.Has "security.openshift.io/v1" -}}
{{- $privileges := include "falco.privileges" . -}}
{{- if eq $privileges "given" -}}
{{- toYaml .Values.containerSecurityContext -}}
{{- else if eq $privileges "none" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
{{- if not $openshift }}
runAsGroup: 65534
runAsUser: 65534
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- else if eq $privileges "least" -}}
allowPrivilegeEscalation: false
{{- if semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version }}
appArmorProfile:
  type: Unconfined
{{- end }}
capabilities:
  add: [BPF, DAC_READ_SEARCH, PERFMON, SYS_PTRACE{{ if .Values.driver.modernEbpf.oldKernels }}, SYS_RESOURCE{{ end }}]
  drop: [ALL]
privileged: false
readOnlyRootFilesystem: true
runAsGroup: 0
runAsUser: 0
{{- with .Values.driver.modernEbpf.seLinuxType }}
seLinuxOptions:
  type: {{ . | quote }}
{{- end }}
seccompProfile:
{{- $profile := .Values.driver.modernEbpf.seccompProfile | default dict }}
{{- if $profile.type }}
  {{- toYaml $profile | nindent 2 }}
{{- else }}
  type: {{ ternary "Unconfined" "RuntimeDefault" $openshift }}
{{- end }}
{{- else -}}
privileged: true
readOnlyRootFilesystem: true
runAsUser: 0
{{- end -}}
{{- end -}}
