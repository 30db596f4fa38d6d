import { MemoryTree } from '@gitops-toolkit/core';
import { startOciRegistry } from '@gitops-toolkit/envtest';
import { findProgram } from '@gitops-toolkit/envtest/servers';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { OciRepository } from '../repository.ts';
import { manifestOf, openRepository, pushText } from '../testing/registry.ts';
import { diffArtifact } from './diff-artifact.ts';
import { HELM_TYPES } from './flux-types.ts';
import { listArtifacts } from './list-artifacts.ts';
import { pullArtifact, pullLayer } from './pull-artifact.ts';
import { pushArtifact } from './push-artifact.ts';

const FILES = { 'deploy/app.yaml': 'kind: Deployment\n', 'README.md': '# app\n' };

async function start(): Promise<{ host: string; repository: OciRepository }> {
  const registry = await startOciRegistry();
  onTestFinished(() => registry[Symbol.asyncDispose]());
  return { host: registry.host, repository: openRepository(registry.host, 'org/app') };
}

describe('an artifact of Flux', () => {
  it('is pushed with where it is from, and pulled as the files that it was', async () => {
    const { repository } = await start();
    const options = { source: 'https://git.example.com/org/app', revision: 'main@sha1:0f3c', createdMs: 0 };
    const pushed = await pushArtifact(repository, MemoryTree.from(FILES), { ...options, tag: 'latest' });
    const pulled = await pullArtifact(repository, 'latest');
    expect(pulled).toMatchObject({
      digest: pushed.digest,
      annotations: {
        'org.opencontainers.image.source': 'https://git.example.com/org/app',
        'org.opencontainers.image.revision': 'main@sha1:0f3c',
        'org.opencontainers.image.created': '1970-01-01T00:00:00Z',
      },
      layer: { mediaType: 'application/vnd.cncf.flux.content.v1.tar+gzip' },
    });
    expect(Buffer.from(pulled.tree.read('deploy/app.yaml') ?? []).toString()).toBe('kind: Deployment\n');
    const again = await pushArtifact(repository, MemoryTree.from(FILES), options);
    expect(again.digest).toBe(pushed.digest);
  });

  it('is compared with files', async () => {
    const { repository } = await start();
    await pushArtifact(repository, MemoryTree.from(FILES), { tag: 'latest' });
    const here = MemoryTree.from({ 'deploy/app.yaml': 'kind: StatefulSet\n', 'new.yaml': '' });
    expect(await diffArtifact(repository, 'latest', here)).toMatchObject({
      added: ['new.yaml'],
      removed: ['README.md'],
      changed: ['deploy/app.yaml'],
    });
  });

  it('is listed by tag, the newest version first', async () => {
    const { repository } = await start();
    for (const tag of ['1.0.0', '1.2.0', '2.0.0', 'latest'])
      await pushArtifact(repository, MemoryTree.from({ 'a.yaml': tag }), { tag, revision: `v${tag}@sha1:0` });
    await repository.pushManifest(await manifestOf(repository, []), { tag: '1.9.0' });
    expect((await listArtifacts(repository)).map(({ tag }) => tag)).toEqual([
      '1.0.0',
      '1.2.0',
      '2.0.0',
      'latest',
    ]);
    const found = await listArtifacts(repository, { semver: '1.x' });
    expect(found).toMatchObject([{ tag: '1.2.0', revision: 'v1.2.0@sha1:0' }, { tag: '1.0.0' }]);
  });
});

describe('a layer', () => {
  it('is the first of a type, and is given as it is', async () => {
    const { repository } = await start();
    const prov = await pushText(repository, 'signed', HELM_TYPES.provenance);
    const chart = await pushText(repository, 'chart', HELM_TYPES.content);
    await repository.pushManifest(await manifestOf(repository, [prov, chart]), { tag: '1.0.0' });
    const pulled = await pullLayer(repository, '1.0.0', { mediaType: HELM_TYPES.content });
    expect(Buffer.from(pulled.bytes).toString()).toBe('chart');
    await expect(pullLayer(repository, '1.0.0', { mediaType: 'text/html' })).rejects.toMatchObject({
      code: 'OCI_LAYER_NOT_FOUND',
      hint: expect.stringContaining(HELM_TYPES.content),
    });
  });

  it('LIM-OCI-02: of more bytes than may come is not asked for: OCI_LIMIT', async () => {
    const { repository } = await start();
    await pushArtifact(repository, MemoryTree.from({ a: 'x'.repeat(10_000) }), { tag: 'big' });
    await expect(pullArtifact(repository, 'big', { maxLayerBytes: 20 })).rejects.toMatchObject({
      code: 'OCI_LIMIT',
    });
  });

  it('LIM-OCI-02: that unpacks to more than may be is left: ARCHIVE_LIMIT', async () => {
    const { repository } = await start();
    await pushArtifact(repository, MemoryTree.from({ a: Buffer.alloc(50 * 1024 * 1024) }), { tag: 'bomb' });
    await expect(pullArtifact(repository, 'bomb')).rejects.toMatchObject({ code: 'ARCHIVE_LIMIT' });
  });

  it('LIM-OCI-02: of some megabytes is unpacked (legitimate)', async () => {
    const { repository } = await start();
    const noise = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 2_654_435_761) >>> 24));
    await pushArtifact(repository, MemoryTree.from({ a: noise }), { tag: 'large' });
    expect((await pullArtifact(repository, 'large')).tree.size).toBe(3_000_000);
  });

  it.each(['../../etc/passwd', '/etc/passwd'])(
    'SEC-OCI-01: is not written where its title says: %s',
    async (title) => {
      const { repository } = await start();
      const layer = await pushText(repository, '', 'application/vnd.example');
      const titled = { ...layer, annotations: { 'org.opencontainers.image.title': title } };
      await repository.pushManifest(await manifestOf(repository, [titled]), { tag: 'titled' });
      const { bytes } = await pullLayer(repository, 'titled');
      expect(bytes.length).toBe(0);
    },
  );

  it('SEC-OCI-01: with a title is pulled like any other (legitimate)', async () => {
    const { repository } = await start();
    const annotations = { 'org.opencontainers.image.title': 'app.tgz' };
    await pushArtifact(repository, MemoryTree.from(FILES), { tag: 'latest', annotations });
    expect((await pullArtifact(repository, 'latest')).tree.read('README.md')).toBeDefined();
  });
});

const oras = findProgram('oras', { optional: true });
describe.skipIf(oras === undefined)('beside oras', () => {
  // Not in one go: the registry is in this process.
  const run = async (args: string[], cwd: string): Promise<string> =>
    (await promisify(execFile)(oras ?? '', args, { cwd })).stdout;

  it('each reads what the other pushed', async () => {
    const { host, repository } = await start();
    const cwd = mkdtempSync(join(tmpdir(), 'oras-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    const { digest } = await pushArtifact(repository, MemoryTree.from(FILES), { tag: 'ours' });
    const resolved = await run(['resolve', '--plain-http', `${host}/org/app:ours`], cwd);
    expect(resolved.trim()).toBe(digest);
    const pushed = await run(
      ['push', '--plain-http', `${host}/org/app:theirs`, '--artifact-type', 'application/vnd.x', '.'],
      cwd,
    );
    expect(pushed).toContain('Pushed');
    expect((await repository.resolve('theirs')).digest).toBe(
      /sha256:[0-9a-f]{64}/.exec(pushed.split('Digest:')[1] ?? '')?.[0],
    );
  });
});
