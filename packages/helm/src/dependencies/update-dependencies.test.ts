import { digestOf, type FileTree, MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadChart } from '../chart/load-chart.ts';
import { ChartServer } from '../testing/chart-server.ts';
import type { FetchDependenciesOptions } from './manager-options.ts';
import { buildDependencies, updateDependencies } from './update-dependencies.ts';

const time = new Date('2026-01-02T03:04:05.600Z');

function chart(dependencies: unknown, files: Record<string, TreeInput> = {}): MemoryTree {
  const metadata = { apiVersion: 'v2', name: 'web', version: '1.0.0', dependencies };
  return MemoryTree.from({ 'Chart.yaml': JSON.stringify(metadata), ...files });
}

const text = (tree: FileTree, path: string): string => new TextDecoder().decode(tree.read(path));
const names = (tree: FileTree, path: string): string[] => [...tree.list(path)].map(({ name }) => name);
const refusal = (code: string, message: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

let server: ChartServer;

beforeAll(async () => {
  server = await ChartServer.start();
  for (const version of ['1.0.0', '1.10.0', '1.9.0', '2.0.0-rc.1']) await server.add('db', version);
  await server.add('cache', '0.1.0+build.7');
});

afterAll(() => server[Symbol.asyncDispose]());

const update = (tree: FileTree, options: FetchDependenciesOptions = {}) =>
  updateDependencies(tree, { fetch: server.fetch, time, ...options });
const build = (tree: FileTree, options: FetchDependenciesOptions = {}) =>
  buildDependencies(tree, { fetch: server.fetch, time, ...options });

describe('updateDependencies', () => {
  it('takes the highest versions that the chart allows, and locks them', async () => {
    const { tree, lock, dependencies } = await update(
      chart([
        { name: 'db', version: '^1.0.0', repository: server.url },
        { name: 'cache', version: '>=0', repository: `${server.url}/` },
      ]),
    );
    expect(names(tree, 'charts')).toEqual(['cache-0.1.0+build.7.tgz', 'db-1.10.0.tgz']);
    expect(dependencies.map(({ fileName }) => fileName)).toEqual([
      'db-1.10.0.tgz',
      'cache-0.1.0+build.7.tgz',
    ]);
    expect(text(tree, 'Chart.lock')).toBe(`dependencies:
- name: db
  repository: ${server.url}
  version: 1.10.0
- name: cache
  repository: ${server.url}/
  version: 0.1.0+build.7
digest: ${lock?.digest}
generated: "2026-01-02T03:04:05.6Z"
`);
    const loaded = await loadChart(tree);
    expect(loaded.dependencies.map(({ metadata }) => metadata.version)).toEqual(['0.1.0+build.7', '1.10.0']);
  });

  it('leaves the lock file as it is where it says the same', async () => {
    const { tree } = await update(chart([{ name: 'db', version: '1.x', repository: server.url }]));
    const again = await update(tree, { time: new Date('2030-01-01T00:00:00Z') });
    expect(text(again.tree, 'Chart.lock')).toBe(text(tree, 'Chart.lock'));
  });

  it('takes charts of the tree: by file://, and those that are in charts/', async () => {
    const metadata = {
      apiVersion: 'v2',
      name: 'web',
      version: '1.0.0',
      dependencies: [
        { name: 'common', version: '*', repository: 'file://../common' },
        { name: 'own', version: '~3.1', repository: '' },
      ],
    };
    const { tree, lock } = await update(
      MemoryTree.from({
        'web/Chart.yaml': JSON.stringify(metadata),
        'web/charts/own/Chart.yaml': 'apiVersion: v2\nname: own\nversion: 3.1.4\n',
        'common/Chart.yaml': 'apiVersion: v2\nname: common\nversion: 2.0.1\n',
        'common/values.yaml': 'a: 1\n',
      }),
      { path: 'web' },
    );
    expect(names(tree, 'web/charts')).toEqual(['common-2.0.1.tgz', 'own']);
    expect(lock?.dependencies).toEqual([
      { name: 'common', repository: 'file://../common', version: '2.0.1' },
      { name: 'own', repository: '', version: '~3.1' },
    ]);
  });

  it('finds repositories by their names', async () => {
    const repositories = [{ name: 'stable', url: server.url }];
    const dependencies = [
      { name: 'db', version: '1.0.0', repository: '@stable' },
      { name: 'db', version: '1.9.0', repository: 'alias:stable', alias: 'other' },
    ];
    const { lock, tree } = await update(chart(dependencies), { repositories });
    expect(lock?.dependencies?.map(({ repository }) => repository)).toEqual([server.url, server.url]);
    expect(names(tree, 'charts')).toEqual(['db-1.0.0.tgz', 'db-1.9.0.tgz']);
    await expect(build(tree, { repositories })).resolves.toMatchObject({ lock });
  });

  it('pulls from registries, whose tags have an underscore for the plus', async () => {
    const data = await server.add('cache', '0.1.0+build.7');
    const asked: string[] = [];
    const { tree, lock } = await update(
      chart([{ name: 'cache', version: '0.x', repository: 'oci://registry.example.com/charts' }]),
      {
        fetch: {
          ociTags: async () => ['latest', '0.0.9', '0.1.0_build.7', '1.0.0'],
          oci: async (repository, tag) => {
            asked.push(`${repository}:${tag}`);
            return { chart: data };
          },
        },
      },
    );
    expect(asked).toEqual(['oci://registry.example.com/charts/cache:0.1.0_build.7']);
    expect(lock?.dependencies?.[0]?.version).toBe('0.1.0+build.7');
    expect(names(tree, 'charts')).toEqual(['cache-0.1.0+build.7.tgz']);
  });

  it('removes packages that no dependency is for, and keeps what it cannot judge', async () => {
    const old = await server.add('db', '1.0.0');
    const warnings: string[] = [];
    const { tree } = await update(
      chart([{ name: 'db', version: '1.9.0', repository: server.url }], {
        'charts/db-0.9.0.tgz': old,
        'charts/_notes.txt': 'mine',
        'charts/own/Chart.yaml': 'apiVersion: v2\nname: own\nversion: 3.1.4\n',
      }),
      { warn: (message) => warnings.push(message) },
    );
    expect(names(tree, 'charts')).toEqual(['_notes.txt', 'db-1.9.0.tgz', 'own']);
    expect(warnings).toEqual([
      'Could not verify charts/_notes.txt for deletion: gzip: invalid header (Skipping)',
    ]);
  });

  it('writes requirements.lock for a chart of the first format', async () => {
    const { tree } = await update(
      MemoryTree.from({
        'Chart.yaml': 'apiVersion: v1\nname: web\nversion: 1.0.0\n',
        'requirements.yaml': JSON.stringify({
          dependencies: [{ name: 'db', version: '1.x', repository: server.url }],
        }),
      }),
    );
    expect(text(tree, 'requirements.lock')).toContain('version: 1.10.0');
    expect(names(tree, '')).not.toContain('Chart.lock');
  });

  it('does nothing for a chart without dependencies', async () => {
    const tree = chart(undefined);
    expect(await update(tree)).toEqual({ tree, dependencies: [] });
  });

  it('asks for each index and each package once', async () => {
    server.requests.length = 0;
    const dependency = { name: 'db', version: '1.0.0', repository: server.url };
    await update(
      chart([dependency, { ...dependency, alias: 'b' }, { ...dependency, alias: 'c', version: '1.9.0' }]),
    );
    expect(server.requests.toSorted()).toEqual(['/db-1.0.0.tgz', '/db-1.9.0.tgz', '/index.yaml']);
  });

  it.each([
    [
      { name: 'db', version: '9.x' },
      'HELM_CHART_NOT_FOUND',
      'can\'t get a valid version for 1 subchart(s): "db" (repository',
    ],
    [{ name: 'none', version: '1' }, 'HELM_CHART_NOT_FOUND', 'none chart not found in repo http'],
    [
      { name: 'db', version: 'latest' },
      'HELM_CHART_INVALID',
      'dependency "db" has an invalid version/constraint format: improper constraint: "latest"',
    ],
    [
      { name: 'db', version: '1', repository: 'stable' },
      'HELM_DEPENDENCY_MISSING',
      "no repository definition for stable. Please add them via 'helm repo add'\nNote that",
    ],
    [
      { name: 'db', version: '1', repository: '@stable' },
      'HELM_DEPENDENCY_MISSING',
      'no repository definition for @stable. Please',
    ],
    [
      { name: 'db', version: '1', repository: 'file://../db' },
      'HELM_DEPENDENCY_MISSING',
      'directory ../db not found',
    ],
    [
      { name: 'db', version: '1', repository: '' },
      'HELM_DEPENDENCY_MISSING',
      'directory charts/db not found',
    ],
    [{ name: 'db', version: '1', repository: 'ftp://x' }, 'HELM_FETCH_FAILED', 'scheme "ftp" not supported'],
    [{ name: 'db', version: '1', repository: 'oci://x' }, 'HELM_FETCH_FAILED', 'scheme "oci" not supported'],
  ])('refuses %o as Helm does', async (dependency, code, message) => {
    await expect(update(chart([{ repository: server.url, ...dependency }]))).rejects.toThrow(
      refusal(code, message),
    );
  });

  it('has the words of Helm 3 in its dialect', async () => {
    const tree = chart([{ name: 'db', version: 'latest', repository: server.url }]);
    await expect(update(tree, { dialect: 'v3' })).rejects.toThrow('format: improper constraint: latest');
  });

  it('says which repository cannot be reached, and that a retry may help', async () => {
    const repository = `${server.url}/none`;
    await expect(update(chart([{ name: 'db', version: '1', repository }]))).rejects.toThrow(
      expect.objectContaining({
        code: 'HELM_FETCH_FAILED',
        retry: 'backoff',
        message: `looks like "${repository}" is not a valid chart repository or cannot be reached: failed to fetch ${repository}/index.yaml : 404`,
      }),
    );
  });

  it('refuses a package that is not what the index says', async () => {
    await using other = await ChartServer.start();
    await other.add('db', '1.0.0', { digest: digestOf('other').slice('sha256:'.length) });
    const tree = chart([{ name: 'db', version: '1', repository: other.url }]);
    await expect(update(tree)).rejects.toThrow(
      refusal('HELM_DIGEST_MISMATCH', 'db-1.0.0.tgz does not have the digest'),
    );
  });

  it('refuses a package that is no chart', async () => {
    await using other = await ChartServer.start();
    await other.add('db', '1.0.0', { digest: '' });
    other.files.set('/db-1.0.0.tgz', 'not a chart');
    const tree = chart([{ name: 'db', version: '1', repository: other.url }]);
    await expect(update(tree)).rejects.toThrow(refusal('HELM_CHART_INVALID', 'gzip: invalid header'));
  });

  it('LIM-HELM-01: bounds packages, indexes and dependencies', async () => {
    const dependency = { name: 'db', version: '1', repository: server.url };
    const tree = chart([dependency]);
    await expect(update(tree, { maxChartBytes: 100 })).rejects.toThrow(
      refusal('HELM_LIMIT', 'larger than 100 bytes'),
    );
    await expect(update(tree, { limits: { indexBytes: 100 } })).rejects.toThrow(
      refusal('HELM_LIMIT', 'index'),
    );
    const many = Array.from({ length: 3 }, (_, i) => ({ ...dependency, alias: `a${i}` }));
    await expect(update(chart(many), { maxDependencies: 2 })).rejects.toThrow(
      refusal('HELM_LIMIT', '3 dependencies'),
    );
  });

  it('SEC-HELM-05: writes through no link, and takes no name of a file from a server that leads elsewhere', async () => {
    const dependencies = [{ name: 'db', version: '1', repository: server.url }];
    const linkedLock = chart(dependencies, { 'Chart.lock': { symlink: '../../other' } });
    await expect(update(linkedLock)).rejects.toThrow('the Chart.lock file is a symlink to "../../other"');
    const linkedCharts = chart(dependencies, { charts: { symlink: 'other' }, 'other/_a': '' });
    await expect(update(linkedCharts)).rejects.toThrow('"charts" is not a directory');
    await using other = await ChartServer.start();
    const data = await other.add('db', '1.0.0', { urls: ['a%2F..%2F..%5Cevil.tgz'], digest: '' });
    other.files.set('/a%2F..%2F..%5Cevil.tgz', data);
    const { tree } = await update(chart([{ name: 'db', version: '1', repository: other.url }]));
    expect(names(tree, 'charts')).toEqual(['db-1.0.0.tgz']);
  });

  it('SEC-HELM-02: looks at no folder outside of the tree', async () => {
    for (const repository of ['file:///etc', 'file://../../etc', 'file://link'])
      await expect(
        update(chart([{ name: 'db', version: '1', repository }], { link: { symlink: '../etc' } })),
      ).rejects.toThrow(refusal('HELM_DEPENDENCY_MISSING', 'not found'));
  });

  it('stops when the signal is aborted', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const tree = chart([{ name: 'db', version: '1', repository: server.url }]);
    await expect(update(tree, { signal })).rejects.toThrow('enough');
  });
});

describe('buildDependencies', () => {
  const dependencies = (): unknown => [{ name: 'db', version: '1.x', repository: server.url }];

  it('takes the versions of the lock file, be there higher ones', async () => {
    await using other = await ChartServer.start();
    await other.add('db', '1.0.0');
    const asked = [{ name: 'db', version: '1.x', repository: other.url }];
    const { tree } = await update(chart(asked));
    await other.add('db', '1.5.0');
    const bare = chart(asked, { 'Chart.lock': tree.read('Chart.lock') ?? '' });
    const built = await build(bare);
    expect(names(built.tree, 'charts')).toEqual(['db-1.0.0.tgz']);
    expect(text(built.tree, 'Chart.lock')).toBe(text(tree, 'Chart.lock'));
  });

  it('is an update where there is no lock file', async () => {
    const { lock } = await build(chart(dependencies()));
    expect(lock?.dependencies?.[0]?.version).toBe('1.10.0');
  });

  it.each([
    ['v3', '. Please update the dependencies'],
    ['v4', ". Please update the dependencies with 'helm dependency update'"],
  ] as const)('refuses a lock file of something else, in the words of %s', async (dialect, end) => {
    const { tree } = await update(chart(dependencies()));
    const changed = chart([{ name: 'db', version: '2.x', repository: server.url }], {
      'Chart.lock': tree.read('Chart.lock') ?? '',
    });
    await expect(build(changed, { dialect })).rejects.toThrow(
      expect.objectContaining({
        code: 'HELM_LOCK_OUT_OF_SYNC',
        message: `the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml)${end}`,
      }),
    );
  });

  it('takes a requirements.lock that Helm 2 wrote, and no other', async () => {
    const requirements = {
      dependencies: [{ name: 'db', version: '1.x', repository: 'https://charts.example.com' }],
    };
    // What Helm 2 has hashed, written out.
    const digest = digestOf(
      '{"dependencies":[{"name":"db","version":"1.x","repository":"https://charts.example.com"}]}',
    );
    const lock = (sum: string): MemoryTree =>
      MemoryTree.from({
        'Chart.yaml': 'apiVersion: v1\nname: web\nversion: 1.0.0\n',
        'requirements.yaml': JSON.stringify(requirements),
        'requirements.lock': JSON.stringify({
          dependencies: [{ name: 'db', version: '1.0.0', repository: server.url }],
          digest: sum,
        }),
      });
    expect(names((await build(lock(digest))).tree, 'charts')).toEqual(['db-1.0.0.tgz']);
    await expect(build(lock('sha256:00'))).rejects.toThrow(
      'the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml)',
    );
  });

  it('can be held to known repositories', async () => {
    const { tree } = await update(chart(dependencies()));
    await expect(build(tree, { onlyKnownRepositories: true })).rejects.toThrow(
      refusal('HELM_DEPENDENCY_MISSING', `no repository definition for ${server.url}`),
    );
    const repositories = [{ name: 'x', url: `${server.url}/` }];
    await expect(build(tree, { onlyKnownRepositories: true, repositories })).resolves.toBeDefined();
  });

  it('says that a locked version is gone', async () => {
    await using other = await ChartServer.start();
    await other.add('db', '1.7.0');
    const { tree } = await update(chart([{ name: 'db', version: '1.x', repository: other.url }]));
    other.files.set('/index.yaml', 'apiVersion: v1\nentries: {db: []}\n');
    await expect(build(tree)).rejects.toThrow(
      refusal(
        'HELM_CHART_NOT_FOUND',
        `chart db not found in ${other.url}: chart "db" version "1.7.0" not found`,
      ),
    );
  });
});
