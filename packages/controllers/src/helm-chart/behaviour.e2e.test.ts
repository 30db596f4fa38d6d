import { Bucket, GitRepository, HelmChart, HelmRepository } from '@gitops-toolkit/api';
import { type FileTree, type KubeObject, MemoryTree } from '@gitops-toolkit/core';
import { createCosignKey, startGitServer, startOciRegistry } from '@gitops-toolkit/envtest';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import { loadChart } from '@gitops-toolkit/helm';
import { packageChart } from '@gitops-toolkit/helm/package';
import { HELM_TYPES, OciClient, pushArtifact } from '@gitops-toolkit/oci';
import { conditions } from '@gitops-toolkit/runtime';
import { TreeCache } from '@gitops-toolkit/source';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ChartIndexCache,
  gitRepositoryController,
  helmChartController,
  helmRepositoryController,
} from '../index.ts';
import { artifactOf, quick, SourceStage } from '../testing/source-stage.ts';

const chartYaml = (version: string, more = '') => `{apiVersion: v2, name: web, version: ${version}${more}}`;
const webChart = (version: string): FileTree =>
  MemoryTree.from({
    'Chart.yaml': chartYaml(version),
    'values.yaml': 'replicas: 1\n',
    'prod.yaml': 'replicas: 3\n',
  });

async function start(cacheEvents: string[] = []): Promise<SourceStage> {
  const indexes = new ChartIndexCache({ maxSize: 10, onEvent: (type) => cacheEvents.push(type) });
  const stage = await SourceStage.start([Bucket, GitRepository, HelmChart, HelmRepository], (storage) => [
    gitRepositoryController({ storage, trees: new TreeCache(), ...quick }),
    helmRepositoryController({ storage, indexes, ...quick }),
    helmChartController({ storage, indexes, trees: new TreeCache(), ...quick }),
  ]);
  onTestFinished(() => stage[Symbol.asyncDispose]());
  return stage;
}

/** Serves charts with an index, of those that are there when it is asked. */
async function serveCharts(charts: Map<string, Uint8Array>): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const server = await serveHttp((request, response) => {
    const name = (request.url ?? '').slice(1);
    requests.push(name);
    if (name !== 'index.yaml')
      return void response.writeHead(charts.has(name) ? 200 : 404).end(charts.get(name));
    const entries = [...charts.keys()].map((file) => {
      const [, chart = '', version = ''] = /^(.*)-(\d.*)\.tgz$/.exec(file) ?? [];
      return [chart, `  - {name: ${chart}, version: ${version}, urls: [${file}]}\n`] as const;
    });
    const names = [...new Set(entries.map(([chart]) => chart))];
    const lists = names.map(
      (chart) =>
        `  ${chart}:\n${entries
          .filter(([own]) => own === chart)
          .map(([, line]) => line)
          .join('')}`,
    );
    response.end(`apiVersion: v1\nentries:\n${lists.join('')}`);
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { url: server.url, requests };
}

const packed = async (tree: FileTree): Promise<[string, Uint8Array]> => {
  const { fileName, data } = await packageChart(tree);
  return [fileName, data];
};

async function chartIn(object: KubeObject) {
  const response = await fetch(artifactOf(object)?.url ?? '');
  return loadChart(new Uint8Array(await response.arrayBuffer()));
}

const ofRepository = { kind: 'HelmRepository', name: 'charts' };
const ofGit = { kind: 'GitRepository', name: 'app' };

describe('a HelmChart of an HTTP repository', () => {
  it('is the highest version in its range, as it came', async () => {
    const events: string[] = [];
    const stage = await start(events);
    const charts = new Map([await packed(webChart('1.0.0')), await packed(webChart('2.0.0'))]);
    const { url, requests } = await serveCharts(charts);
    await stage.create(HelmRepository, 'charts', { url });
    await stage.create(HelmChart, 'web', { chart: 'web', version: '1.x', sourceRef: ofRepository });
    const ready = await stage.untilReady<HelmChart>(HelmChart, 'web');
    expect(artifactOf(ready)).toMatchObject({
      revision: '1.0.0',
      path: 'helmchart/default/web/web-1.0.0.tgz',
    });
    expect(conditions.get(ready, 'Ready')).toMatchObject({
      reason: 'ChartPullSucceeded',
      message: "pulled 'web' chart with version '1.0.0'",
    });
    const repository = await stage.untilReady<HelmRepository>(HelmRepository, 'charts');
    expect(ready.status).toMatchObject({
      observedChartName: 'web',
      observedSourceArtifactRevision: artifactOf(repository)?.revision,
      url: expect.stringMatching(/helmchart\/default\/web\/latest\.tar\.gz$/) as string,
    });
    const stored = await fetch(ready.status?.url ?? '');
    expect(Buffer.from(await stored.arrayBuffer())).toEqual(Buffer.from(charts.get('web-1.0.0.tgz') ?? []));

    // A new version is there with the next index.
    charts.set(...(await packed(webChart('1.1.0'))));
    await stage.reconcileNow(HelmRepository, 'charts');
    await stage.until(HelmChart, 'web', (object) => artifactOf(object)?.revision === '1.1.0');
    const before = requests.length;
    await stage.reconcileNow(HelmChart, 'web');
    await stage.untilReady(HelmChart, 'web');
    expect(requests.slice(before)).toEqual([]);
    expect(new Set(events)).toEqual(new Set(['cache_hit']));
  });

  it('has the values of files merged, under a version that tells of it', async () => {
    const stage = await start();
    const { url } = await serveCharts(new Map([await packed(webChart('1.0.0'))]));
    await stage.create(HelmRepository, 'charts', { url });
    const spec = { chart: 'web', sourceRef: ofRepository, valuesFiles: ['values.yaml', 'prod.yaml'] };
    await stage.create(HelmChart, 'web', spec);
    const ready = await stage.untilReady<HelmChart>(HelmChart, 'web');
    expect(artifactOf(ready)?.revision).toBe('1.0.0+1');
    expect(conditions.get(ready, 'Ready')).toMatchObject({
      reason: 'ChartPackageSucceeded',
      message: "packaged 'web' chart with version '1.0.0+1' and merged values files [values.yaml prod.yaml]",
    });
    expect(await chartIn(ready)).toMatchObject({ metadata: { version: '1.0.0+1' }, values: { replicas: 3 } });

    await stage.change(HelmChart, 'web', { valuesFiles: ['gone.yaml'] });
    const reason = 'ValuesFilesError';
    const text = "values files merge error: no values file found at path 'gone.yaml'";
    const failed = await stage.untilReady(HelmChart, 'web', 'False', { reason, text });
    expect(conditions.isStalled(failed)).toBe(true);
    await stage.change(HelmChart, 'web', {
      valuesFiles: ['prod.yaml', 'gone.yaml'],
      ignoreMissingValuesFiles: true,
    });
    const without = await stage.untilReady<HelmChart>(HelmChart, 'web');
    expect(without.status?.observedValuesFiles).toEqual(['prod.yaml']);
    expect(artifactOf(without)?.revision).toBe('1.0.0+3');
  });

  it('says what there is not: the repository, its index, the version', async () => {
    const stage = await start();
    await stage.create(HelmChart, 'web', { chart: 'web', version: '9.x', sourceRef: ofRepository });
    await stage.untilReady(HelmChart, 'web', 'False', { reason: 'SourceUnavailable' });
    const { url } = await serveCharts(new Map([await packed(webChart('1.0.0'))]));
    await stage.create(HelmRepository, 'charts', { url: `${url}/nothing` });
    await stage.untilReady(HelmChart, 'web', 'False', {
      reason: 'NoSourceArtifact',
      text: "no artifact available for HelmRepository source 'charts'",
    });
    await stage.change(HelmRepository, 'charts', { url });
    const text = 'chart pull error: no chart version found for web-9.x';
    await stage.untilReady(HelmChart, 'web', 'False', { reason: 'ChartPullError', text });
    await stage.change(HelmChart, 'web', { version: '1.x' });
    await stage.untilReady(HelmChart, 'web');
  });
});

describe('a HelmChart of a registry', () => {
  it('is pulled by the login of its repository, and verified', async () => {
    const user = { username: 'robot', password: 'pw' };
    await using registry = await startOciRegistry({ user });
    await using client = new OciClient();
    const repository = client.repository(`${registry.host}/charts/web`, {
      insecure: true,
      credentials: async () => user,
    });
    const types = { layerType: HELM_TYPES.content, configType: HELM_TYPES.config };
    const [, data] = await packed(webChart('1.0.0+b1'));
    await pushArtifact(repository, data, { tag: '1.0.0_b1', ...types });
    const stage = await start();
    await stage.secret('login', { ...user });
    const key = createCosignKey();
    await stage.secret('keys', { 'a.pub': key.publicKey });
    const url = `oci://${registry.host}/charts`;
    await stage.create(HelmRepository, 'charts', {
      url,
      type: 'oci',
      insecure: true,
      secretRef: { name: 'login' },
    });
    const verify = { provider: 'cosign', secretRef: { name: 'keys' } };
    await stage.create(HelmChart, 'web', { chart: 'web', version: '1.x', sourceRef: ofRepository, verify });
    const reason = 'ChartVerificationError';
    const refused = await stage.untilReady(HelmChart, 'web', 'False', {
      reason,
      text: 'chart verification error: ',
    });
    expect(conditions.get(refused, 'SourceVerified')).toMatchObject({
      status: 'False',
      reason: 'VerificationError',
    });
    expect(artifactOf(refused)).toBeUndefined();
    key.sign(registry, 'charts/web', '1.0.0_b1');
    const ready = await stage.untilReady(HelmChart, 'web');
    expect(artifactOf(ready)?.revision).toBe('1.0.0+b1');
    expect(conditions.get(ready, 'SourceVerified')).toMatchObject({
      status: 'True',
      message: 'verified signature of version 1.0.0+b1',
    });
    // A HelmChart has no field for a root.
    await stage.change(HelmChart, 'web', { verify: { provider: 'cosign', secretRef: null } });
    const text = 'Give the controller one for all objects: --sigstore-trusted-root, the option trustedRoot.';
    await stage.untilReady(HelmChart, 'web', 'False', { reason: 'VerificationError', text });
  });
});

describe('a HelmChart of a GitRepository', () => {
  const startGit = async (files: Record<string, string>) => {
    const server = await startGitServer();
    const repository = server.createRepository('app');
    repository.commit({ branch: 'main', message: 'first', files });
    onTestFinished(() => server[Symbol.asyncDispose]());
    return { repository, spec: { url: server.repositoryUrl('app'), ref: { branch: 'main' } } };
  };

  it('is packaged with its dependencies, from a repository and from beside it', async () => {
    const db = MemoryTree.from({ 'Chart.yaml': '{apiVersion: v2, name: db, version: 1.4.0}' });
    const { url, requests } = await serveCharts(new Map([await packed(db)]));
    const dependencies = `, dependencies: [{name: db, version: 1.x, repository: "${url}"}, {name: common, version: 0.1.0, repository: "file://../common"}]`;
    const { repository, spec } = await startGit({
      'charts/web/Chart.yaml': chartYaml('1.0.0', dependencies),
      'charts/web/values.yaml': 'a: 1\n',
      'charts/common/Chart.yaml': '{apiVersion: v2, name: common, version: 0.1.0}',
    });
    const stage = await start();
    await stage.create(GitRepository, 'app', spec);
    await stage.create(HelmChart, 'web', { chart: './charts/web', sourceRef: ofGit });
    const ready = await stage.untilReady(HelmChart, 'web');
    expect(artifactOf(ready)?.revision).toBe('1.0.0');
    expect(conditions.messageOf(ready, 'Ready')).toBe("packaged 'web' chart with version '1.0.0'");
    const { dependencies: inside } = await chartIn(ready);
    expect(inside.map(({ metadata }) => metadata.name).toSorted()).toEqual(['common', 'db']);
    expect(requests).toEqual(['index.yaml', 'db-1.4.0.tgz']);

    // The same version is the same chart, unless the revision counts.
    repository.commit({ branch: 'main', files: { 'charts/web/values.yaml': 'a: 2\n' } });
    await stage.reconcileNow(GitRepository, 'app');
    const head = repository.refs.get('refs/heads/main') ?? '';
    const same = await stage.until<HelmChart>(
      HelmChart,
      'web',
      (object) =>
        object.status?.observedSourceArtifactRevision === `main@sha1:${head}` && conditions.isReady(object),
    );
    expect(artifactOf(same)?.digest).toBe(artifactOf(ready)?.digest);
    await stage.change(HelmChart, 'web', { reconcileStrategy: 'Revision' });
    const another = await stage.untilReady(HelmChart, 'web');
    expect(artifactOf(another)?.revision).toBe(`1.0.0+${head.slice(0, 12)}`);
    expect((await chartIn(another)).values).toEqual({ a: 2 });
  });

  it('fetches dependencies with the access of the HelmRepository of the same URL', async () => {
    const login = `Basic ${Buffer.from('robot:pw').toString('base64')}`;
    const [file, data] = await packed(
      MemoryTree.from({ 'Chart.yaml': '{apiVersion: v2, name: db, version: 1.0.0}' }),
    );
    const server = await serveHttp((request, response) => {
      if (request.headers.authorization !== login) return void response.writeHead(401).end();
      const index = `apiVersion: v1\nentries:\n  db:\n  - {name: db, version: 1.0.0, urls: [${file}]}\n`;
      response.end(request.url === '/index.yaml' ? index : data);
    });
    onTestFinished(() => server[Symbol.asyncDispose]());
    const dependencies = `, dependencies: [{name: db, version: 1.0.0, repository: "${server.url}"}]`;
    const { spec } = await startGit({ 'Chart.yaml': chartYaml('1.0.0', dependencies), 'values.yaml': '' });
    const stage = await start();
    await stage.create(GitRepository, 'app', spec);
    await stage.create(HelmChart, 'web', { chart: '.', sourceRef: ofGit });
    await stage.untilReady(HelmChart, 'web', 'False', { reason: 'DependencyBuildError' });
    await stage.secret('login', { username: 'robot', password: 'pw' });
    await stage.create(HelmRepository, 'charts', { url: `${server.url}/`, secretRef: { name: 'login' } });
    await stage.untilReady(HelmChart, 'web');
  });

  it.each([
    ['./gone', 'no chart found at path'],
    ['../../etc', 'no chart found at path'],
    ['docs', 'Chart.yaml'],
  ])('at %s is no chart', async (chart, text) => {
    const { spec } = await startGit({ 'docs/a.md': '' });
    const stage = await start();
    await stage.create(GitRepository, 'app', spec);
    await stage.create(HelmChart, 'web', { chart, sourceRef: ofGit });
    const reason = 'InvalidChartReference';
    const stalled = await stage.untilReady(HelmChart, 'web', 'False', { reason, text });
    expect(conditions.isStalled(stalled)).toBe(true);
  });
});
