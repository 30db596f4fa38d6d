import { type FileTree, filterTree, loadIgnoreRules, MemoryTree, walkFiles } from '@gitops-toolkit/core';
import { packTar } from '@gitops-toolkit/core/node';
import { startGitServer } from '@gitops-toolkit/envtest';
import { createSshKey, findProgram, startSshd } from '@gitops-toolkit/envtest/servers';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPack } from '../../testing/pack-writer.ts';
import { git, gitHttpBackend, hasGit } from '../../testing/run-git.ts';
import { serve } from '../../testing/serve.ts';
import type { GitFetchOptions } from '../git-fetch-options.ts';
import { fetchGit, GitFetcher } from '../git-fetcher.ts';
import { DEFAULT_GIT_LIMITS } from '../limits.ts';
import { SHA1 } from '../object-format.ts';
import { PackAllowance } from '../pack/pack-allowance.ts';
import { parsePack } from '../pack/parse-pack.ts';
import type { GitPaths } from './git-paths.ts';

const FILES: Readonly<Record<string, string>> = {
  'README.md': '# All\n',
  'apps/.sourceignore': '*.md\n!web/keep.md\n/db/dump.sql\n',
  'apps/db/db.yaml': 'kind: StatefulSet\n',
  'apps/db/dump.sql': 'select 1;\n',
  'apps/web/web.yaml': 'kind: Deployment\n',
  'apps/web/notes.md': 'notes\n',
  'apps/web/keep.md': 'kept\n',
  'apps-old/web.yaml': 'kind: Deployment\nold: true\n',
  'docs/guide.md': '# Guide\n',
  'docs/picture.png': 'not really\n',
  'infra/.sourceignore': 'secret/\n',
  'infra/secret/token.txt': 'hidden\n',
  'infra/net.yaml': 'kind: NetworkPolicy\n',
};

const CHOICES: readonly (readonly [what: string, paths: GitPaths])[] = [
  ['one directory', { directories: ['apps/web'] }],
  ['directories in other spellings', { directories: ['./apps//db/', 'docs'] }],
  ['the root', { directories: ['.'] }],
  ['ignore rules', { ignore: '/docs/\n*.sql\n' }],
  ['ignore rules that take back what files say', { ignore: '!notes.md\n' }],
  ['ignore rules without the files', { ignore: '/apps/\n', ignoreFiles: false }],
  ['the files alone', { ignoreFiles: true }],
  ['the defaults, where no file is', { directories: ['docs'], ignoreFiles: true }],
  [
    'directories of which one is in the other',
    { directories: ['apps', 'apps/web'], optionalPaths: ['apps/db'] },
  ],
  ['directories at different depths', { directories: ['docs', 'infra/secret'] }],
  ['directories and rules', { directories: ['apps', 'infra'], ignore: 'net.yaml\n' }],
];

/** What a whole fetch, filtered afterwards, comes to; put together from the parts of core alone. */
function filtered(
  whole: FileTree,
  { directories = [], optionalPaths = [], ignore, ignoreFiles }: GitPaths,
): FileTree {
  const roots = [...directories, ...optionalPaths].map((name) =>
    name.split('/').filter((part) => part !== '' && part !== '.'),
  );
  const isWanted = (path: string, isDirectory: boolean) => {
    const parts = path.split('/');
    const isBelow = roots.some((root) => root.every((part, i) => parts[i] === part));
    const isAbove = roots.some((root) => parts.every((part, i) => root[i] === part));
    return isBelow || (isDirectory ? isAbove : parts.length === 1);
  };
  const sparse =
    roots.length === 0
      ? whole
      : filterTree(whole, { ignores: (path, isDirectory) => !isWanted(path, isDirectory) });
  if (ignore === undefined && ignoreFiles !== true) return sparse;
  const rulesOf = ignoreFiles === false ? MemoryTree.from({}) : sparse;
  return filterTree(sparse, loadIgnoreRules(rulesOf, ignore === undefined ? {} : { ignore }));
}

function contents(tree: FileTree): [path: string, mode: number, content: string][] {
  return [...walkFiles(tree)].map(({ path, mode, target }) => [
    path,
    mode,
    target ?? Buffer.from(tree.read(path) ?? []).toString(),
  ]);
}

/** With the folders in it, empty ones too. */
const archiveOf = (tree: FileTree): Buffer => Buffer.concat([...packTar(tree)]);

describe('fetchGit of some paths, from a server for tests', () => {
  it.each(CHOICES)('gives what a whole fetch gives, filtered: %s', async (_what, paths) => {
    await using server = await startGitServer({ repositories: { app: FILES } });
    const source = { url: server.repositoryUrl('app'), branch: 'main' };
    const whole = await fetchGit(source);
    const partial = await fetchGit(source, { paths });
    expect(contents(partial.tree)).toEqual(contents(filtered(whole.tree, paths)));
    expect(archiveOf(partial.tree)).toEqual(archiveOf(filtered(whole.tree, paths)));
    expect(partial.revision).toBe(whole.revision);
    server.setFaults({ onlyVersion0: true });
    expect(contents((await fetchGit(source, { paths })).tree)).toEqual(contents(partial.tree));
  });

  const fetchDirectory = async (server: { repositoryUrl(name: string): string }, directory: string) =>
    fetchGit(
      { url: server.repositoryUrl('app'), branch: 'main' },
      { paths: { directories: [directory] } },
    ).catch((error: Error & { code: string }) => `${error.code} ${error.message.replace(directory, '…')}`);

  it('SEC-GIT-07: says the same of a directory outside, behind a symlink and missing, whether it exists or not', async () => {
    await using server = await startGitServer({
      repositories: {
        app: {
          'apps/web/a.yaml': 'a: 1\n',
          out: { symlink: '/etc' },
          in: { symlink: 'apps' },
          file: 'x',
        },
      },
    });
    const answers = new Set<unknown>();
    const places = ['missing', '../..', '../../etc', '/etc', 'out', 'out/ssl', 'out/missing'];
    places.push('in', 'in/web', 'in/missing', 'file', 'apps/../..', 'apps/web/a.yaml');
    for (const directory of places) answers.add(await fetchDirectory(server, directory));
    expect([...answers]).toEqual(['GIT_PATH_NOT_FOUND the directory "…" does not exist in the repository']);
  });

  it('brings what may be there along, and goes without what is not', async () => {
    await using server = await startGitServer({ repositories: { app: FILES } });
    const source = { url: server.repositoryUrl('app'), branch: 'main' };
    const brought = async (paths: GitPaths) =>
      contents((await fetchGit(source, { paths })).tree)
        .map(([path]) => path)
        .filter((path) => path.includes('/'));
    const optionalPaths = ['docs/guide.md', 'infra/secret', 'gone', '../etc'];
    expect(await brought({ optionalPaths })).toEqual(['docs/guide.md', 'infra/secret/token.txt']);
    expect(await brought({ directories: ['infra'], optionalPaths: ['docs/guide.md'] })).toEqual([
      'docs/guide.md',
      'infra/.sourceignore',
      'infra/net.yaml',
      'infra/secret/token.txt',
    ]);
    expect(await brought({ optionalPaths: ['gone'] })).toEqual([]);
  });

  it('does not take a server that is overloaded for one that refuses, and asks it for nothing more', async () => {
    await using server = await startGitServer({ repositories: { app: FILES } });
    await using fetcher = new GitFetcher();
    const revision = await fetcher.resolve({ url: server.repositoryUrl('app'), branch: 'main' });
    const paths = { directories: ['apps/web'] };
    const before = server.requests.length;
    server.setFaults({ status: 503, retryAfter: 7 });
    await expect(fetcher.fetch(revision, { paths })).rejects.toMatchObject({
      code: 'GIT_HTTP_STATUS',
      retryAfterMs: 7000,
    });
    // The request, and a new look at what the server can do.
    expect(server.requests.slice(before).map(({ method }) => method)).toEqual(['POST', 'GET']);
    server.setFaults({});
    const { tree } = await fetcher.fetch(revision, { paths });
    expect(tree.stat('apps/web/web.yaml')?.kind).toBe('file');
  });

  it('takes an optional path that leads out of the repository for nothing in it', async () => {
    await using server = await startGitServer({
      repositories: { app: { 'undefined/a.yaml': 'a: 1\n', b: '' } },
    });
    const source = { url: server.repositoryUrl('app'), branch: 'main' };
    const { tree } = await fetchGit(source, { paths: { optionalPaths: ['../etc'] } });
    expect(contents(tree).map(([path]) => path)).toEqual(['b']);
  });

  it('SEC-GIT-07: gives directories that are there, in any spelling that stays inside (legitimate)', async () => {
    await using server = await startGitServer({
      repositories: { app: { 'apps/web/a.yaml': 'a: 1\n', b: '' } },
    });
    for (const directory of ['apps/web', './apps/web/', 'apps/../apps/web', 'apps', '']) {
      expect(await fetchDirectory(server, directory)).toHaveProperty('tree.size', 5);
    }
  });
});

describe.skipIf(!hasGit)('fetchGit of some paths, beside the git program', () => {
  let folder: string;
  /** What each request wanted. */
  let requests: string[][];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'git-partial-'));
    for (const format of ['sha1', 'sha256']) {
      const work = join(folder, `work-${format}`);
      await git('init', '-q', `--object-format=${format}`, '-b', 'main', work);
      for (const [path, content] of Object.entries(FILES)) {
        await mkdir(dirname(join(work, path)), { recursive: true });
        await writeFile(join(work, path), content);
      }
      await writeFile(join(work, 'apps', 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
      await symlink('../docs/guide.md', join(work, 'apps', 'link'));
      await git('-C', work, 'add', '-A');
      await git('-C', work, 'commit', '-q', '-m', 'One');
      await git('-C', work, 'tag', '-a', '-m', 'note', 'v1');
      await git('clone', '-q', '--bare', work, join(folder, `${format}.git`));
      await git('-C', join(folder, `${format}.git`), 'config', 'uploadpack.allowFilter', 'true');
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /**
   * Serves the folder, and takes down what is wanted of it.
   *
   * @param refuse The server's words, for requests that it refuses.
   */
  async function start(refuse: (body: string) => string | undefined = () => undefined): Promise<string> {
    const backend = await serve(gitHttpBackend(folder));
    requests = [];
    return serve((request, response) => {
      const answer = async () => {
        const body = Buffer.concat(await request.toArray());
        const wants = [...body.toString().matchAll(/want ([0-9a-f]+)/g)].map(([, id]) => id ?? '');
        if (wants.length > 0) requests.push(wants);
        const words = refuse(body.toString());
        if (words !== undefined) {
          const line = `ERR ${words}`;
          response.setHeader('content-type', 'application/x-git-upload-pack-result');
          response.end(`${(line.length + 4).toString(16).padStart(4, '0')}${line}`);
          return;
        }
        const headers = ['content-type', 'git-protocol'].flatMap((name) => {
          const value = request.headers[name];
          return value === undefined ? [] : [[name, String(value)] as [string, string]];
        });
        const method = request.method ?? 'GET';
        const result = await fetch(`${backend}${request.url}`, {
          method,
          headers,
          ...(method === 'POST' ? { body } : {}),
        });
        response.setHeader('content-type', result.headers.get('content-type') ?? '');
        response.end(Buffer.from(await result.arrayBuffer()));
      };
      answer().catch(() => response.destroy());
    });
  }

  async function whole(name: string): Promise<FileTree> {
    return (await fetchGit({ url: join(folder, name), branch: 'main' }, { allowLocal: true })).tree;
  }

  it.each(CHOICES)('gives what a whole fetch gives, filtered: %s', async (_what, paths) => {
    for (const name of ['sha1.git', 'sha256.git']) {
      const url = await start();
      const expected = filtered(await whole(name), paths);
      const { tree } = await fetchGit({ url: `${url}/${name}`, branch: 'main' }, { paths });
      expect(contents(tree)).toEqual(contents(expected));
      const local = { url: join(folder, name), branch: 'main' };
      expect(contents((await fetchGit(local, { allowLocal: true, paths })).tree)).toEqual(contents(expected));
    }
  });

  const bare = (name: string) => join(folder, `${name}.git`);
  const headOf = (name: string) => git('-C', bare(name), 'rev-parse', 'main');
  const idsOf = async (...paths: string[]) =>
    (await git('-C', bare('sha1'), 'rev-parse', ...paths.map((path) => `main:${path}`))).split('\n');

  it('asks for a folder with all below it once the commit has told where it is', async () => {
    const url = await start();
    await fetchGit({ url: `${url}/sha1.git`, branch: 'main' }, { paths: { directories: ['apps/web'] } });
    expect(requests).toEqual([[await headOf('sha1')], await idsOf('apps/web', 'README.md')]);
  });

  it('asks for the folders on the way to a deep one, some levels at a time, and for no others', async () => {
    const work = join(folder, 'deep');
    await git('init', '-q', '-b', 'main', work);
    const wanted = 'a/b/c/d/e/f/g/h';
    const beside = ['a/b/c/other/o.yaml', 'a/b/c/d/e/f/g/other/o.yaml', 'top.yaml'];
    for (const path of [`${wanted}/i/deep.yaml`, ...beside]) {
      await mkdir(dirname(join(work, path)), { recursive: true });
      await writeFile(join(work, path), path);
    }
    await git('-C', work, 'add', '-A');
    await git('-C', work, 'commit', '-q', '-m', 'One');
    await git('clone', '-q', '--bare', work, bare('deep'));
    await git('-C', bare('deep'), 'config', 'uploadpack.allowFilter', 'true');
    const source = { url: `${await start()}/deep.git`, branch: 'main' };
    // The commit and three levels; c with three more, g with what is in it, and two blobs.
    const limits = { maxObjects: 1 + 3 + 5 + 4 + 2 };
    const { tree } = await fetchGit(source, { paths: { directories: [wanted] }, limits });
    expect(contents(tree).map(([path]) => path)).toEqual([`${wanted}/i/deep.yaml`, 'top.yaml']);
    const idOf = (path: string) => git('-C', bare('deep'), 'rev-parse', `main:${path}`);
    const blobs = await Promise.all(contents(tree).map(([path]) => idOf(path)));
    const [commit, first, second, ...rest] = requests;
    expect([commit, first, second]).toEqual([
      [await headOf('deep')],
      [await idOf('a/b/c')],
      [await idOf('a/b/c/d/e/f/g')],
    ]);
    expect(rest.map((ids) => ids.toSorted())).toEqual([blobs.toSorted()]);
    // Nothing comes of a place that is not there, however deep.
    for (const missing of ['a/b/c/d/e/x', 'a/x/c/d/e/f', 'x/b/c/d/e/f'])
      await expect(fetchGit(source, { paths: { directories: [missing] } })).rejects.toMatchObject({
        code: 'GIT_PATH_NOT_FOUND',
      });
  });

  it('asks for the commit, the folders, the ignore files and the wanted contents, and for nothing else', async () => {
    const url = await start();
    const paths = { directories: ['apps'], ignore: '/README.md\n' };
    await fetchGit({ url: `${url}/sha1.git`, branch: 'main' }, { paths });
    const [commit, folders, rules, chosen] = requests;
    expect(requests).toHaveLength(4);
    expect(commit).toEqual([await headOf('sha1')]);
    expect(folders).toEqual(await idsOf('apps'));
    expect(rules).toEqual(await idsOf('apps/.sourceignore'));
    const files = ['db/db.yaml', 'web/web.yaml', 'web/keep.md', 'run.sh', 'link'];
    const expected = await idsOf(...files.map((path) => `apps/${path}`));
    expect(chosen?.toSorted()).toEqual(expected.toSorted());
  });

  const refusals: [what: string, refuse: (body: string) => string | undefined][] = [
    [
      'contents by id',
      (body) => (body.includes('deepen') || !body.includes('want') ? undefined : 'upload-pack: not our ref'),
    ],
    [
      'the filter',
      (body) => (body.includes('filter blob:none') ? "filter 'blob:none' not supported" : undefined),
    ],
  ];
  it.each(refusals)('gives the same, by a whole fetch, where a server refuses %s', async (_what, refuse) => {
    const url = await start(refuse);
    for (const [, paths] of CHOICES) {
      const { tree } = await fetchGit({ url: `${url}/sha1.git`, branch: 'main' }, { paths });
      expect(contents(tree)).toEqual(contents(filtered(await whole('sha1.git'), paths)));
    }
  });

  it.each([
    ['no filter', 'uploadpack.allowFilter', 'false', 1, 1],
    ['none of contents', 'uploadpackfilter.blob:none.allow', 'false', 3, 1],
    ['none of folders', 'uploadpackfilter.tree.allow', 'false', 3, 2],
    ['none of so many levels', 'uploadpackfilter.tree.maxDepth', '1', 3, 2],
    ['no two at once', 'uploadpackfilter.combine.allow', 'false', 3, 2],
  ])(
    'gives the same where git is told to allow %s, and does not ask for it again',
    async (_what, key, value, first, second) => {
      const paths = { directories: ['apps/web'] };
      await rm(bare('config'), { recursive: true, force: true });
      await git('clone', '-q', '--bare', bare('sha1'), bare('config'));
      await git('-C', bare('config'), 'config', 'uploadpack.allowFilter', 'true');
      await git('-C', bare('config'), 'config', key, value);
      const source = { url: `${await start()}/config.git`, branch: 'main' };
      await using fetcher = new GitFetcher();
      const revision = await fetcher.resolve(source);
      for (const count of [first, second]) {
        requests.length = 0;
        const { tree } = await fetcher.fetch(revision, { paths });
        expect(contents(tree)).toEqual(contents(filtered(await whole('sha1.git'), paths)));
        expect(requests).toHaveLength(count);
      }
    },
  );

  it('follows an ignore file that is a link', async () => {
    const work = join(folder, 'linked');
    await git('init', '-q', '-b', 'main', work);
    await mkdir(join(work, 'apps'));
    await writeFile(join(work, 'rules.txt'), 'b.yaml\n');
    for (const name of ['a.yaml', 'b.yaml']) await writeFile(join(work, 'apps', name), name);
    await symlink('../rules.txt', join(work, 'apps', '.sourceignore'));
    await git('-C', work, 'add', '-A');
    await git('-C', work, 'commit', '-q', '-m', 'One');
    await git('clone', '-q', '--bare', work, bare('linked'));
    await git('-C', bare('linked'), 'config', 'uploadpack.allowFilter', 'true');
    const paths = { directories: ['apps'], ignoreFiles: true };
    const { tree } = await fetchGit({ url: `${await start()}/linked.git`, branch: 'main' }, { paths });
    expect(tree.stat('apps/a.yaml')?.kind).toBe('file');
    expect(tree.stat('apps/b.yaml')).toBeUndefined();
    expect(contents(tree)).toEqual(contents(filtered(await whole('linked.git'), paths)));
  });

  it('counts all requests of a fetch towards the limits', async () => {
    const url = await start();
    const paths = { directories: ['apps/web'] };
    const get = (options: GitFetchOptions) =>
      fetchGit({ url: `${url}/sha1.git`, branch: 'main' }, { paths, ...options });
    const { tree } = await get({});
    // A commit, the root with the four folders in it, the one that is wanted, and a blob for each file.
    const objects = 1 + 1 + 4 + 1 + [...walkFiles(tree)].length;
    expect(contents((await get({ limits: { maxObjects: objects } })).tree)).toEqual(contents(tree));
    await expect(get({ limits: { maxObjects: objects - 1 } })).rejects.toMatchObject({ code: 'GIT_LIMIT' });
  });

  it('takes what a tag names, with a signature still to be verified', async () => {
    const paths = { directories: ['docs'] };
    const source = { url: `${await start()}/sha1.git`, tag: 'v1' };
    expect((await fetchGit(source, { paths })).tree.stat('docs/guide.md')?.kind).toBe('file');
    const verify = { mode: 'Tag', keys: [] } as unknown as NonNullable<GitFetchOptions['verify']>;
    await expect(fetchGit(source, { paths, verify })).rejects.toMatchObject({
      code: expect.stringMatching(/^GIT_SIGNATURE_/),
    });
  });

  const hasSshd = findProgram('sshd') !== undefined && findProgram('ssh-keygen') !== undefined;
  it.skipIf(!hasSshd)('gives the same over SSH, in versions 2 and 0', async () => {
    const key = await createSshKey();
    for (const acceptsGitProtocol of [true, false]) {
      await using sshd = await startSshd({ authorizedKeys: key.publicKey, acceptsGitProtocol });
      if (!sshd) throw new Error('sshd is installed, and did not start');
      const knownHosts = sshd.hostKeys.map((line) => `[127.0.0.1]:${sshd.port} ${line}\n`).join('');
      const url = `ssh://${sshd.user}@127.0.0.1:${sshd.port}${folder}/sha256.git`;
      for (const [, paths] of CHOICES.slice(0, 4)) {
        const ssh = { identity: key.identity, knownHosts };
        const { tree } = await fetchGit({ url, branch: 'main' }, { paths, ssh });
        expect(contents(tree)).toEqual(contents(filtered(await whole('sha256.git'), paths)));
      }
    }
  });
});

describe('PackAllowance', () => {
  it('LIM-GIT-01: counts the bytes of several packs together', async () => {
    const pack = buildPack([{ type: 3, data: Buffer.from('content') }]);
    const limits = { ...DEFAULT_GIT_LIMITS, maxPackBytes: 2 * pack.length - 1 };
    const allowance = new PackAllowance(limits);
    const read = () => parsePack(oneByOne(pack), { format: SHA1, limits, allowance });
    await read();
    await expect(read()).rejects.toMatchObject({ code: 'GIT_LIMIT' });
  });
});

async function* oneByOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const byte of bytes) yield Uint8Array.of(byte);
}
