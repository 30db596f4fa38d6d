import { type FileTree, MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { packFiles } from '../testing/pack-files.ts';
import type { ChartRequest } from './chart-request.ts';
import type { FetchChart, WantedChart } from './chart-shelf.ts';
import { withCharts } from './with-charts.ts';

const CHART = {
  'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}\n',
  'values.yaml': 'tier: front\n',
  'crds/site.yaml': 'kind: CustomResourceDefinition\n',
  'templates/cm.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
data: {tier: {{ .Values.tier }}, kube: {{ .Capabilities.KubeVersion.Version }}, size: "{{ .Values.size }}"}
`,
  'templates/hook.yaml': `kind: Job
metadata: {name: hook, annotations: {helm.sh/hook: pre-install}}
`,
};

function requestOf(tree: FileTree, chartPath: string, more: Partial<ChartRequest> = {}): ChartRequest {
  const base = {
    name: 'web',
    values: [],
    apiVersions: [],
    includeCRDs: false,
    skipHooks: true,
    skipTests: false,
  };
  return { ...base, tree, chartPath, isLocal: true, ...more };
}

const below = (root: string): Record<string, string> =>
  Object.fromEntries(Object.entries(CHART).map(([name, text]) => [`${root}/${name}`, text]));

const packed = (): Promise<Uint8Array> => packFiles(below('web'));

describe('withCharts()', () => {
  const tree = MemoryTree.from(below('charts/web'));

  it('renders a chart of the tree in the first run', async () => {
    let runs = 0;
    const yaml = await withCharts((render) => {
      runs++;
      return render(
        requestOf(tree, 'charts/web', {
          releaseName: 'shop',
          namespace: 'prod',
          values: [{ size: 1000000 }],
        }),
      );
    });
    expect(runs).toBe(1);
    expect(yaml).toContain('metadata: {name: shop, namespace: prod}\n');
    expect(yaml).toContain('tier: front');
    expect(yaml).toContain('size: "1e+06"');
    expect(yaml).not.toContain('kind: Job');
  });

  it('puts values together in their order, and adds what is asked for', async () => {
    const yaml = await withCharts(
      (render) =>
        render(
          requestOf(tree, 'charts/web', {
            nameTemplate: '{{ "A" | lower }}',
            values: [{ tier: 'a', size: 1 }, { tier: 'b' }],
            includeCRDs: true,
            skipHooks: false,
          }),
        ),
      { dialect: 'v3', capabilities: { kubeVersion: '1.27.0' } },
    );
    expect(yaml).toMatch(/^---\n# Source: web\/crds\/site.yaml\n/);
    expect(yaml).toContain('metadata: {name: a, namespace: default}');
    expect(yaml).toContain('{tier: b, kube: v1.27.0, size: "1"}');
    expect(yaml).toContain('kind: Job');
  });

  it('calls a release without a name as Helm does', async () => {
    expect(await withCharts((render) => render(requestOf(tree, 'charts/web')))).toContain(
      'name: release-name,',
    );
    const both = requestOf(tree, 'charts/web', { releaseName: 'a', nameTemplate: 'b' });
    await expect(withCharts((render) => render(both))).rejects.toMatchObject({
      code: 'HELM_RELEASE_INVALID',
      message: 'cannot set --name-template and also specify a name',
    });
  });

  it('fetches the charts of repositories, each once, and runs again', async () => {
    const wanted: WantedChart[] = [];
    const bytes = await packed();
    const fetchChart: FetchChart = async (chart) => {
      wanted.push(chart);
      return chart.name === 'web'
        ? bytes
        : MemoryTree.from({ ...CHART, 'Chart.yaml': CHART['Chart.yaml'].replace('web', 'db') });
    };
    const web = requestOf(tree, 'none/web', {
      isLocal: false,
      repo: 'https://charts.example.com',
      version: '1.0.0',
    });
    const db = requestOf(tree, 'none/db', {
      isLocal: false,
      name: 'db',
      repo: 'oci://ghcr.io/acme',
      releaseName: 'db',
    });
    const seen: string[][] = [];
    await withCharts(
      (render) => {
        const texts = [web, db, web].map(render);
        seen.push(texts);
        if (texts.includes('')) throw new Error('not whole yet');
      },
      { fetchChart },
    );
    expect(wanted).toEqual([
      { name: 'web', repo: 'https://charts.example.com', version: '1.0.0' },
      { name: 'db', repo: 'oci://ghcr.io/acme' },
    ]);
    expect(seen[0]).toEqual(['', '', '']);
    expect(seen[1]?.[0]).toContain('name: release-name,');
    expect(seen[1]?.[1]).toContain('name: db,');
    expect(seen).toHaveLength(2);
  });

  it('puts values below those of a chart', async () => {
    const request = requestOf(tree, 'charts/web', { values: [], valuesBelow: { tier: 'mine', size: 7 } });
    expect(await withCharts((render) => render(request))).toMatch(/\{tier: front, .*, size: "7"\}/);
  });

  it('unpacks what is packed in a chart of the tree', async () => {
    const parent = MemoryTree.from({
      'charts/shop/Chart.yaml': '{apiVersion: v2, name: shop, version: 1.0.0}',
      'charts/shop/charts/web-1.0.0.tgz': await packed(),
    });
    const request = requestOf(parent, 'charts/shop', { name: 'shop', releaseName: 'x' });
    expect(await withCharts((render) => render(request))).toContain(
      '# Source: shop/charts/web/templates/cm.yaml',
    );
  });

  it('gives the failure of a whole run, and says where nothing fetches', async () => {
    const failing = requestOf(MemoryTree.from({ 'a/Chart.yaml': '{}' }), 'a');
    await expect(withCharts((render) => render(failing))).rejects.toMatchObject({
      code: 'HELM_CHART_INVALID',
    });
    const remote = requestOf(tree, 'none/web', {
      isLocal: false,
      repo: 'https://charts.example.com',
      version: '^1',
    });
    await expect(withCharts((render) => render(remote))).rejects.toMatchObject({
      code: 'HELM_CHART_NOT_FETCHED',
      message: 'chart web ^1 of https://charts.example.com is not there, and nothing fetches it',
    });
  });

  it('ends where every run needs another chart', async () => {
    let i = 0;
    const endless = withCharts(
      (render) => render(requestOf(tree, '', { isLocal: false, repo: 'https://x', name: `c${i++}` })),
      { fetchChart: async () => MemoryTree.from(CHART) },
    );
    await expect(endless).rejects.toMatchObject({ code: 'HELM_LIMIT' });
  });

  it('stops at a signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(withCharts(() => 1, { signal })).rejects.toThrow('enough');
  });
});
