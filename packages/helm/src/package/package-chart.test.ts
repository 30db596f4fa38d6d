import { gunzipSync } from 'node:zlib';
import { digestOf, MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { unpackChart } from '../chart/chart-archive.ts';
import { loadChart } from '../chart/load-chart.ts';
import { packageChart, type PackageOptions } from './package-chart.ts';

const CHART: Record<string, TreeInput> = {
  'Chart.yaml': `# A comment goes
apiVersion: v2
name: web
version: 1.0.0
appVersion: "1.10"
description: "The web:  server"
dependencies:
- {name: db, version: ">=1", condition: db.enabled, import-values: [{child: a, parent: b}]}
maintainers:
- {name: Someone}
keywords: []
`,
  'Chart.lock':
    'generated: "2024-01-02T03:04:05.120+00:00"\ndigest: sha256:1\ndependencies:\n- {name: db, version: 1.0.0}\n',
  'values.yaml': '\ufeffreplicas: 1 # stays\n',
  'values.schema.json': '{}',
  'templates/web.yaml': 'a: {{ .Values.replicas }}\n',
  'templates/.hidden': 'never packaged',
  'crds/web.yaml': 'kind: CustomResourceDefinition\n',
  'README.md': 'Read me',
  '.helmignore': '*.bak\n',
  'old.bak': 'ignored',
  'charts/db/Chart.yaml': 'apiVersion: v1\nname: db\nversion: 1.0.0\n',
  'charts/db/requirements.yaml': 'dependencies: []\n',
  'charts/db/values.yaml': 'size: 1\n',
};

async function filesOf(data: Uint8Array): Promise<Record<string, string>> {
  const files = await unpackChart(data);
  return Object.fromEntries(files.map((file) => [file.name, new TextDecoder().decode(file.data)]));
}

const packed = (files: Record<string, TreeInput>, options?: PackageOptions) =>
  packageChart(MemoryTree.from(files), options);

describe('packageChart', () => {
  it('has the files in the order of Helm', async () => {
    const { fileName, data } = await packed(CHART);
    expect(fileName).toBe('web-1.0.0.tgz');
    expect(Object.keys(await filesOf(data))).toEqual([
      'Chart.yaml',
      'Chart.lock',
      'values.yaml',
      'values.schema.json',
      'templates/web.yaml',
      '.helmignore',
      'README.md',
      'crds/web.yaml',
      'charts/db/Chart.yaml',
      'charts/db/values.yaml',
      'charts/db/requirements.yaml',
    ]);
  });

  it('writes Chart.yaml and Chart.lock anew, and leaves the rest as it is', async () => {
    const files = await filesOf((await packed(CHART)).data);
    expect(files['Chart.yaml']).toBe(`apiVersion: v2
appVersion: "1.10"
dependencies:
- condition: db.enabled
  import-values:
  - child: a
    parent: b
  name: db
  repository: ""
  version: '>=1'
description: 'The web:  server'
maintainers:
- name: Someone
name: web
version: 1.0.0
`);
    expect(files['Chart.lock']).toBe(`dependencies:
- name: db
  repository: ""
  version: 1.0.0
digest: sha256:1
generated: "2024-01-02T03:04:05.12Z"
`);
    expect(files['values.yaml']).toBe('replicas: 1 # stays\n');
  });

  it('takes another version and appVersion', async () => {
    const { fileName, data } = await packed(CHART, { version: '2.0.0-rc.1+b', appVersion: '7' });
    expect(fileName).toBe('web-2.0.0-rc.1+b.tgz');
    const { metadata } = await loadChart(data);
    expect([metadata.version, metadata.appVersion]).toEqual(['2.0.0-rc.1+b', '7']);
  });

  it('gives the same bytes for the same chart, whatever order it came in', async () => {
    const { data } = await packed(CHART);
    const again = await packed(Object.fromEntries(Object.entries(CHART).toReversed()));
    expect(digestOf(again.data)).toBe(digestOf(data));
    expect(digestOf((await packed(CHART, { time: new Date('2024-01-01T00:00:00Z') })).data)).not.toBe(
      digestOf(data),
    );
  });

  it('packages what it packaged', async () => {
    const { data } = await packed(CHART);
    const loaded = await loadChart(data);
    expect(digestOf((await packageChart(loaded)).data)).toBe(digestOf(data));
  });

  it('has a header as Helm, and a tar that others read', async () => {
    const { data } = await packed(CHART);
    expect([...data.subarray(0, 12)]).toEqual([0x1f, 0x8b, 8, 0x14, 0, 0, 0, 0, 0, 0xff, 41, 0]);
    const tar = gunzipSync(data);
    expect(tar.subarray(0, 14).toString()).toBe('web/Chart.yaml');
    expect(tar.subarray(100, 107).toString()).toBe('0000644');
    expect(tar.length % 512).toBe(0);
  });

  it.each([
    [{ version: 'latest' }, 'HELM_CHART_INVALID', 'invalid semantic version'],
    [{}, 'HELM_DEPENDENCY_MISSING', 'found in Chart.yaml, but missing in charts/ directory: db'],
  ] as const)('refuses with %o', async (options, code, message) => {
    const {
      'charts/db/Chart.yaml': _,
      'charts/db/values.yaml': __,
      'charts/db/requirements.yaml': ___,
      ...bare
    } = CHART;
    await expect(packed(bare, options)).rejects.toThrow(expect.objectContaining({ code, message }));
  });

  it('refuses a schema that is no JSON', async () => {
    await expect(packed({ ...CHART, 'values.schema.json': '{' })).rejects.toThrow(
      'invalid JSON in values.schema.json',
    );
  });

  it.each(['.', '..', 'a/b', '..\\x', '../../etc'])(
    'SEC-HELM-05: refuses a chart of the name %j',
    async (name) => {
      const files = { 'Chart.yaml': JSON.stringify({ apiVersion: 'v2', name, version: '1.0.0' }) };
      await expect(packed(files)).rejects.toThrow(expect.objectContaining({ code: 'HELM_CHART_INVALID' }));
    },
  );
});
