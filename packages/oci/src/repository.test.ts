import { digestOf } from '@gitops-toolkit/core';
import { startOciRegistry } from '@gitops-toolkit/envtest';
import { startDockerRegistry, startReferrersRegistry } from '@gitops-toolkit/envtest/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isIndex, MEDIA_TYPES } from './model.ts';
import { manifestOf, openRepository, pushText, textOf } from './testing/registry.ts';

interface Registry extends AsyncDisposable {
  readonly host: string;
}
const atPort = (server: ({ port: number } & AsyncDisposable) | undefined): Registry | undefined =>
  server && { host: `127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };

const REGISTRIES: readonly [string, () => Promise<Registry | undefined>][] = [
  ['the embedded registry', () => startOciRegistry()],
  ['the embedded registry without referrers', () => startOciRegistry({ referrers: false })],
  ["Docker's registry", async () => atPort(await startDockerRegistry())],
  ['a registry with referrers', async () => atPort(await startReferrersRegistry())],
];

describe.each(REGISTRIES)('a repository of %s', (what, start) => {
  let registry: Registry | undefined;
  beforeAll(async () => {
    registry = await start();
  });
  afterAll(() => registry?.[Symbol.asyncDispose]());
  const open = (name: string) => {
    // Where the program is not installed, the tests of its registry have nothing to look at.
    return registry && openRepository(registry.host, name);
  };

  it('keeps blobs and manifests, and gives them back by digest and by tag', async ({ skip }) => {
    const repository = open('org/app') ?? skip();
    const layer = await pushText(repository, 'hello');
    const pushed = await repository.pushManifest(await manifestOf(repository, [layer]), { tag: '1.0' });
    const resolved = await repository.resolve('1.0');
    expect(resolved).toMatchObject({
      digest: pushed.digest,
      mediaType: MEDIA_TYPES.ociManifest,
      size: pushed.size,
    });
    const { manifest, bytes } = await repository.manifest(pushed.digest);
    expect(digestOf(bytes)).toBe(pushed.digest);
    expect(!isIndex(manifest) && manifest.layers).toEqual([layer]);
    expect(await textOf(repository.blob(layer))).toBe('hello');
  });

  it('says what it does not have: OCI_NOT_FOUND', async ({ skip }) => {
    const repository = open('org/app') ?? skip();
    await pushText(repository, 'there');
    const missing = `sha256:${'0'.repeat(64)}`;
    const questions = [
      () => repository.resolve('missing'),
      () => repository.manifest(missing),
      () => textOf(repository.blob({ digest: missing, size: 1 })),
    ];
    for (const ask of questions)
      await expect(ask()).rejects.toMatchObject({ code: 'OCI_NOT_FOUND', retry: 'backoff' });
    expect(await repository.hasBlob(missing)).toBe(false);
  });

  it('takes a blob once, in one piece, in several, or from another repository', async ({ skip }) => {
    const repository = open('org/big') ?? skip();
    const bytes = Buffer.from('0123456789'.repeat(5000));
    const descriptor = { digest: digestOf(bytes), size: bytes.length };
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 7000) yield bytes.subarray(at, at + 7000);
    };
    expect(await repository.pushBlob(descriptor, pieces, { chunkBytes: 16_000 })).toBe(true);
    expect(await repository.pushBlob(descriptor, bytes)).toBe(false);
    expect(await textOf(repository.blob(descriptor))).toBe(bytes.toString());
    const other = open('org/other') ?? skip();
    await other.pushBlob(descriptor, pieces, { mountFrom: 'org/big' });
    expect(await other.hasBlob(descriptor.digest)).toBe(true);
    const streamed = Buffer.from('streamed');
    const stream = async function* (): AsyncGenerator<Uint8Array> {
      yield streamed.subarray(0, 3);
      yield streamed.subarray(3);
    };
    expect(await repository.pushBlob({ digest: digestOf(streamed), size: streamed.length }, stream)).toBe(
      true,
    );
  });

  it('lists its tags, however many a page has', async ({ skip }) => {
    const repository = open('org/tags') ?? skip();
    const manifest = await manifestOf(repository, []);
    const wanted = Array.from({ length: 23 }, (__, i) => `v${String(i).padStart(2, '0')}`);
    for (const tag of wanted) await repository.pushManifest(manifest, { tag });
    const listed: string[] = [];
    for await (const tag of repository.tags()) listed.push(tag);
    expect(listed.toSorted()).toEqual(wanted);
    const paged: string[] = [];
    for await (const tag of repository.tags({ pageSize: 5 })) paged.push(tag);
    // This one gives the first page and does not say that there are others.
    const isCut = what === 'a registry with referrers';
    expect(paged.toSorted()).toEqual(isCut ? wanted.slice(0, 5) : wanted);
  });

  it('keeps what belongs to a manifest, with the API or without', async ({ skip }) => {
    const repository = open('org/referrers') ?? skip();
    const subject = await repository.pushManifest(await manifestOf(repository, []), { tag: 'signed' });
    for (const artifactType of ['application/vnd.example.signature', 'application/vnd.example.sbom']) {
      // By its configuration, which every registry goes by; the type of the artifact itself is younger.
      const config = await pushText(repository, '{}', artifactType);
      await repository.pushManifest(
        await manifestOf(repository, [], { subject, config, annotations: { of: artifactType } }),
      );
    }
    const all = await repository.referrers(subject.digest);
    expect(all).toHaveLength(2);
    const [signature, ...rest] = await repository.referrers(subject.digest, {
      artifactType: 'application/vnd.example.signature',
    });
    expect(signature).toMatchObject({ artifactType: 'application/vnd.example.signature' });
    expect(rest).toEqual([]);
    expect(await repository.referrers(`sha256:${'0'.repeat(64)}`)).toEqual([]);
  });

  it('keeps lists of images, of OCI and of Docker, as they are', async ({ skip }) => {
    const repository = open('org/index') ?? skip();
    const image = await repository.pushManifest(await manifestOf(repository, []));
    for (const mediaType of [MEDIA_TYPES.ociIndex, MEDIA_TYPES.dockerIndex]) {
      const platform = { os: 'linux', architecture: 'amd64' };
      const bytes = Buffer.from(
        JSON.stringify({ schemaVersion: 2, mediaType, manifests: [{ ...image, platform }] }, undefined, 3),
      );
      await repository.pushManifest({ bytes, mediaType }, { tag: 'multi' });
      const fetched = await repository.manifest('multi');
      expect(Buffer.from(fetched.bytes).equals(bytes)).toBe(true);
      expect(isIndex(fetched.manifest) && fetched.manifest.manifests).toMatchObject([
        { digest: image.digest, platform },
      ]);
    }
  });

  it('lets one tag stand for what another does', async ({ skip }) => {
    const repository = open('org/retag') ?? skip();
    const pushed = await repository.pushManifest(await manifestOf(repository, []), { tag: '1.0.0' });
    await repository.tag('1.0.0', 'latest');
    expect((await repository.resolve('latest')).digest).toBe(pushed.digest);
  });
});
