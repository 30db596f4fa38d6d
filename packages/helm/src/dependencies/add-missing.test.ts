import { MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { packageChart } from '../package/package-chart.ts';
import type { ChartFetch } from '../repository/chart-fetch.ts';
import { loadWithDependencies } from './add-missing.ts';

const chartYaml = (name: string, version: string) => `{apiVersion: v2, name: ${name}, version: ${version}}`;
const packed = async (name: string, version: string) =>
  (await packageChart(MemoryTree.from({ 'Chart.yaml': chartYaml(name, version) }))).data;
const INDEX = ['1.0.0', '1.4.0']
  .map((version) => `  - {name: db, version: ${version}, urls: [db-${version}.tgz]}\n`)
  .join('');

function repository(asked: string[]): ChartFetch {
  return {
    http: async (url) => {
      asked.push(url);
      if (url.endsWith('index.yaml')) return Buffer.from(`apiVersion: v1\nentries:\n  db:\n${INDEX}`);
      return packed('db', /db-(.*)\.tgz/.exec(url)?.[1] ?? '');
    },
  };
}

const WEB = `apiVersion: v2
name: web
version: 1.0.0
dependencies:
- {name: db, version: 1.x, repository: "https://charts.example.com"}
- {name: common, version: 0.1.0, repository: "file://../common"}
- {name: vendored, version: 2.0.0, repository: "https://nobody.example.com"}
`;
const FILES = {
  'web/Chart.yaml': WEB,
  'web/charts/vendored/Chart.yaml': chartYaml('vendored', '2.0.0'),
  'common/Chart.yaml': chartYaml('common', '0.1.0'),
};

describe('a chart whose dependencies are not all in charts/', () => {
  it('gets those that are missing: fetched, and from folders beside it', async () => {
    const asked: string[] = [];
    const { chart, added } = await loadWithDependencies(MemoryTree.from(FILES), {
      path: 'web',
      fetch: repository(asked),
    });
    expect(added).toBe(2);
    expect(chart.dependencies.map(({ metadata: { name, version } }) => `${name} ${version}`)).toEqual([
      'vendored 2.0.0',
      'db 1.4.0',
      'common 0.1.0',
    ]);
    expect(asked.every((url) => url.startsWith('https://charts.example.com/'))).toBe(true);
    expect((await packageChart(chart)).fileName).toBe('web-1.0.0.tgz');
  });

  it('gets them in the versions of its lock file', async () => {
    const lock = 'dependencies:\n- {name: db, version: 1.0.0, repository: "https://charts.example.com"}\n';
    const tree = MemoryTree.from({
      'Chart.yaml': `${chartYaml('web', '1.0.0').slice(0, -1)}, dependencies: [{name: db, version: 1.x, repository: "https://charts.example.com"}]}`,
      'Chart.lock': `${lock}digest: sha256:0\ngenerated: "2024-01-01T00:00:00Z"\n`,
    });
    const { chart } = await loadWithDependencies(tree, { fetch: repository([]) });
    expect(chart.dependencies[0]?.metadata.version).toBe('1.0.0');
  });

  it('that has all of them fetches nothing', async () => {
    const tree = MemoryTree.from({ 'Chart.yaml': chartYaml('web', '1.0.0') });
    expect((await loadWithDependencies(tree)).added).toBe(0);
  });
});
