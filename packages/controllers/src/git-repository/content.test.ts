import type { GitRepository } from '@gitops-toolkit/api';
import { type FileTree, MemoryTree, MemoryTreeBuilder, walkFiles } from '@gitops-toolkit/core';
import type { ReconcileContext } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import { artifactContent, isContentConfigObserved, observeContentConfig } from './content.ts';
import { areIncludesCurrent, findIncludes, type IncludedTree } from './include.ts';

const checkout = MemoryTree.from({
  'README.md': '# App',
  '.gitignore': 'dist',
  'apps/web/deploy.yaml': 'web',
  'apps/api/deploy.yaml': 'api',
  'logo.png': 'png',
});

function repository(spec: Partial<GitRepository['spec']> = {}): GitRepository {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'app', namespace: 'apps' },
    spec: { url: 'https://git.example.com/app', interval: '1m', ...spec },
  };
}

/** What an object wants by itself. */
const wantedBy = (object: GitRepository) => ({
  directories: object.spec.sparseCheckout ?? [],
  optionalPaths: [],
});

const contentOf = (object: GitRepository, tree: FileTree, includes: readonly IncludedTree[]) =>
  artifactContent(object, tree, includes, wantedBy(object));

const filesOf = async (...args: Parameters<typeof contentOf>) =>
  [...walkFiles(await contentOf(...args))].map((file) => file.path);

describe('artifactContent', () => {
  it('leaves out what Flux leaves out', async () => {
    expect(await filesOf(repository(), checkout, [])).toEqual([
      'README.md',
      'apps/api/deploy.yaml',
      'apps/web/deploy.yaml',
    ]);
    expect(await filesOf(repository({ ignore: '/*\n!/apps\n' }), checkout, [])).toEqual([
      'apps/api/deploy.yaml',
      'apps/web/deploy.yaml',
    ]);
  });

  it('says where an include cannot be put', async () => {
    const include = [{ repository: { name: 'shared' }, toPath: 'README.md' }];
    const [some, none] = [MemoryTree.from({ 'a.yaml': 'a' }), new MemoryTreeBuilder()];
    none.add('empty', { directory: true });
    for (const [tree, toPath] of [
      [some, 'README.md'],
      [new MemoryTree(none), 'README.md'],
      [MemoryTree.from({ web: 'a file' }), 'apps'],
    ] as const)
      await expect(
        filesOf(repository({ include }), checkout, [{ tree, fromPath: '', toPath }]),
      ).rejects.toThrow(
        expect.objectContaining({
          code: 'CONTROLLERS_INCLUDE_CONFLICT',
          message: expect.stringContaining(`included at '${toPath}'`),
        }),
      );
  });

  it('keeps the wanted directories and the files at the root', async () => {
    const files = await filesOf(repository({ sparseCheckout: ['./apps/web'] }), checkout, []);
    expect(files).toEqual(['README.md', 'apps/web/deploy.yaml']);
  });

  it('has the directories that a checkout would have, whatever of their files is left out', async () => {
    const object = repository({ sparseCheckout: ['apps/web'], ignore: '*.yaml' });
    const content = await contentOf(object, checkout, []);
    expect([...content.list('')].map((entry) => entry.name)).toEqual(['README.md', 'apps', 'logo.png']);
    expect([...content.list('apps')].map((entry) => entry.name)).toEqual(['web']);
    expect(content.list('apps/web')).toEqual([]);
  });

  it('SEC-GIT-07: answers the same for a directory that is missing, outside, or behind a symlink', async () => {
    const linked = MemoryTree.from({
      'apps/web/a.yaml': 'a',
      in: { symlink: 'apps' },
      out: { symlink: '../..' },
    });
    for (const directory of [
      'apps/none',
      '../..',
      '../../etc',
      'in',
      'in/web',
      'in/none',
      'out',
      'out/etc',
    ]) {
      await expect(contentOf(repository({ sparseCheckout: [directory] }), linked, [])).rejects.toMatchObject({
        code: 'CONTROLLERS_PATH_NOT_FOUND',
        message: `sparse checkout directory '${directory}' does not exist in the repository`,
      });
    }
  });

  it('puts included trees where they are wanted', async () => {
    const tree = MemoryTree.from({ 'base/a.yaml': 'a', 'other/b.yaml': 'b' });
    const files = await filesOf(repository(), checkout, [{ tree, fromPath: 'base', toPath: 'vendor/base' }]);
    expect(files).toContain('vendor/base/a.yaml');
    expect(files.some((file) => file.endsWith('b.yaml'))).toBe(false);
  });

  it('keeps directories that are empty, of the repository and of what is put into it', async () => {
    const whole = MemoryTree.from({ 'a.yaml': '', lib: { directory: true } });
    const included = {
      tree: MemoryTree.from({ 'x/empty': { directory: true } }),
      fromPath: 'x',
      toPath: 'in',
    };
    const content = await contentOf(repository(), whole, [included]);
    expect([content.stat('lib')?.kind, content.stat('in/empty')?.kind]).toEqual(['directory', 'directory']);
  });
});

describe('the fields that decide the content', () => {
  it('are compared with those of the last artifact', () => {
    const object = repository({ ignore: '/docs', sparseCheckout: ['apps'] });
    expect(isContentConfigObserved(object, wantedBy(object))).toBe(false);
    observeContentConfig(object, wantedBy(object));
    expect(isContentConfigObserved(object, wantedBy(object))).toBe(true);
    delete object.spec.ignore;
    expect(isContentConfigObserved(object, wantedBy(object))).toBe(false);
  });
});

describe('includes', () => {
  const artifact = {
    url: 'http://127.0.0.1/base.tar.gz',
    path: 'gitrepository/apps/base/bb.tar.gz',
    digest: 'sha256:aa',
    revision: 'main@sha1:bb',
    lastUpdateTime: '2026-11-22T10:00:00Z',
    size: 1,
  };
  const contextWith = (status?: GitRepository['status']) =>
    ({
      cache: { get: () => (status ? { ...repository(), status } : undefined) },
    }) as unknown as ReconcileContext;
  const object = repository({ include: [{ repository: { name: 'base' }, fromPath: './deploy/' }] });

  it('go below the name of the repository by default', () => {
    expect(findIncludes(object, contextWith({ artifact }), 1)).toEqual([
      { artifact, fromPath: 'deploy', toPath: 'base' },
    ]);
  });

  it('are waited for', () => {
    const failure = (reason: string) =>
      expect.objectContaining({
        reason,
        requeueAfterMs: 1,
        cause: expect.objectContaining({ code: 'CONTROLLERS_INCLUDE_UNAVAILABLE' }) as unknown,
      });
    expect(() => findIncludes(object, contextWith(), 1)).toThrow(failure('NotFound'));
    expect(() => findIncludes(object, contextWith({}), 1)).toThrow(failure('NoArtifact'));
  });

  it('make a new artifact when theirs changed', () => {
    const [include] = findIncludes(object, contextWith({ artifact }), 1);
    const includes = include ? [include] : [];
    expect(areIncludesCurrent(object, includes)).toBe(false);
    expect(areIncludesCurrent({ ...object, status: { includedArtifacts: [artifact] } }, includes)).toBe(true);
  });
});
