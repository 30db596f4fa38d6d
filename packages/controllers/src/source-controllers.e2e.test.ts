import { Bucket, GitRepository, HelmChart, HelmRepository, OCIRepository } from '@gitops-toolkit/api';
import { TokenCache } from '@gitops-toolkit/auth';
import { denyAddresses } from '@gitops-toolkit/core/http';
import { startGitServer } from '@gitops-toolkit/envtest';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import { MetricsRegistry } from '@gitops-toolkit/runtime';
import { ArtifactStorage, GitFetcher } from '@gitops-toolkit/source';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sourceControllers, type SourceControllersOptions } from './index.ts';
import { quick, SourceStage } from './testing/source-stage.ts';

async function start(options: Omit<SourceControllersOptions, 'storage'>): Promise<SourceStage> {
  const definitions = [Bucket, GitRepository, HelmChart, HelmRepository, OCIRepository];
  const stage = await SourceStage.start(definitions, (storage) =>
    sourceControllers({ storage, ...quick, ...options }),
  );
  onTestFinished(() => stage[Symbol.asyncDispose]());
  return stage;
}

describe('sourceControllers', () => {
  it('dials for no kind of source what the policy of addresses forbids', async () => {
    let requests = 0;
    await using inside = await serveHttp((_request, response) => {
      requests++;
      response.writeHead(404).end();
    });
    const stage = await start({ addresses: denyAddresses() });
    const host = new URL(inside.url).host;
    await stage.secret('keys', { accesskey: 'a', secretkey: 'b' });
    await stage.create(GitRepository, 'git', { url: `${inside.url}/app` });
    await stage.create(OCIRepository, 'oci', { url: `oci://${host}/org/app`, insecure: true });
    await stage.create(HelmRepository, 'charts', { url: inside.url });
    await stage.create(HelmRepository, 'registry', {
      url: `oci://${host}/charts`,
      type: 'oci',
      insecure: true,
    });
    const sourceRef = { kind: 'HelmRepository', name: 'registry' };
    await stage.create(HelmChart, 'chart', { chart: 'web', version: '1.x', sourceRef });
    const bucket = { endpoint: host, bucketName: 'b', insecure: true, secretRef: { name: 'keys' } };
    await stage.create(Bucket, 'bucket', bucket);
    for (const [kind, name] of [
      [GitRepository, 'git'],
      [OCIRepository, 'oci'],
      [HelmRepository, 'charts'],
      [HelmChart, 'chart'],
      [Bucket, 'bucket'],
    ] as const)
      await stage.untilReady(kind, name, 'False', { text: 'loopback' });
    expect(requests).toBe(0);
  });

  it('fetches with fetchers that are given, which have a policy of their own', async () => {
    await using server = await startGitServer({ repositories: { app: { 'a.yaml': 'a: 1\n' } } });
    await using git = new GitFetcher();
    const stage = await start({ addresses: denyAddresses(), fetchers: { git } });
    await stage.create(GitRepository, 'app', { url: server.repositoryUrl('app'), ref: { branch: 'main' } });
    expect(await stage.filesOf(await stage.untilReady(GitRepository, 'app'))).toEqual(['a.yaml']);
  });

  it('counts the tokens that it keeps, and leaves those that are shared to whoever made them', async () => {
    const storage = new ArtifactStorage({ root: '/none', host: 'localhost' });
    const textWith = async (more: Partial<SourceControllersOptions>): Promise<string> => {
      const metrics = new MetricsRegistry();
      sourceControllers({ storage, metrics, ...more });
      await metrics.load();
      return metrics.text();
    };
    expect(await textWith({})).toContain('gotk_token_cached_items');
    expect(await textWith({ tokens: new TokenCache() })).not.toContain('gotk_token_cached_items');
  });
});
