import { packFiles } from './pack-files.ts';

/** A chart with what real ones have: by the names of its files. */
export type ChartFiles = Readonly<Record<string, string | Uint8Array>>;

/** Dates, digests, regular expressions, numbers, a chart within it and a packaged one, both with conditions and globals. */
export async function shopChart(): Promise<ChartFiles> {
  return {
    'Chart.yaml': `apiVersion: v2
name: shop
version: 2.1.0
appVersion: "3.0"
dependencies:
- { name: cache, version: ">=1.0.0", repository: "", alias: sessions, condition: sessions.enabled }
- { name: queue, version: ^2.0.0, repository: "", tags: [async] }
`,
    'values.yaml': `replicas: 3
ratio: 1234567.5
hosts: [a.example.com, b.example.com]
global: { region: eu-1, image: { tag: "1.0" } }
sessions: { enabled: true, size: 64 }
tags: { async: true }
`,
    'templates/_names.tpl': `{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}
`,
    'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-shop
  labels: {{- include "shop.labels" . | nindent 4 }}
  annotations:
    checksum/config: {{ include (print $.Template.BasePath "/config.yaml") . | sha256sum }}
    made: {{ now | date "2006-01-02T15:04:05Z07:00" | quote }}
    later: {{ now | dateModify "+36h" | htmlDate }}
spec:
  replicas: {{ .Values.replicas | int | max 2 }}
  template:
    spec:
      containers:
      {{- range $i, $host := .Values.hosts }}
      - name: {{ regexReplaceAll "[^a-z0-9]+" $host "-" }}
        image: "shop:{{ $.Values.global.image.tag }}"
        args: [{{ printf "--ratio=%.1f" $.Values.ratio | quote }}, {{ printf "%v/%d/%q" $.Values.ratio $i $host | squote }}]
      {{- end }}
`,
    'templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}-config }
data:
  values.yaml: |
    {{- toYaml .Values | nindent 4 }}
  secret: {{ derivePassword 1 "long" "word" "user" "example.com" | b64enc }}
  chance: {{ randAlphaNum 12 }}-{{ uuidv4 }}
  semver: {{ semverCompare "^2.0.0" .Chart.Version | ternary "new" "old" }}
  emoji: {{ "😀 é" | quote }}
`,
    'templates/NOTES.txt': 'Open {{ join " or " .Values.hosts }}.\n',
    'charts/cache/Chart.yaml': '{apiVersion: v2, name: cache, version: 1.4.2}\n',
    'charts/cache/values.yaml': 'size: 1\neviction: lru\n',
    'charts/cache/templates/cm.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Chart.Name }} }\ndata: {{ .Values | toJson }}\n',
    'charts/queue-2.3.0.tgz': await packFiles({
      'queue/Chart.yaml': '{apiVersion: v2, name: queue, version: 2.3.0}\n',
      'queue/templates/cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: queue-{{ .Values.global.region }} }\n',
    }),
  };
}

/** A schema, a library, files, `tpl`, TOML, and the ordering of many kinds. */
export function portalChart(): ChartFiles {
  return {
    'Chart.yaml': `apiVersion: v2
name: portal
version: 0.3.0
kubeVersion: ">=1.25.0-0"
dependencies: [{ name: common, version: 1.x.x, repository: "" }]
`,
    'values.yaml':
      'port: 8080\nmode: dark\ntitle: "{{ .Release.Name | title }} at {{ .Values.port }}"\nextra: {}\n',
    'values.schema.json': JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['port'],
      properties: {
        port: { type: 'integer', minimum: 1, maximum: 65_535 },
        mode: { enum: ['dark', 'light'] },
        title: { type: 'string', pattern: '^\\{\\{.*' },
      },
    }),
    'files/nginx.conf': 'server {\n  listen 80;\n}\n',
    'files/page.html': '<h1>"Portal" & more</h1>\n',
    'charts/common/Chart.yaml': '{apiVersion: v2, name: common, version: 1.2.0, type: library}\n',
    'charts/common/templates/_service.tpl': `{{- define "common.service" -}}
apiVersion: v1
kind: Service
metadata: { name: {{ .name }} }
spec: { ports: [{ port: {{ .port | int }} }] }
{{- end -}}
`,
    'templates/all.yaml': `{{ include "common.service" (dict "name" .Release.Name "port" .Values.port) }}
---
apiVersion: v1
kind: ConfigMap
metadata: { name: files }
data:
  title: {{ tpl .Values.title . }}
  {{- (.Files.Glob "files/*").AsConfig | nindent 2 }}
  settings.toml: {{ toToml (dict "port" .Values.port "paths" (list "a" "b") "__proto__" "kept") | quote }}
---
apiVersion: v1
kind: Secret
metadata: { name: files }
data: {{- (.Files.Glob "files/*.html").AsSecrets | nindent 2 }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: portal }
---
apiVersion: v1
kind: Namespace
metadata: { name: portal }
`,
  };
}

/** Certificates, hooks, CRDs, dictionaries that change, and names that JavaScript knows. */
export function issuerChart(): ChartFiles {
  return {
    'Chart.yaml': 'apiVersion: v2\nname: issuer\nversion: 1.0.0\n',
    'values.yaml': 'users: { anna: 3, bob: 1, constructor: 2 }\nnone: null\n',
    'crds/issuers.yaml':
      'kind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\nmetadata: { name: issuers }\n',
    'templates/tls.yaml': `{{- $ca := genCA "issuer-ca" 365 -}}
{{- $pair := genSignedCert "issuer.svc" (list "10.0.0.1") (list "issuer.svc" "issuer") 90 $ca }}
apiVersion: v1
kind: Secret
metadata: { name: tls }
data:
  ca.crt: {{ $ca.Cert | b64enc }}
  tls.crt: {{ $pair.Cert | b64enc }}
  tls.key: {{ $pair.Key | b64enc }}
  digest: {{ printf "%s%s" $pair.Cert (sha1sum "x") | sha512sum }}
`,
    'templates/users.yaml': `{{- $seen := dict "toString" 1 -}}
{{- range $name, $rank := .Values.users }}
{{- $_ := set $seen $name (mul $rank 10 | int64) }}
{{- end }}
apiVersion: v1
kind: ConfigMap
metadata: { name: users }
data: {{ $seen | toPrettyJson | quote }}
plain: {{ merge (dict "a" nil "b" (list 1 2.5 "x")) $seen | toYaml | nindent 2 }}
`,
    'templates/check.yaml': `apiVersion: batch/v1
kind: Job
metadata:
  name: check
  annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-5" }
spec: { backoffLimit: {{ len .Values.users }} }
`,
  };
}
