import { request as forward } from 'node:http';
import { Bucket, GitRepository, OCIRepository } from '@gitops-toolkit/api';
import { MemoryTree, sleep } from '@gitops-toolkit/core';
import { startGitServer, startOciRegistry } from '@gitops-toolkit/envtest';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import { OciClient, pushArtifact } from '@gitops-toolkit/oci';
import { TreeCache } from '@gitops-toolkit/source';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bucketController, gitRepositoryController, ociRepositoryController } from './index.ts';
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

describe('spec.timeout', () => {
  it.each([
    [GitRepository, gitSource, 'GitOperationFailed'],
    [OCIRepository, ociSource, 'OCIArtifactPullFailed'],
    [Bucket, bucketSource, 'BucketOperationFailed'],
  ] as const)('of $kind is for all requests of an operation together', async (kind, source, reason) => {
    const kinds = [GitRepository, OCIRepository, Bucket];
    const stage = await SourceStage.start(kinds, (storage) => [
      gitRepositoryController({ storage, trees: new TreeCache(), ...quick }),
      ociRepositoryController({ storage, ...quick }),
      bucketController({ storage, ...quick }),
    ]);
    onTestFinished(() => stage[Symbol.asyncDispose]());
    const spec = await source();
    await stage.create(kind, 'app', { ...spec, timeout: TIMEOUT });
    const failed = await stage.untilReady(kind, 'app', 'False', { reason, text: 'it took longer than 1s' });
    expect(artifactOf(failed)).toBeUndefined();
    await stage.change(kind, 'app', { timeout: '1m' });
    await stage.untilReady(kind, 'app');
  });
});
