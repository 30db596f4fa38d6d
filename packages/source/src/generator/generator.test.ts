import { MemoryTree } from '@gitops-toolkit/core';
import { packArchive } from '@gitops-toolkit/core/node';
import { describe, expect, it } from 'vitest';
import { composeTree } from './compose-tree.ts';
import { compileDoublestar } from './doublestar.ts';
import { doublestarGlob } from './doublestar-glob.ts';
import { expandArtifacts } from './expand-artifacts.ts';
import { compilePathPattern } from './path-pattern.ts';

const repo = MemoryTree.from({
  'apps/Web/envs/prod/app.yaml': 'a: 1\n',
  'apps/Web/envs/dev/app.yaml': 'a: 2\n',
  'apps/api/envs/prod/app.yaml': 'a: 3\n',
  'apps/api/notes.md': '# Notes\n',
  'apps/readme.md': '# Apps\n',
});
const sources = new Map([['repo', repo]]);
const copy = [{ from: '@repo/apps/{app}/envs/{env}/**', to: '@artifact/' }];
const plan = (pathPattern: string, name = '{app}-{env}') =>
  expandArtifacts([{ name, copy, revision: '@repo' }], { pathPattern, sources });
const text = (data: Uint8Array | undefined) => data && Buffer.from(data).toString();

describe('expandArtifacts', () => {
  it('gives the templates themselves without a pattern, braces and all', () => {
    expect(expandArtifacts([{ name: '{x}', copy }], { sources })).toEqual([
      { name: '{x}', copy, labels: {} },
    ]);
  });

  it('makes an artifact of each directory that fits: lower case in names, as it is in paths', () => {
    const planned = plan('@repo/apps/{app}/envs/{env}');
    expect(planned.map(({ name, labels }) => [name, labels])).toEqual([
      ['web-dev', { app: 'web', env: 'dev' }],
      ['web-prod', { app: 'web', env: 'prod' }],
      ['api-prod', { app: 'api', env: 'prod' }],
    ]);
    expect(planned[0]).toMatchObject({
      revision: '@repo',
      copy: [{ from: '@repo/apps/Web/envs/dev/**', to: '@artifact/' }],
    });
  });

  it('finds nothing where nothing fits, files included', () => {
    for (const pattern of [
      '@repo/other/{app}/{env}',
      '@repo/apps/{app}/{env}/',
      '@repo/apps/readme.md',
      '@repo/',
    ])
      expect(plan(pattern)).toEqual([]);
  });

  it.each([
    ['apps/{app', 'missing closing brace'],
    ['apps/app}', 'missing opening brace'],
    ['apps/{}', 'must match'],
    ['apps/{1}', 'must match'],
    ['{app}/{app}', 'duplicate capture variable "app"'],
    ['{_app}', 'not a valid Kubernetes label key'],
    ['apps/{other}', 'capture variable "app" is not defined by pathPattern'],
  ])('refuses the pattern %s', (pattern, message) => {
    expect(() => plan(`@repo/${pattern}`)).toThrow(
      expect.objectContaining({
        code: 'GENERATOR_PATTERN_INVALID',
        message: expect.stringMatching(/^pathPattern "@repo\//) as string,
      }),
    );
    expect(() => plan(`@repo/${pattern}`)).toThrow(message);
  });

  it('refuses names that Kubernetes would, and two artifacts of one name', () => {
    expect(() => plan('@other/{app}/{env}')).toThrow('source alias other not found');
    expect(() => plan('@repo/apps/{app}/envs/{env}', '{app}_{env}')).toThrow(
      'not a valid Kubernetes object name',
    );
    expect(() => plan('@repo/apps/{app}/envs/{env}', '{app}')).toThrow(
      'directories "apps/Web/envs/dev" and "apps/Web/envs/prod" both resolve to artifact name "web"',
    );
    const hidden = new Map([['repo', MemoryTree.from({ 'apps/.hidden/a': '' })]]);
    expect(() =>
      expandArtifacts([{ name: '{app}', copy: [] }], { pathPattern: '@repo/apps/{app}', sources: hidden }),
    ).toThrow('captured value ".hidden" for variable "app" is not a valid Kubernetes label value');
  });

  it('makes no more than a status has room for', () => {
    expect(() =>
      expandArtifacts([{ name: '{app}-{env}', copy }], {
        pathPattern: '@repo/apps/{app}/envs/{env}',
        sources,
        maxArtifacts: 2,
      }),
    ).toThrow(expect.objectContaining({ code: 'GENERATOR_LIMIT' }));
  });
});

describe('composeTree', () => {
  it('says which operation failed, and that another revision may help', async () => {
    await expect(
      composeTree([{ from: '@repo/gone.yaml', to: '@artifact/' }], { sources }),
    ).rejects.toMatchObject({
      code: 'GENERATOR_COPY_FAILED',
      retry: 'backoff',
      message:
        "failed to apply copy operation from '@repo/gone.yaml' to '@artifact/': source 'gone.yaml' does not exist",
    });
    await expect(
      composeTree([{ from: '@repo/apps/[', to: '@artifact/' }], { sources }),
    ).rejects.toMatchObject({ code: 'GENERATOR_PATTERN_INVALID', retry: 'terminal' });
  });

  it('follows links inside of a source, and none out of it', async () => {
    const links = MemoryTree.from({
      'real.yaml': 'a: 1\n',
      'dir/link.yaml': { symlink: '../real.yaml' },
      'bad/out.yaml': { symlink: '../../../etc/hostname' },
    });
    const from = (path: string) =>
      composeTree([{ from: `@links/${path}`, to: '@artifact/' }], { sources: new Map([['links', links]]) });
    expect(text((await from('dir/')).read('dir/link.yaml'))).toBe('a: 1\n');
    await expect(from('bad/')).rejects.toThrow("'bad/out.yaml' leads to no file of the source");
    await expect(from('bad/out.yaml')).rejects.toThrow('does not exist');
  });

  it('writes nothing outside of the artifact', async () => {
    for (const to of ['../x', '/x', 'a/../../x'])
      await expect(
        composeTree([{ from: '@repo/apps/readme.md', to: `@artifact/${to}` }], { sources }),
      ).rejects.toThrow('leads out of the artifact');
  });

  it('bounds what one artifact holds, however often the same is copied', async () => {
    const many = [0, 1, 2].map((n) => ({ from: '@repo/apps/', to: `@artifact/${n}` }));
    const limited = (limits: object) => composeTree(many, { sources, limits });
    await expect(limited({ maxBytes: 60 })).rejects.toMatchObject({ code: 'GENERATOR_LIMIT' });
    await expect(limited({ maxEntries: 20 })).rejects.toMatchObject({ code: 'GENERATOR_LIMIT' });
    expect((await limited({ maxBytes: 100, maxEntries: 100 })).size).toBe(3 * repo.size);
  });

  it('unpacks archives within the limits of archives', async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of packArchive(MemoryTree.from({ big: new Uint8Array(100_000) })))
      pieces.push(piece);
    const archives = new Map([['a', MemoryTree.from({ 'x.tgz': Buffer.concat(pieces) })]]);
    const operations = [{ from: '@a/x.tgz', to: '@artifact/', strategy: 'Extract' as const }];
    expect((await composeTree(operations, { sources: archives })).size).toBe(100_000);
    await expect(
      composeTree(operations, { sources: archives, unpackLimits: { maxBytes: 1000 } }),
    ).rejects.toMatchObject({ code: 'GENERATOR_COPY_FAILED', cause: { code: 'ARCHIVE_LIMIT' } });
  });

  it('takes keys of prototypes as keys', async () => {
    const values = new Map([
      [
        'v',
        MemoryTree.from({
          'a.yaml': '__proto__:\n  x: 1\n',
          'b.yaml': '__proto__:\n  z: 2\nconstructor: 3\n',
        }),
      ],
    ]);
    const merged = await composeTree(
      [
        { from: '@v/a.yaml', to: '@artifact/v.yaml' },
        { from: '@v/b.yaml', to: '@artifact/v.yaml', strategy: 'Merge' },
      ],
      { sources: values },
    );
    expect(text(merged.read('v.yaml'))).toBe('__proto__:\n  x: 1\n  z: 2\nconstructor: 3\n');
  });

  it('ends with its signal', async () => {
    const reason = new Error('shutting down');
    await expect(
      composeTree([{ from: '@repo/', to: '@artifact/' }], { sources, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });
});

describe('patterns that are made to take long', () => {
  it('are matched in no time', () => {
    const name = 'a'.repeat(255);
    expect(compileDoublestar(`${'*a'.repeat(100)}b`)(name)).toBe(false);
    expect(compileDoublestar(`${'**/a/'.repeat(100)}b`)(Array<string>(200).fill('a').join('/'))).toBe(false);
    const captures = Array.from({ length: 100 }, (_, index) => `{c${index}}`).join('');
    expect(compilePathPattern(`${captures}b`).captureStep(0, name)).toBeUndefined();
    const deep = MemoryTree.from({ [`${Array<string>(60).fill('a').join('/')}/x`]: '' });
    expect(doublestarGlob(deep, `${'**/a/'.repeat(30)}b`)).toEqual([]);
    expect(() => compileDoublestar('{a,b}'.repeat(30))).toThrow('more than 1000 alternatives');
  });
});
