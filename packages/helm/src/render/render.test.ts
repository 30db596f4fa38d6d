import { describe, expect, it } from 'vitest';
import { HelmError } from '../errors.ts';
import { chartOf } from '../testing/chart-of.ts';
import { userValues } from '../values/user-values.ts';
import { render, type RenderOptions } from './render.ts';
import { RenderCache } from './render-cache.ts';

const release = { name: 'shop', namespace: 'prod' };

async function rendered(files: Record<string, string>, options: Partial<RenderOptions> = {}) {
  return render(await chartOf(files, { dialect: options.dialect ?? 'v4' }), { release, ...options });
}

async function failure(
  files: Record<string, string>,
  options: Partial<RenderOptions> = {},
): Promise<HelmError> {
  return rendered(files, options).then(
    () => expect.fail('nothing failed'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(HelmError);
      return error as HelmError;
    },
  );
}

const object = (kind: string, name: string, annotations = ''): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${annotations}`;

describe('render', () => {
  it('gives objects in the order in which they are installed', async () => {
    const result = await rendered({
      'templates/all.yaml': [object('Service', 'a'), object('Namespace', 'b'), object('Site', 'c')].join(
        '---\n',
      ),
    });
    expect(result.manifests.map(({ kind }) => kind)).toEqual(['Namespace', 'Service', 'Site']);
    expect(result.manifests[0]).toMatchObject({
      path: 'web/templates/all.yaml',
      apiVersion: 'v1',
      name: 'b',
    });
  });

  it('writes what helm template prints, hooks after the manifest', async () => {
    const result = await rendered(
      {
        'crds/site.yaml': 'kind: CustomResourceDefinition\n',
        'templates/a.yaml': object('Service', '{{ .Release.Name }}'),
        'templates/b.yaml': object(
          'Job',
          'b',
          '  annotations: {helm.sh/hook: "test, post-install", helm.sh/hook-weight: "-5"}\n',
        ),
      },
      { dialect: 'v3' },
    );
    expect(result.hooks).toMatchObject([
      { name: 'b', events: ['test', 'post-install'], weight: -5, deletePolicies: [] },
    ]);
    const service =
      '---\n# Source: web/templates/a.yaml\napiVersion: v1\nkind: Service\nmetadata:\n  name: shop\n';
    expect(result.toYaml({ tests: false })).toBe(service);
    expect(result.toYaml({ hooks: false, crds: true })).toBe(
      `---\n# Source: web/crds/site.yaml\nkind: CustomResourceDefinition\n\n${service}`,
    );
    expect(result.toYaml({ showOnly: ['templates/a*.yaml'] })).toBe(service);
    expect(result.toYaml()).toContain('# Source: web/templates/b.yaml\n');
    expect(() => result.toYaml({ showOnly: ['templates/none.yaml'] })).toThrow(
      'could not find template templates/none.yaml in chart',
    );
  });

  it('keeps the notes of the chart apart', async () => {
    const files = {
      'templates/NOTES.txt': 'See {{ .Release.Name }}.',
      'charts/db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.0.0}',
      'charts/db/templates/NOTES.txt': 'The database.',
    };
    expect(await rendered(files)).toMatchObject({ notes: 'See shop.', manifests: [] });
    expect((await rendered(files, { subchartNotes: true })).notes).toBe('The database.\nSee shop.');
  });

  it('differs by dialect as Helm 3 and Helm 4 do', async () => {
    const files = { 'values.yaml': 'a: null\n', 'templates/a.yaml': 'a: {{ .Values | toJson }}\n\n' };
    expect((await rendered(files, { dialect: 'v3' })).toYaml()).toBe(
      '---\n# Source: web/templates/a.yaml\na: {"a":null}\n',
    );
    expect((await rendered(files, { dialect: 'v4' })).toYaml()).toBe(
      '---\n# Source: web/templates/a.yaml\na: {}\n',
    );
    expect((await rendered(files, { dialect: 'v4' })).manifest).toBe(
      '---\n# Source: web/templates/a.yaml\na: {}\n\n\n',
    );
  });

  it('leaves out hooks that are for no event that there is', async () => {
    const result = await rendered({
      'templates/a.yaml': object('Job', 'a', '  annotations: {helm.sh/hook: crd-install}\n'),
    });
    expect(result).toMatchObject({
      hooks: [],
      manifests: [],
      warnings: ['info: skipping unknown hook: "crd-install"'],
    });
  });

  it('asks for objects of a cluster where it is given a way to', async () => {
    const result = await rendered(
      { 'templates/a.yaml': 'kind: {{ (lookup "v1" "Secret" "prod" "db").kind }}' },
      {
        lookup: (apiVersion, kind, namespace, name) => ({
          kind: [apiVersion, kind, namespace, name].join('-'),
        }),
      },
    );
    expect(result.manifests[0]?.content).toBe('kind: v1-Secret-prod-db');
  });

  it('compiles nothing where values change and a cache is given', async () => {
    const chart = await chartOf({
      'values.yaml': 'greeting: "Hello, {{ .Values.name }}"\nname: you\nnote: {shown: true}\n',
      'templates/_names.tpl': '{{ define "name" }}{{ .Values.name | quote }}{{ end }}',
      'templates/a.yaml':
        'name: {{ include "name" . }}\ntext: {{ tpl .Values.greeting . }}\nplain: {{ tpl .Values.name . }}\n' +
        'note: {{ (toYaml .Values.note | fromYaml).shown }}\n',
    });
    const cache = new RenderCache();
    const rendering = (name: string): string =>
      render(chart, { release, cache, values: { name } })
        .manifests.map(({ content }) => content)
        .join();
    const of = (name: string): string => `name: "${name}"\ntext: Hello, ${name}\nplain: ${name}\nnote: true`;
    expect(rendering('Ada').trim()).toBe(of('Ada'));
    const { made } = cache.templates;
    expect(made.compiled).toBeGreaterThan(0);
    expect(rendering('Grace').trim()).toBe(of('Grace'));
    expect(rendering('Ada').trim()).toBe(of('Ada'));
    expect(cache.templates.made).toEqual(made);
  });

  it('gives what templates read of YAML to each of them anew', async () => {
    const chart = await chartOf({
      'templates/a.yaml':
        '{{ $read := fromYaml "a: {b: 1}" }}before: {{ $read.a.b }}{{ $_ := set $read.a "b" 2 }}',
    });
    const cache = new RenderCache();
    for (let i = 0; i < 2; i++) {
      expect(render(chart, { release, cache }).manifests[0]?.content).toBe('before: 1');
    }
  });

  it('renders the same chart again and again', async () => {
    const chart = await chartOf({
      'Chart.yaml':
        '{apiVersion: v2, name: web, version: 1.0.0, dependencies: [{name: db, version: "*", alias: store}]}',
      'charts/db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.0.0}',
      'charts/db/templates/a.yaml':
        'name: {{ .Chart.Name }}{{ $_ := set .Values "seen" true }}{{ .Values.seen }}',
    });
    const once = render(chart, { release }).toYaml();
    expect(once).toBe('---\n# Source: web/charts/store/templates/a.yaml\nname: storetrue\n');
    expect(render(chart, { release }).toYaml()).toBe(once);
  });
});

describe('what cannot be rendered', () => {
  it('HELM_TEMPLATE_FAILED names the line, in the words of the dialect', async () => {
    const files = { 'templates/a.yaml': 'a: 1\nb: {{ .Values.x.y }}\n' };
    expect(await failure(files, { dialect: 'v3' })).toMatchObject({
      code: 'HELM_TEMPLATE_FAILED',
      message:
        'template: web/templates/a.yaml:2:13: executing "web/templates/a.yaml" at <.Values.x.y>: nil pointer evaluating interface {}.y',
      source: { file: 'web/templates/a.yaml', line: 2 },
    });
    expect((await failure(files)).message).toMatch(/^web\/templates\/a\.yaml:2:13\n {2}executing /);
    expect((await failure({ 'templates/a.yaml': '{{ fail "no" }}' })).message).toBe(
      'execution error at (web/templates/a.yaml:1:3): no',
    );
    expect((await failure({ 'templates/a.yaml': '{{ env "HOME" }}' })).message).toBe(
      'parse error at (web/templates/a.yaml:1): function "env" not defined',
    );
  });

  it('HELM_OUTPUT_INVALID names the template that made what is no object', async () => {
    const error = await failure({ 'templates/a.yaml': 'a: [1' });
    expect(error).toMatchObject({ code: 'HELM_OUTPUT_INVALID', source: { file: 'web/templates/a.yaml' } });
    expect(error.message).toMatch(
      /^YAML parse error on web\/templates\/a\.yaml: error converting YAML to JSON: yaml: /,
    );
    expect((await failure({ 'templates/a.yaml': 'text' }, { dialect: 'v3' })).message).toBe(
      'YAML parse error on web/templates/a.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type releaseutil.SimpleHead',
    );
  });

  it('HELM_RELEASE_INVALID is for names and versions', async () => {
    expect(await failure({}, { release: { name: 'Web' } })).toMatchObject({ code: 'HELM_RELEASE_INVALID' });
    expect((await failure({}, { capabilities: { kubeVersion: 'new' } })).message).toBe(
      `invalid kube version 'new': could not parse "new" as version`,
    );
  });

  it('HELM_KUBE_VERSION_INCOMPATIBLE is for a cluster that the chart is not for', async () => {
    const files = { 'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0, kubeVersion: ">=1.30.0-0"}' };
    expect(await failure(files, { capabilities: { kubeVersion: '1.29.3' } })).toMatchObject({
      code: 'HELM_KUBE_VERSION_INCOMPATIBLE',
      message: 'chart requires kubeVersion: >=1.30.0-0 which is incompatible with Kubernetes v1.29.3',
    });
    await expect(rendered(files, { capabilities: { kubeVersion: '1.30.1-eks.4' } })).resolves.toBeDefined();
  });

  it('HELM_DEPENDENCY_MISSING is for a chart that is not in charts/', async () => {
    const files = {
      'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0, dependencies: [{name: db, version: 1.0.0}]}',
    };
    const error = await failure(files);
    expect(error.code).toBe('HELM_DEPENDENCY_MISSING');
    expect(error.message).toContain('found in Chart.yaml, but missing in charts/ directory: db');
  });

  it('HELM_CHART_INVALID is for a library', async () => {
    const files = { 'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0, type: library}' };
    expect(await failure(files)).toMatchObject({
      code: 'HELM_CHART_INVALID',
      message: 'library charts are not installable',
    });
  });

  it('HELM_VALUES_INVALID is for values of a dependency that are no map', async () => {
    const files = {
      'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0, dependencies: [{name: db, version: 1.0.0}]}',
      'charts/db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.0.0}',
    };
    const values = userValues({ set: ['db=null'] }, 'v4');
    expect(await failure(files, { values })).toMatchObject({
      code: 'HELM_VALUES_INVALID',
      message: 'chart dependencies processing failed: type mismatch on db: %!t(<nil>)',
    });
  });

  it('HELM_LIMIT ends what takes too much', async () => {
    const loop = { 'templates/a.yaml': '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}' };
    expect(await failure(loop)).toMatchObject({ code: 'HELM_LIMIT' });
    const output = { 'templates/a.yaml': '{{ range until 1000 }}{{ repeat 1000 "x" }}{{ end }}' };
    expect(await failure(output, { limits: { maxOutput: 10_000 } })).toMatchObject({ code: 'HELM_LIMIT' });
  });

  it('a template that includes itself ends after Helm’s thousand rounds', async () => {
    const error = await failure({
      'templates/_a.tpl': '{{ define "a" }}{{ include "a" . }}{{ end }}',
      'templates/b.yaml': '{{ include "a" . }}',
    });
    expect(['HELM_TEMPLATE_FAILED', 'HELM_LIMIT']).toContain(error.code);
  });
});

describe('.Capabilities and .Chart', () => {
  it('are in JSON what they are in Go', async () => {
    const template =
      '{{ toJson .Capabilities.HelmVersion }}{{ toJson .Chart.Annotations }}{{ .Chart.Annotations.none }}';
    const text = async (dialect: 'v3' | 'v4'): Promise<string | undefined> =>
      (await rendered({ 'templates/NOTES.txt': template }, { dialect })).notes;
    expect(await text('v3')).toBe('{"version":"v3.20.2","go_version":"go1.26.8"}null');
    expect(await text('v4')).toBe(
      '{"version":"v4.2.3","go_version":"go1.26.8","kube_client_version":"v1.36"}null',
    );
  });

  it('the root of templates is a Values, what is under Subcharts a map', async () => {
    const files = {
      'templates/NOTES.txt': '{{ printf "%T %T" $ .Subcharts.db }}',
      'charts/db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.0.0}',
    };
    expect((await rendered(files, { dialect: 'v3' })).notes).toBe('chartutil.Values map[string]interface {}');
  });
});

describe('names that JavaScript knows', () => {
  it('are names like any other', async () => {
    const result = await rendered({
      'values.yaml': '__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 2}}\ntoString: text\n',
      'templates/_a.tpl':
        '{{ define "__proto__" }}P{{ .Values.constructor.prototype.polluted }}{{ end }}{{ define "toString" }}S{{ end }}',
      'templates/b.yaml':
        'a: {{ include "__proto__" . }}{{ template "toString" }}{{ .Values.toString }}{{ (index .Values "__proto__").polluted }}{{ .Values.hasOwnProperty }}',
    });
    expect(result.manifests[0]?.content).toBe('a: P2Stext1');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('are set by flags like any other', async () => {
    const values = userValues({ set: ['__proto__.polluted=1', 'constructor.prototype.polluted=2'] }, 'v4');
    const result = await rendered({ 'templates/a.yaml': 'a: {{ .Values | toJson }}' }, { values });
    expect(result.manifests[0]?.content).toBe(
      'a: {"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}}}',
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
