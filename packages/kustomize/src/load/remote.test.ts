import { type FileTree, MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { build } from '../build.ts';
import { bare, failure } from '../testing/build-files.ts';
import { fetchRemoteBases, findRemoteBases } from './fetch-remote.ts';
import { parseRemoteUrl } from './remote-url.ts';

describe('parseRemoteUrl', () => {
  it.each([
    ['github.com/shop/config', 'https://github.com/shop/config', '', ''],
    ['github.com/shop/config/overlays/prod?ref=v2', 'https://github.com/shop/config', 'overlays/prod', 'v2'],
    ['git@github.com:shop/config.git/base', 'git@github.com:shop/config.git', 'base', ''],
    ['ssh://git@GitHub.com/shop/config', 'git@github.com:shop/config', '', ''],
    [
      'https://git.example.com/a/b/c//deep/er?version=main',
      'https://git.example.com/a/b/c',
      'deep/er',
      'main',
    ],
    [
      'https://dev.azure.com/org/project/_git/repo/k8s?version=1&ref=2',
      'https://dev.azure.com/org/project/_git/repo',
      'k8s',
      '2',
    ],
    ['git::https://git.example.com/a/b', 'https://git.example.com/a/b', '', ''],
    ['file:///srv/git/config.git//base', 'file:///srv/git/config.git', 'base', ''],
  ])('reads %s', (url, cloneSpec, kustRootPath, ref) => {
    expect(parseRemoteUrl(url)).toMatchObject({
      cloneSpec,
      kustRootPath,
      ref,
      submodules: true,
      timeoutMs: 27_000,
    });
  });

  it.each([
    ['?timeout=90', 90_000],
    ['?timeout=1m30s', 90_000],
    ['?timeout=-3', 27_000],
    ['?timeout=soon', 27_000],
  ])('reads the timeout of %s', (query, timeoutMs) => {
    expect(parseRemoteUrl(`https://git.example.com/a/b${query}`).timeoutMs).toBe(timeoutMs);
  });

  it.each([
    ['/absolute', 'uri looks like abs path: /absolute'],
    ['../base', 'failed to parse scheme'],
    ['https:///nowhere', 'failed to parse repo path segment'],
    ['https://git.example.com/only-owner', 'failed to parse repo path segment'],
    ['https://git.example.com/a/b//../../c', 'url path exits repo: a/b//../../c'],
  ])('refuses %s', (url, message) => {
    const error = failure(() => parseRemoteUrl(url));
    expect([error.code, error.message]).toEqual(['KUSTOMIZE_REMOTE_URL', message]);
  });

  it('reads submodules as Go reads booleans', () => {
    expect(parseRemoteUrl('https://git.example.com/a/b?submodules=0').submodules).toBe(false);
    expect(parseRemoteUrl('https://git.example.com/a/b?submodules=no').submodules).toBe(true);
  });
});

const CONFIG = 'https://git.example.com/team/config//base?ref=v1';
const SHARED = 'https://git.example.com/team/shared';
const FILE = 'https://files.example.com/account.yaml';

function remote(url: string): FileTree | Uint8Array {
  if (url === FILE) return new TextEncoder().encode(bare('ServiceAccount', 'from-a-file'));
  if (url === SHARED)
    return MemoryTree.from({
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': bare('ServiceAccount', 'shared'),
    });
  return MemoryTree.from({
    'base/kustomization.yaml': `resources: [account.yaml, "${SHARED}"]\nnamePrefix: team-\n`,
    'base/account.yaml': bare('ServiceAccount', 'robot'),
  });
}

const TREE = MemoryTree.from({
  'prod/kustomization.yaml': `
resources: ["${CONFIG}", ../local, "${FILE}"]
configMapGenerator:
- name: page
  files: [index=https://files.example.com/index.html]
`,
  'local/kustomization.yaml': `resources: ["${SHARED}"]\nnameSuffix: -local\n`,
});

describe('fetchRemoteBases', () => {
  it('fetches each URL once, those of remote bases and local ones included', async () => {
    const asked: string[] = [];
    const fetcher = (url: string): Promise<FileTree | Uint8Array> => {
      asked.push(url);
      return Promise.resolve(url.endsWith('.html') ? new TextEncoder().encode('<p>') : remote(url));
    };
    const remotes = await fetchRemoteBases(TREE, fetcher, { path: 'prod' });
    expect(asked.toSorted()).toEqual(
      [FILE, 'https://files.example.com/index.html', CONFIG, SHARED].toSorted(),
    );
    const { resources, filesRead } = build(TREE, { path: 'prod', remotes, reorder: 'none' });
    expect(resources.map(({ object, origin }) => [object.metadata.name, origin?.file])).toEqual([
      ['team-robot', 'https://git.example.com/team/config//base/account.yaml'],
      ['team-shared', 'https://git.example.com/team/shared//a.yaml'],
      ['shared-local', 'https://git.example.com/team/shared//a.yaml'],
      ['from-a-file', FILE],
      [expect.stringMatching(/^page-/), 'prod/kustomization.yaml'],
    ]);
    expect(filesRead).toEqual(['local/kustomization.yaml', 'prod/kustomization.yaml']);
  });

  it('tells the fetcher how a URL reads as a repository', async () => {
    const repositories: unknown[] = [];
    await fetchRemoteBases(
      MemoryTree.from({ 'kustomization.yaml': `resources: ["${CONFIG}"]\n` }),
      (url, { repository }) => {
        if (url === CONFIG) repositories.push(repository);
        return Promise.resolve(remote(url));
      },
    );
    expect(repositories).toEqual([parseRemoteUrl(CONFIG)]);
  });

  it('stops before a fetch when the signal is aborted', async () => {
    const reason = new Error('enough');
    const fetching = fetchRemoteBases(TREE, () => Promise.resolve(MemoryTree.from({})), {
      path: 'prod',
      signal: AbortSignal.abort(reason),
    });
    await expect(fetching).rejects.toBe(reason);
  });

  it('refuses more URLs than the limit', async () => {
    const fetching = fetchRemoteBases(TREE, (url) => Promise.resolve(remote(url)), {
      path: 'prod',
      maxRemotes: 2,
    });
    await expect(fetching).rejects.toMatchObject({ code: 'KUSTOMIZE_LIMIT' });
  });

  it('leaves it to the build to say what is wrong with a kustomization', () => {
    const broken = MemoryTree.from({ 'kustomization.yaml': 'resources: [\n' });
    expect(findRemoteBases(broken)).toEqual([]);
    expect(findRemoteBases(broken, { path: 'nowhere' })).toEqual([]);
  });
});

describe('remote bases in buildMetadata', () => {
  it('are named with repository, reference and path', () => {
    const tree = MemoryTree.from({
      'kustomization.yaml': `buildMetadata: [originAnnotations]\nresources: ["${CONFIG}"]\n`,
    });
    const remotes = new Map([
      [
        CONFIG,
        MemoryTree.from({
          'base/kustomization.yaml': 'resources: [a.yaml]\n',
          'base/a.yaml': bare('ServiceAccount', 'robot'),
        }),
      ],
    ]);
    const [resource] = build(tree, { remotes }).resources;
    expect(resource?.object.metadata.annotations?.['config.kubernetes.io/origin']).toBe(
      'path: base/a.yaml\nrepo: https://git.example.com/team/config\nref: v1\n',
    );
  });
});
