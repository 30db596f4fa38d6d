import { describe, expect, it } from 'vitest';
import { render, type RenderOptions } from '../render/render.ts';
import { chartOf } from '../testing/chart-of.ts';
import { userValues } from '../values/user-values.ts';
import { explain } from './explain.ts';
import type { LineExplanation } from './explanation.ts';

const files = {
  'values.yaml': `image:
  name: web
  tag: "1.0"
resources:
  limits:
    cpu: 100m
    memory: 1Gi
env: [one, two]
debug: false
`,
  'templates/_lib.tpl': `{{- define "web.labels" -}}
app: {{ .Chart.Name }}
release: {{ .Release.Name }}
{{- end }}
{{- define "web.name" }}{{ .Release.Name }}-{{ .Values.image.name }}{{ end }}
`,
  'templates/pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: {{ include "web.name" . }}
  labels:
    {{- include "web.labels" . | nindent 4 }}
spec:
  containers:
    - image: {{ .Values.image.name }}:{{ .Values.image.tag | default "latest" }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      args:
        {{- range $i, $e := .Values.env }}
        - {{ $e | quote }}
        {{- end }}
`,
  'templates/NOTES.txt': 'Hello.\nThis is {{ .Release.Name }}.\n',
};

const pod = { kind: 'Pod', name: 'shop-web' };

async function rendered(options: Partial<RenderOptions> = {}, more: Record<string, string> = {}) {
  return render(await chartOf({ ...files, ...more }), { release: { name: 'shop' }, ...options });
}

async function ask(line: number, options: Partial<RenderOptions> = {}): Promise<LineExplanation | undefined> {
  return explain(await rendered(options), { resource: pod, line });
}

const place = (step: LineExplanation | undefined): string =>
  `${step?.source.file}:${step?.source.line}:${step?.source.column}`;
const values = (answer: LineExplanation | undefined): unknown[] =>
  answer?.values.map(({ path, origin }) => [path, `${origin?.source?.file}:${origin?.source?.line}`]) ?? [];

describe('explain', () => {
  it('names the template and the line that have written a line, and the values in it', async () => {
    const answer = await ask(10);
    expect(answer?.text).toBe('    - image: web:1.0');
    expect(place(answer)).toBe('web/templates/pod.yaml:9:5');
    expect(values(answer)).toEqual([
      ['.Values.image.name', 'web/values.yaml:2'],
      ['.Values.image.tag', 'web/values.yaml:3'],
    ]);
    expect(answer?.parts.at(-1)).toMatchObject({
      text: '1.0',
      expression: '.Values.image.tag | default "latest"',
      source: { file: 'web/templates/pod.yaml', line: 9 },
    });
  });

  it('follows includes to the line that has written it', async () => {
    const answer = await ask(7);
    expect(answer).toMatchObject({
      text: '    release: shop',
      template: 'web.labels',
      source: { file: 'web/templates/_lib.tpl', line: 3 },
      includes: [{ template: 'web/templates/pod.yaml', expression: 'include "web.labels" . | nindent 4' }],
      values: [{ path: '.Release.Name', value: 'shop' }],
    });
    expect((await ask(4))?.parts.map(({ template }) => template)).toEqual([
      'web/templates/pod.yaml',
      'web.name',
      'web.name',
      'web.name',
    ]);
  });

  it('finds the part of a value that toYaml has written into a line, and what the line depends on', async () => {
    const answer = await ask(13);
    expect(answer?.text).toBe('          cpu: 100m');
    expect(answer?.values).toMatchObject([
      {
        path: '.Values.resources.limits.cpu',
        key: 'resources.limits.cpu',
        value: '100m',
        origin: { kind: 'chart', chart: 'web', source: { file: 'web/values.yaml', line: 6, column: 5 } },
      },
    ]);
    expect(answer?.conditions).toMatchObject([
      { kind: 'with', expression: 'with .Values.resources', values: [{ path: '.Values.resources' }] },
    ]);
  });

  it('knows the element of a loop', async () => {
    expect(values(await ask(17))).toEqual([['.Values.env[1]', 'web/values.yaml:8']]);
  });

  it('names the file or flag of the user that has set a value', async () => {
    const options = {
      values: userValues(
        {
          files: [
            { name: 'prod.yaml', text: 'image:\n  name: shop\n' },
            { name: 'more.yaml', text: '# more\nimage: {name: web}\n' },
          ],
          set: ['image.tag=2'],
        },
        'v4',
      ),
    };
    const [name, tag] = (await ask(10, options))?.values ?? [];
    expect(name?.origin).toEqual({ kind: 'file', source: { file: 'more.yaml', line: 2, column: 9 } });
    expect(tag).toMatchObject({
      path: '.Values.image.tag',
      value: 2,
      origin: { kind: 'flag', flag: '--set image.tag' },
    });
    const plain = await ask(10, { values: { image: { tag: 'x' } } });
    expect(plain?.values[1]?.origin).toEqual({ kind: 'user' });
  });

  it('knows lines of all the output, of a template, and of hooks', async () => {
    const hook = 'kind: Job\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: test}\n';
    const result = await rendered({}, { 'templates/hook.yaml': `kind: Role\n---\n${hook}` });
    const lines = result.toYaml().split('\n');
    const line = lines.indexOf('kind: Job') + 1;
    expect(place(explain(result, { line }))).toBe('web/templates/hook.yaml:3:1');
    expect(place(explain(result, { line: lines.indexOf('kind: Role') + 1 }))).toBe(
      'web/templates/hook.yaml:1:1',
    );
    expect(explain(result, { line: 1 })).toBeUndefined();
    const names = result.hooks.map((resource) => explain(result, { resource, line: 3 })?.text);
    expect(names).toEqual(['  name: h']);
    expect(explain(result, { template: 'web/templates/NOTES.txt', line: 2 })?.text).toBe('This is shop.');
  });

  it('has no answer for what is not there', async () => {
    expect(await ask(100)).toBeUndefined();
    expect(explain(await rendered(), { resource: { kind: 'Pod', name: 'x' }, line: 1 })).toBeUndefined();
    expect(explain(await rendered(), { template: 'x', line: 1 })).toBeUndefined();
  });

  it('gives values of dependencies their origin in the charts around them', async () => {
    const result = await rendered(
      { values: userValues({ set: ['global.zone=a'] }, 'v4') },
      {
        'Chart.yaml':
          '{apiVersion: v2, name: web, version: 1.0.0, dependencies: [{name: db, version: "*", alias: store}]}',
        'values.yaml': 'store:\n  port: 1\nimage: {name: x}\n',
        'charts/db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.0.0}',
        'charts/db/values.yaml': 'port: 2\nuser: u\n',
        'charts/db/templates/a.yaml':
          'kind: Db\nmetadata: {name: db}\nx: {{ .Values.port }} {{ .Values.user }} {{ .Values.global.zone }}\n',
      },
    );
    expect(explain(result, { resource: { kind: 'Db', name: 'db' }, line: 3 })?.values).toMatchObject([
      { path: '.Values.port', key: 'store.port', origin: { source: { file: 'web/values.yaml', line: 2 } } },
      {
        path: '.Values.user',
        key: 'store.user',
        origin: { chart: 'web/charts/store', source: { file: 'web/charts/store/values.yaml', line: 2 } },
      },
      { path: '.Values.global.zone', origin: { flag: '--set global.zone' } },
    ]);
  });

  it('asks nobody twice: clock, randomness and cluster answer as they did', async () => {
    let asked = 0;
    const result = await rendered(
      {
        lookup: () => ({ data: { n: ++asked } }),
      },
      {
        'templates/a.yaml':
          'kind: A\nmetadata: {name: a}\nx: {{ randAlphaNum 8 }} {{ (lookup "v1" "Secret" "a" "b").data.n }}\n',
      },
    );
    const text = result.manifests.find(({ kind }) => kind === 'A')?.content.split('\n')[2];
    expect(explain(result, { resource: { kind: 'A', name: 'a' }, line: 3 })?.text).toBe(text);
    expect(asked).toBe(1);
  });
});
