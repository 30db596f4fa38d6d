import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { GitRepository } from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';
import { fetchArtifact } from '@gitops-toolkit/source';
import { describe, expect, it } from 'vitest';
import { Line } from '../testing/line.ts';
import { kustomizationPaths } from './consumers/path-consumer.ts';
import { CONSUMER_PATHS_ANNOTATION } from './consumers/wanted-paths.ts';

const files = { 'a.yaml': 'a: 1\n', 'docs/intro.md': '# Intro\n', 'logo.png': 'png' };
const artifactOf = (object: KubeObject) => (object as GitRepository).status?.artifact;

async function artifactFiles(object: KubeObject, directory = ''): Promise<string[]> {
  const artifact = artifactOf(object);
  if (!artifact) return [];
  const tree = await fetchArtifact(artifact.url, { digest: artifact.digest });
  return [...tree.list(directory)].map((entry) => entry.name);
}

const configMap = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: default}\n`;

describe('a GitRepository', () => {
  it('follows whatever kind of reference it names', async () => {
    await using line = await Line.start({ files });
    const first = line.repository.refs.get('refs/heads/main') ?? '';
    line.repository.tag('v1.0.0');
    line.repository.commit({ files: { 'a.yaml': 'a: 2\n' } });
    const second = line.repository.tag('v1.1.0', { message: 'annotated' });
    expect(second).not.toBe(first);
    const head = line.repository.refs.get('refs/heads/main') ?? '';
    await line.deploy();
    const cases: readonly [ref: Record<string, string>, revision: string][] = [
      [{ tag: 'v1.0.0' }, `v1.0.0@sha1:${first}`],
      [{ semver: '>=1.0.0' }, `v1.1.0@sha1:${head}`],
      [{ name: 'refs/heads/main' }, `refs/heads/main@sha1:${head}`],
      [{ commit: first }, `sha1:${first}`],
    ];
    for (const [ref, revision] of cases) {
      const body = [{ op: 'replace', path: '/spec/ref', value: ref }];
      await line.client.patch(line.ref('GitRepository'), { type: 'json', body });
      const ready = await line.untilReady('GitRepository', 'True');
      expect(artifactOf(ready)?.revision).toBe(revision);
    }
  });

  it('stores what is not ignored, anew when the rules change', async () => {
    await using line = await Line.start({ files });
    await line.deploy();
    expect(await artifactFiles(await line.untilReady('GitRepository', 'True'))).toEqual(['a.yaml', 'docs']);
    await line.client.patch(line.ref('GitRepository'), {
      type: 'merge',
      body: { spec: { ignore: '/docs/\n' } },
    });
    expect(await artifactFiles(await line.untilReady('GitRepository', 'True'))).toEqual([
      'a.yaml',
      'logo.png',
    ]);
  });

  it('keeps only the directories that it asks for, and fetches no other contents', async () => {
    await using line = await Line.start({
      files: { ...files, 'apps/web/a.yaml': 'w: 1\n', 'apps/db/a.yaml': '' },
    });
    await line.deploy({ git: { sparseCheckout: ['./apps/web'] } });
    const ready = await line.untilReady('GitRepository', 'True');
    expect(await artifactFiles(ready)).toEqual(['a.yaml', 'apps']);
    expect((ready as GitRepository).status?.observedSparseCheckout).toEqual(['./apps/web']);
    const body = { spec: { sparseCheckout: ['apps/none'] } };
    await line.client.patch(line.ref('GitRepository'), { type: 'merge', body });
    const text = 'does not exist in the repository';
    await line.untilReady('GitRepository', 'False', { reason: 'GitOperationFailed', text });
  });

  it('has what its consumers declare alone, where it follows them', async () => {
    const apps = { 'apps/web/a.yaml': configMap('web'), 'apps/db/a.yaml': configMap('db') };
    await using line = await Line.start({ files: apps, consumers: [kustomizationPaths] });
    await line.deploy({ kustomization: { path: './apps/web', retryInterval: '1h' } });
    expect(await artifactFiles(await line.untilReady('GitRepository', 'True'), 'apps')).toEqual([
      'db',
      'web',
    ]);
    const following = (path: string) =>
      line.until<GitRepository>(
        line.ref('GitRepository'),
        ({ status }) => status?.observedSparseCheckout?.[0] === path,
      );
    const annotations = { [CONSUMER_PATHS_ANNOTATION]: 'enabled', 'reconcile.fluxcd.io/requestedAt': 'now' };
    await line.client.patch(line.ref('GitRepository'), {
      type: 'merge',
      body: { metadata: { annotations } },
    });
    const followed = await following('apps/web');
    expect(await artifactFiles(followed, 'apps')).toEqual(['web']);
    // What a consumer wants from now on comes at once.
    const body = { spec: { path: './apps/db' } };
    await line.client.patch(line.ref('Kustomization'), { type: 'merge', body });
    const changed = await following('apps/db');
    expect(await artifactFiles(changed, 'apps')).toEqual(['db']);
    expect(artifactOf(changed)?.revision).toBe(artifactOf(followed)?.revision);
    await line.untilReady('Kustomization', 'True');
    expect(await line.client.find(line.ref('ConfigMap', 'db'))).toBeDefined();
  });

  it('has its submodules where it asks for them', async () => {
    await using line = await Line.start({ files });
    const lib = line.git.createRepository('lib').commit({ branch: 'main', files: { 'lib.yaml': 'l: 1\n' } });
    const modules = '[submodule "lib"]\n\tpath = lib\n\turl = ../lib\n';
    line.repository.commit({ branch: 'main', files: { '.gitmodules': modules, lib: { submodule: lib } } });
    await line.deploy({ git: { recurseSubmodules: true } });
    const ready = await line.untilReady('GitRepository', 'True');
    const artifact = artifactOf(ready);
    const tree = await fetchArtifact(artifact?.url ?? '', { digest: artifact?.digest ?? '' });
    expect(tree.stat('lib/lib.yaml')?.kind).toBe('file');
    expect((ready as GitRepository).status?.observedRecurseSubmodules).toBe(true);
  });

  it('SEC-GIT-09: tells of symlinks that are not in its artifact', async () => {
    await using line = await Line.start({ files });
    line.repository.commit({ branch: 'main', files: { link: { symlink: 'a.yaml' } } });
    await line.deploy();
    await line.untilReady('GitRepository', 'True');
    const warnings = async () =>
      (await line.events('GitRepository')).filter(({ reason }) => reason === 'SourceWarning');
    await expect
      .poll(async () => (await warnings()).map(({ message }) => message))
      .toEqual(['1 symlink will not be in an artifact: link']);
  });

  it('SEC-GIT-09: says nothing where all files are in it (legitimate)', async () => {
    await using line = await Line.start({ files });
    await line.deploy();
    await line.untilReady('GitRepository', 'True');
    expect((await line.events('GitRepository')).map(({ reason }) => reason)).not.toContain('SourceWarning');
  });

  it('makes an artifact anew that vanished from the disk', async () => {
    await using line = await Line.start({ files });
    await line.deploy();
    const artifact = artifactOf(await line.untilReady('GitRepository', 'True'));
    await rm(path.join(line.storageFolder, artifact?.path ?? ''));
    await line.runAgain('GitRepository');
    const again = await line.untilReady('GitRepository', 'True');
    expect(artifactOf(again)?.digest).toBe(artifact?.digest);
    expect(await artifactFiles(again)).toContain('a.yaml');
    const reasons = (await line.events('GitRepository')).map((event) => event.reason);
    expect(reasons).toContain('ArtifactVerificationFailed');
  });

  it('is left alone while it is suspended, and clears up when it goes', async () => {
    await using line = await Line.start({ files });
    await line.deploy();
    const before = artifactOf(await line.untilReady('GitRepository', 'True'));
    await line.client.patch(line.ref('GitRepository'), { type: 'merge', body: { spec: { suspend: true } } });
    await line.push({ files: { 'a.yaml': 'a: 3\n' } });
    await line.runAgain('GitRepository');
    expect(artifactOf(await line.client.get(line.ref('GitRepository')))?.revision).toBe(before?.revision);
    await line.client.delete(line.ref('GitRepository'));
    await line.untilGone(line.ref('GitRepository'));
    await expect(fetchArtifact(before?.url ?? '', { digest: before?.digest ?? '' })).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
    });
  });

  it('says that a repository is empty', async () => {
    await using line = await Line.start({ files });
    line.git.createRepository('empty');
    await line.deploy({ git: { url: line.git.repositoryUrl('empty') } });
    await line.untilReady('GitRepository', 'False', { reason: 'EmptyGitRepository' });
  });
});
