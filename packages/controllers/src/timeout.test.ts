import { request as forward } from 'node:http';
import { Bucket, GitRepository, HelmChart, HelmRepository, OCIRepository } from '@gitops-toolkit/api';
import { MemoryTree, sleep } from '@gitops-toolkit/core';
import { startGitServer, startOciRegistry } from '@gitops-toolkit/envtest';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import { packageChart } from '@gitops-toolkit/helm/package';
import { HELM_TYPES, OciClient, pushArtifact } from '@gitops-toolkit/oci';
import { TreeCache } from '@gitops-toolkit/source';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  bucketController,
  gitRepositoryController,
  helmChartController,
  helmRepositoryController,
  ociRepositoryController,
} from './index.ts';
import { artifactOf, quick, SourceStage } from './testing/source-stage.ts';

/** Each request takes less than TIMEOUT, any two of them more. */
const [DELAY_MS, TIMEOUT] = [700, '1s'];

/** A server before another that takes its time for each request. */
async function slowly(target: string): Promise<URL> {
  const { hostname, port } = new URL(target);
  const server = await serveHttp(async (request, response) => {
    await sleep(DELAY_MS);
    const { method, url: path, headers } = request;
    const sent = forward({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    sent.on('error', () => response.destroy());
    request.pipe(sent);
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return new URL(server.url);
}

async function gitSource(): Promise<object> {
  const server = await startGitServer({ repositories: { app: { 'a.yaml': 'a: 1\n' } } });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { pathname } = new URL(server.repositoryUrl('app'));
  const url = new URL(pathname, await slowly(server.repositoryUrl('app')));
  return { url: url.href, ref: { branch: 'main' } };
}

async function ociSource(): Promise<object> {
  const registry = await startOciRegistry();
  await using client = new OciClient();
  const repository = client.repository(`${registry.host}/app`, { insecure: true });
  await pushArtifact(repository, MemoryTree.from({ 'a.yaml': 'a: 1\n' }), { tag: 'latest' });
  onTestFinished(() => registry[Symbol.asyncDispose]());
  const { host } = await slowly(`http://${registry.host}`);
  return { url: `oci://${host}/app`, insecure: true };
}

async function bucketSource(): Promise<object> {
  const server = await serveHttp((request, response) => {
    const object = '<Contents><Key>a.yaml</Key><ETag>"1"</ETag><Size>1</Size></Contents>';
    const list = `<ListBucketResult><IsTruncated>false</IsTruncated>${object}</ListBucketResult>`;
    response.end(request.url?.includes('list-type') ? list : 'a');
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { host } = await slowly(server.url);
  return { endpoint: host, bucketName: 'manifests', insecure: true };
}

const indexOf = (version: string) =>
  `apiVersion: v1\nentries:\n  web:\n  - {name: web, version: ${version}, urls: [web-${version}.tgz]}\n`;
const packedChart = async (version: string) => {
  const tree = MemoryTree.from({ 'Chart.yaml': `{apiVersion: v2, name: web, version: ${version}}` });
  return (await packageChart(tree)).data;
};

/** A repository of charts that sends its clients elsewhere for each file. */
async function chartServer(): Promise<string> {
  const chart = await packedChart('1.0.0');
  const server = await serveHttp((request, response) => {
    const path = request.url ?? '';
    if (!path.startsWith('/files/')) return void response.writeHead(302, { location: `/files${path}` }).end();
    response.end(path.endsWith('.tgz') ? chart : indexOf('1.0.0'));
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server.url;
}

async function chartRegistry(): Promise<string> {
  const registry = await startOciRegistry();
  onTestFinished(() => registry[Symbol.asyncDispose]());
  await using client = new OciClient();
  const repository = client.repository(`${registry.host}/charts/web`, { insecure: true });
  const types = { layerType: HELM_TYPES.content, configType: HELM_TYPES.config };
  await pushArtifact(repository, await packedChart('1.0.0'), { tag: '1.0.0', ...types });
  return `http://${registry.host}`;
}

async function start(): Promise<SourceStage> {
  const kinds = [GitRepository, OCIRepository, Bucket, HelmRepository, HelmChart];
  const stage = await SourceStage.start(kinds, (storage) => [
    gitRepositoryController({ storage, trees: new TreeCache(), ...quick }),
    ociRepositoryController({ storage, ...quick }),
    bucketController({ storage, ...quick }),
    helmRepositoryController({ storage, ...quick }),
    helmChartController({ storage, trees: new TreeCache(), ...quick }),
  ]);
  onTestFinished(() => stage[Symbol.asyncDispose]());
  return stage;
}

const text = 'it took longer than 1s';
const ofRepository = { kind: 'HelmRepository', name: 'charts' };

describe('spec.timeout', () => {
  it.each([
    [GitRepository, gitSource, 'GitOperationFailed'],
    [OCIRepository, ociSource, 'OCIArtifactPullFailed'],
    [Bucket, bucketSource, 'BucketOperationFailed'],
    [HelmRepository, async () => ({ url: (await slowly(await chartServer())).origin }), 'Failed'],
  ] as const)('of $kind is for all requests of an operation together', async (kind, source, reason) => {
    const stage = await start();
    await stage.create(kind, 'app', { ...(await source()), timeout: TIMEOUT });
    const failed = await stage.untilReady(kind, 'app', 'False', { reason, text });
    expect(artifactOf(failed)).toBeUndefined();
    await stage.change(kind, 'app', { timeout: '1m' });
    await stage.untilReady(kind, 'app');
  });

  it('of a HelmRepository is for all that a chart of it takes', async () => {
    const stage = await start();
    const { origin } = await slowly(await chartServer());
    await stage.create(HelmRepository, 'charts', { url: origin, timeout: '1m' });
    await stage.untilReady(HelmRepository, 'charts');
    // The index is there, whatever becomes of further looks.
    await stage.change(HelmRepository, 'charts', { timeout: TIMEOUT });
    await stage.create(HelmChart, 'web', { chart: 'web', sourceRef: ofRepository });
    await stage.untilReady(HelmChart, 'web', 'False', { reason: 'ChartPullError', text });
    await stage.change(HelmRepository, 'charts', { timeout: '1m' });
    await stage.untilReady(HelmChart, 'web');
  });

  it('of a registry of charts is for choosing the version and for the pull', async () => {
    const stage = await start();
    const { host } = await slowly(await chartRegistry());
    const repository = { url: `oci://${host}/charts`, type: 'oci', insecure: true };
    await stage.create(HelmRepository, 'charts', { ...repository, timeout: TIMEOUT });
    await stage.create(HelmChart, 'web', { chart: 'web', version: '1.x', sourceRef: ofRepository });
    await stage.untilReady(HelmChart, 'web', 'False', { reason: 'ChartPullError', text });
    await stage.change(HelmRepository, 'charts', { timeout: '1m' });
    await stage.untilReady(HelmChart, 'web');
  });

  it('of a HelmRepository is for each dependency that comes from it', async () => {
    const stage = await start();
    const { host } = await slowly(await chartRegistry());
    const dependencies = `dependencies: [{name: web, version: 1.0.0, repository: "oci://${host}/charts"}]`;
    const chart = `apiVersion: v2\nname: app\nversion: 1.0.0\n${dependencies}\n`;
    const server = await startGitServer({ repositories: { app: { 'app/Chart.yaml': chart } } });
    onTestFinished(() => server[Symbol.asyncDispose]());
    await stage.create(GitRepository, 'app', { url: server.repositoryUrl('app'), ref: { branch: 'main' } });
    const repository = { url: `oci://${host}/charts`, type: 'oci', insecure: true };
    await stage.create(HelmRepository, 'charts', { ...repository, timeout: TIMEOUT });
    await stage.create(HelmChart, 'app', { chart: 'app', sourceRef: { kind: 'GitRepository', name: 'app' } });
    await stage.untilReady(HelmChart, 'app', 'False', { reason: 'DependencyBuildError', text });
    await stage.change(HelmRepository, 'charts', { timeout: '1m' });
    await stage.untilReady(HelmChart, 'app');
  });
});
