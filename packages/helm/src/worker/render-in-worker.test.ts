import { gzipSync } from 'node:zlib';
import { MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { packTar, type WorkerBudget, type WorkerPool } from '@gitops-toolkit/core/node';
import { type GoMap, int64, typedList, typedMap } from '@gitops-toolkit/go-template';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadChart } from '../chart/load-chart.ts';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import type { RenderResult } from '../output/render-result.ts';
import { render } from '../render/render.ts';
import { chartOf } from '../testing/chart-of.ts';
import { userValues } from '../values/user-values.ts';
import { renderInWorker, type WorkerRenderOptions } from './render-in-worker.ts';
import { createRenderPool } from './render-pool.ts';

let pool: WorkerPool;
beforeAll(() => {
  pool = createRenderPool({ size: 1 });
});
afterAll(() => pool[Symbol.asyncDispose]());

const CHART_YAML = 'apiVersion: v2\nname: web\nversion: 1.0.0\n';
const release = { name: 'shop' };

/** A chart with something of everything that comes out of a render. */
const shop: Record<string, TreeInput> = {
  'Chart.yaml': `${CHART_YAML}dependencies: [{name: db, version: 1.x}]\n`,
  'values.yaml': 'replicas: 1\nbig: 12345678901234567890\nodd: {__proto__: {a: 1}, constructor: x}\n',
  'crds/site.yaml': 'kind: CustomResourceDefinition\n',
  'files/motd': 'hello\n',
  'templates/_names.tpl': '{{ define "name" }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}',
  'templates/cm.yaml': `kind: ConfigMap
apiVersion: v1
metadata: {name: {{ include "name" . }}}
data: {{ toJson .Values }}
motd: {{ .Files.Get "files/motd" | quote }}
`,
  'templates/hook.yaml':
    'kind: Job\napiVersion: batch/v1\nmetadata: {name: hook, annotations: {helm.sh/hook: "pre-install,test"}}\n',
  'templates/NOTES.txt': 'Runs as {{ .Release.Name }}.\n',
  'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.2.3\n',
  'charts/db/values.schema.json': '{"properties": {"port": {"type": "integer"}}}',
  'charts/db/templates/db.yaml':
    'kind: Service\napiVersion: v1\nmetadata: {name: db}\nport: {{ .Values.port }}\n',
};

/** A chart with one template. */
const oneTemplate = (text: string): MemoryTree =>
  MemoryTree.from({ 'Chart.yaml': CHART_YAML, 'templates/a.yaml': text });

const partsOf = (result: RenderResult): unknown => ({
  manifests: result.manifests,
  hooks: result.hooks,
  crds: result.crds,
  notes: result.notes,
  warnings: result.warnings,
  yaml: result.toYaml({ crds: true }),
});

describe('renderInWorker', () => {
  it.each<Dialect>(['v3', 'v4'])('gives what a render gives, in %s', async (dialect) => {
    const tree = MemoryTree.from(shop);
    const values = userValues({ set: ['replicas=3', 'db.port=5432', 'list={a,b}'] }, dialect);
    const options = { dialect, release, values, capabilities: { kubeVersion: '1.31.0' } };
    const chart = await loadChart(tree, { dialect });
    const expected = partsOf(render(chart, options));
    expect(partsOf(await renderInWorker(chart, { ...options, pool }))).toEqual(expected);
    expect(partsOf(await renderInWorker(tree, { ...options, pool }))).toEqual(expected);
  });

  it('takes a package, and a folder of a tree', async () => {
    const chunks: Uint8Array[] = [];
    for (const chunk of packTar(MemoryTree.from({ web: { directory: true }, ...inFolder('web', shop) })))
      chunks.push(chunk);
    const expected = render(await chartOf(shop), { release }).toYaml();
    const archive = gzipSync(Buffer.concat(chunks));
    expect((await renderInWorker(archive, { release, pool })).toYaml()).toBe(expected);
    const tree = MemoryTree.from(inFolder('charts/web', shop));
    expect((await renderInWorker(tree, { release, path: 'charts/web', pool })).toYaml()).toBe(expected);
  });

  it('renders again with other values, as a chart that was changed by hand asks for', async () => {
    const chart = await chartOf({ 'values.yaml': 'a: 1\n', 'templates/a.yaml': 'a: {{ .Values.a }}' });
    const changed = { ...chart, values: typedMap('map[string]interface {}', [['a', 2]]) };
    const contents = async (given: typeof chart): Promise<(string | undefined)[]> =>
      (await renderInWorker(given, { release, pool })).manifests.map(({ content }) => content);
    expect(await contents(chart)).toEqual(['a: 1']);
    expect(await contents(changed)).toEqual(['a: 2']);
    expect(await contents(chart)).toEqual(['a: 1']);
  });

  it('brings over what only Go tells apart', async () => {
    const values: GoMap = typedMap('map[string]interface {}', [
      ['int64', int64(1n << 62n)],
      ['int', 7n],
      ['float', -0],
      ['nan', NaN],
      ['nil', null],
      ['strings', typedList('[]string', ['a'])],
      ['texts', typedMap('map[string]string', [['a', 'b']])],
      ['bytes', new Uint8Array([1, 2])],
    ]);
    Object.defineProperty(values, '__proto__', { value: 'own', enumerable: true });
    const template = '{{ range $k, $v := .Values }}{{ $k }}: {{ printf "%T %v" $v $v | quote }}\n{{ end }}';
    const chart = await loadChart(oneTemplate(template));
    const expected = render(chart, { release, values }).toYaml();
    expect(expected).toContain('__proto__: "string own"');
    expect((await renderInWorker(chart, { release, values, pool })).toYaml()).toBe(expected);
  });

  it('takes no values that only this thread has', async () => {
    const values = { call: () => 1 };
    const error: unknown = await renderInWorker(oneTemplate(''), { release, values, pool }).catch(String);
    expect(error).toContain('cannot be sent to a worker');
  });

  it('stops the clock where it is told to', async () => {
    const chart = oneTemplate('at: {{ now | date "2006-01-02T15:04" }}');
    const sprig = { now: Date.UTC(2020, 1, 3, 4, 5), localZone: 'UTC' };
    const [manifest] = (await renderInWorker(chart, { release, sprig, pool })).manifests;
    expect(manifest?.content).toBe('at: 2020-02-03T04:05');
  });

  it('looks up in the calling thread what templates ask for, until nothing is missing', async () => {
    const chart = oneTemplate(`
{{- $secret := lookup "v1" "Secret" "prod" "first" }}
{{- $next := (lookup "v1" "ConfigMap" "prod" (required "no first" $secret.next)).value }}
kind: A
value: {{ $next }}
none: {{ lookup "v1" "Pod" "prod" "" | len }}`);
    const asked: string[] = [];
    const lookup = (...request: readonly string[]): Promise<GoMap | undefined> => {
      asked.push(request.join('/'));
      const found = { first: { next: 'second' }, second: { value: 'deep' } }[request[3] ?? ''];
      return Promise.resolve(found);
    };
    const { manifests } = await renderInWorker(chart, { release, lookup, pool });
    expect(manifests[0]?.content).toContain('value: deep\nnone: 0');
    expect(asked).toEqual(['v1/Secret/prod/first', 'v1/ConfigMap/prod/second', 'v1/Pod/prod/']);
  });

  it.each<[string, Record<string, TreeInput>]>([
    ['a template that fails', { 'templates/a.yaml': 'a: 1\nb: {{ include "x" . }}' }],
    ['a template that says so', { 'templates/a.yaml': '{{ fail "not today" }}' }],
    ['output that is no YAML', { 'templates/a.yaml': 'a: 1\n b: [' }],
    ['values against the schema', { 'values.schema.json': '{"required": ["a"]}' }],
    ['a chart that is none', { 'Chart.yaml': 'name: web' }],
  ])('fails as a render fails: %s', async (_title, files) => {
    const tree = MemoryTree.from({ 'Chart.yaml': CHART_YAML, ...files });
    const expected: unknown = await loadChart(tree)
      .then((chart) => render(chart, { release }))
      .catch((error: unknown) => error);
    const error: unknown = await renderInWorker(tree, { release, pool }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HelmError);
    const described = ({ code, message, source, frame, hint, cause }: HelmError): unknown => ({
      code,
      message,
      source,
      frame,
      hint,
      cause: (cause as Error | undefined)?.message,
    });
    expect(described(error as HelmError)).toEqual(described(expected as HelmError));
    expect((error as HelmError).cause?.constructor).toBe((expected as HelmError).cause?.constructor);
  });

  it('ends a render that takes too long, too much memory, or makes too much, and goes on', async () => {
    const loop = oneTemplate('{{ range until 9000000 }}{{ $x := printf "%064d" . }}{{ end }}');
    const growing = oneTemplate(
      '{{ $l := list (repeat 1000 "x") }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}',
    );
    const long = oneTemplate('{{ range until 1000 }}a{{ . }}: 1\n{{ end }}');
    const failing = (chart: MemoryTree, options: Partial<WorkerRenderOptions>): Promise<RenderResult> =>
      renderInWorker(chart, { release, pool, ...options });
    const within = (budget: WorkerBudget): Partial<WorkerRenderOptions> => ({ budget });
    await expect(failing(loop, within({ timeoutMs: 100 }))).rejects.toMatchObject({ code: 'WORKER_TIMEOUT' });
    await expect(failing(growing, within({ maxHeapMb: 100 }))).rejects.toMatchObject({
      code: 'WORKER_HEAP_LIMIT',
    });
    await expect(failing(long, within({ maxOutputBytes: 1000 }))).rejects.toMatchObject({
      code: 'WORKER_OUTPUT_LIMIT',
    });
    await expect(failing(loop, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await expect(failing(long, { limits: { maxIterations: 10 } })).rejects.toMatchObject({
      code: 'HELM_LIMIT',
    });
    expect((await renderInWorker(oneTemplate('a: 1'), { release, pool })).manifests).toHaveLength(1);
  });
});

const inFolder = (folder: string, files: Record<string, TreeInput>): Record<string, TreeInput> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));
