import { loadIgnoreRules, walkFiles } from '@gitops-toolkit/core';
import { packArchive } from '@gitops-toolkit/core/node';
import { startGitServer } from '@gitops-toolkit/envtest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fetchArtifact } from '../artifact/fetch-artifact.ts';
import { GitFetcher } from '../git/git-fetcher.ts';
import type { Artifact } from './artifact.ts';
import { startArtifactServer } from './artifact-server.ts';
import { ArtifactStorage } from './artifact-storage.ts';

const OWNER = { kind: 'GitRepository', namespace: 'apps', name: 'app' };

describe('from a commit to an artifact and back', () => {
  it('gives consumers the files of the commit, and the same digest for the same files', async () => {
    const git = await startGitServer({
      repositories: {
        app: {
          'deploy/app.yaml': 'kind: Deployment\n',
          'deploy/run.sh': { data: '#!/bin/sh\n', executable: true },
          'docs/intro.md': '# Intro\n',
          '.sourceignore': '/docs/\n',
          link: { symlink: 'deploy/app.yaml' },
        },
      },
    });
    const root = await mkdtemp(join(tmpdir(), 'flow-'));
    const storage = new ArtifactStorage({ root, host: 'localhost' });
    const server = await startArtifactServer({ storage });
    const fetcher = new GitFetcher();
    onTestFinished(async () => {
      await Promise.all([git.stop(), server[Symbol.asyncDispose](), fetcher[Symbol.asyncDispose]()]);
      await rm(root, { recursive: true });
    });

    const reconcile = async (): Promise<Artifact> => {
      const found = await fetcher.resolve({ url: git.repositoryUrl('app'), branch: 'main' });
      const { tree, revision } = await fetcher.fetch(found);
      const content = packArchive(tree, { ignore: loadIgnoreRules(tree) });
      return storage.store(OWNER, { revision, file: `${found.hash}.tar.gz`, content });
    };

    const first = await reconcile();
    const tree = await fetchArtifact(`${server.url}/${first.path}`, { digest: first.digest });
    expect([...walkFiles(tree)].map((file) => `${file.mode.toString(8)} ${file.path}`)).toEqual([
      '644 .sourceignore',
      '644 deploy/app.yaml',
      '755 deploy/run.sh',
    ]);

    // Another commit with the same files, but for one that is ignored.
    git.repository('app')?.commit({ files: { 'docs/intro.md': '# Another\n' } });
    const second = await reconcile();
    expect(second.digest).toBe(first.digest);
    expect(second.revision).not.toBe(first.revision);

    git.repository('app')?.commit({ files: { 'deploy/app.yaml': 'kind: StatefulSet\n' } });
    const third = await reconcile();
    expect(third.digest).not.toBe(first.digest);
    expect(await storage.collectGarbage(OWNER, third)).toHaveLength(1);
    expect(await storage.verify(third)).toBe(true);
  });
});
