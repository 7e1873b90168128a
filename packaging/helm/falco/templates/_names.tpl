{{/* Names and labels. Selectors are those of Falco's chart, so that a release of it can be upgraded to this one. */}}

{{- define "falco.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "falco.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* (list $ "rules"): the full name with something behind it, 63 characters at most. */}}
{{- define "falco.named" -}}
{{- $root := index . 0 -}}
{{- $suffix := index . 1 | trunc 40 -}}
{{- $room := sub 62 (len $suffix) | int -}}
{{- printf "%s-%s" (include "falco.fullname" $root | trunc $room | trimSuffix "-") $suffix | trimSuffix "-" -}}
{{- end -}}

{{- define "falco.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "falco.selectorLabels" -}}
app.kubernetes.io/name: {{ include "falco.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | trunc 63 | trimSuffix "-" | quote }}
{{- end -}}

{{- define "falco.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{ include "falco.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
{{- end -}}

{{/* (dict "root" $ "name" … "labels" … "annotations" …): metadata of an object; labels of the chart are not replaced. */}}
{{- define "falco.metadata" -}}
name: {{ .name | quote }}
namespace: {{ default (include "falco.namespace" .root) .namespace | quote }}
labels:
  {{- mergeOverwrite (dict) (.labels | default dict) (include "falco.labels" .root | fromYaml) | toYaml | nindent 2 }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "falco.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "falco.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* An image as values have it; no tag: the appVersion. */}}
{{- define "falco.image" -}}
{{- $image := .image -}}
{{- with $image.registry }}{{ . | trimSuffix "/" }}/{{ end }}{{ $image.repository }}:{{ $image.tag | default .root.Chart.AppVersion }}
{{- end -}}
