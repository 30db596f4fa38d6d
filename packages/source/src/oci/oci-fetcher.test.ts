import { formatRevision, MemoryTree } from '@gitops-toolkit/core';
import { createCosignKey, type OciRegistry, startOciRegistry } from '@gitops-toolkit/envtest';
import { OciClient, pushArtifact } from '@gitops-toolkit/oci';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OciFetcher, type OciFetchOptions } from './oci-fetcher.ts';

const insecure: OciFetchOptions = { insecure: true, retries: { retries: 0 } };

async function start(): Promise<{
  registry: OciRegistry;
  url: string;
  fetcher: OciFetcher;
  readonly push: (tag: string, text: string) => Promise<string>;
}> {
  const registry = await startOciRegistry();
  const client = new OciClient();
  const fetcher = new OciFetcher();
  onTestFinished(async () => {
    await fetcher[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });
  const repository = client.repository(`${registry.host}/org/app`, { insecure: true });
  const push = async (tag: string, text: string): Promise<string> => {
    const options = { tag, source: 'https://git.example.com/app', revision: 'main@sha1:0f3c', createdMs: 0 };
    return (await pushArtifact(repository, MemoryTree.from({ 'app.yaml': text }), options)).digest;
  };
  return { registry, url: `oci://${registry.host}/org/app`, fetcher, push };
}

describe('an artifact of a registry', () => {
  it('is found by tag, range or digest, and fetched with what it says of itself', async () => {
    const { url, fetcher, push } = await start();
    const first = await push('1.0.0', 'a: 1\n');
    const latest = await push('latest', 'a: 2\n');
    const named = async (ref: object): Promise<string> =>
      formatRevision(await fetcher.resolve({ url, ...ref }, insecure));
    expect(await named({})).toBe(`latest@${latest}`);
    expect(await named({ tag: '1.0.0' })).toBe(`1.0.0@${first}`);
    expect(await named({ semver: '*', tag: 'latest' })).toBe(`1.0.0@${first}`);
    expect(await named({ digest: first, semver: '*' })).toBe(first);
    const { tree, metadata, revision } = await fetcher.fetch(
      await fetcher.resolve({ url }, insecure),
      insecure,
    );
    expect(revision).toBe(`latest@${latest}`);
    expect(Buffer.from(tree.read('app.yaml') ?? []).toString()).toBe('a: 2\n');
    expect(metadata['org.opencontainers.image.revision']).toBe('main@sha1:0f3c');
  });

  it('is found with one request, and pulled by the digest that was found, whatever the tag names by then', async () => {
    const { registry, url, fetcher, push } = await start();
    await push('latest', 'a: 1\n');
    // The first request of all asks how the registry wants to be logged in to.
    await fetcher.resolve({ url }, insecure);
    const before = registry.requests.length;
    const revision = await fetcher.resolve({ url }, insecure);
    expect(registry.requests.slice(before)).toEqual(['HEAD /v2/org/app/manifests/latest']);
    await push('latest', 'a: 2\n');
    const { tree } = await fetcher.fetch(revision, insecure);
    expect(Buffer.from(tree.read('app.yaml') ?? []).toString()).toBe('a: 1\n');
  });

  it('is given as its layer where that is asked for', async () => {
    const { url, fetcher, push } = await start();
    await push('latest', 'a: 1\n');
    const layer = await fetcher.fetchLayer(await fetcher.resolve({ url }, insecure), insecure);
    expect(layer.mediaType).toBe('application/vnd.cncf.flux.content.v1.tar+gzip');
    expect([...layer.bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  });

  it('is not given out without the signature that is asked for', async () => {
    const { registry, url, fetcher, push } = await start();
    await push('latest', 'a: 1\n');
    const [key, stranger] = [createCosignKey(), createCosignKey()];
    const revision = await fetcher.resolve({ url }, insecure);
    const verify = { provider: 'cosign', keys: [key.publicKey] } as const;
    await expect(fetcher.fetch(revision, { ...insecure, verify })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_MISSING',
    });
    stranger.sign(registry, 'org/app', 'latest');
    await expect(fetcher.fetchLayer(revision, { ...insecure, verify })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_INVALID',
    });
    key.sign(registry, 'org/app', 'latest');
    expect(await fetcher.verify(revision, verify, insecure)).toMatchObject({
      signature: expect.stringMatching(/^sha256:/) as string,
    });
    expect((await fetcher.fetch(revision, { ...insecure, verify })).tree.size).toBe(5);
  });

  it.each(['ghcr.io/org/app', 'oci://ghcr.io/org/app:1.0', `oci://ghcr.io/org/app@sha256:${'0'.repeat(64)}`])(
    'has a URL without a reference, unlike %s',
    async (url) => {
      const { fetcher } = await start();
      await expect(fetcher.resolve({ url })).rejects.toMatchObject({ code: 'OCI_REFERENCE_INVALID' });
    },
  );
});
