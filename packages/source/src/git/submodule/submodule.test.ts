import { type FileTree, walkFiles } from '@gitops-toolkit/core';
import { type CommitInput, type GitServer, startGitServer } from '@gitops-toolkit/envtest';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GitFetchOptions } from '../git-fetch-options.ts';
import { fetchGit } from '../git-fetcher.ts';
import { parseGitmodules } from './gitmodules.ts';
import { isSameServer, submoduleUrl } from './submodule-url.ts';

const paths = (tree: FileTree): string[] => [...walkFiles(tree)].map(({ path }) => path);
const folders = (tree: FileTree, at = ''): string[] =>
  [...tree.list(at)].flatMap(({ name, kind, implied }) => {
    const path = at === '' ? name : `${at}/${name}`;
    return kind === 'directory' ? [implied ? `${path} (implied)` : path, ...folders(tree, path)] : [];
  });
const entry = (path: string, url: string, name = path): string =>
  `[submodule "${name}"]\n\tpath = ${path}\n\turl = ${url}\n`;

async function start(auth?: { username: string; password: string }): Promise<GitServer> {
  const server = await startGitServer(auth ? { auth } : {});
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** A repository with one commit; gives the commit. */
function commit(server: GitServer, name: string, files: NonNullable<CommitInput['files']>): string {
  const repository = server.createRepository(name);
  return repository.commit({ branch: 'main', message: name, files });
}

const fetchApp = (server: GitServer, options: GitFetchOptions = {}) =>
  fetchGit({ url: server.repositoryUrl('app'), branch: 'main' }, { submodules: true, ...options });

describe('submodules', () => {
  it('are filled in where that is asked for, and those in them', async () => {
    const server = await start();
    const lib = commit(server, 'lib', { 'lib.yaml': 'lib: 1\n' });
    const db = commit(server, 'db', {
      'db.yaml': 'db: 1\n',
      '.gitmodules': entry('deps/lib', server.repositoryUrl('lib')),
      'deps/lib': { submodule: lib },
    });
    commit(server, 'app', {
      'app.yaml': 'app: 1\n',
      '.gitmodules': entry('vendor/db', '../db', 'database'),
      'vendor/db': { submodule: db },
    });
    const { tree, warnings } = await fetchApp(server);
    expect(paths(tree)).toEqual([
      '.gitmodules',
      'app.yaml',
      'vendor/db/.gitmodules',
      'vendor/db/db.yaml',
      'vendor/db/deps/lib/lib.yaml',
    ]);
    expect(warnings).toEqual([]);
    const without = await fetchApp(server, { submodules: false });
    expect(paths(without.tree)).toEqual(['.gitmodules', 'app.yaml']);
    expect(without.warnings).toEqual(['1 submodule left out: vendor/db']);
  });

  it('that .gitmodules does not know stay empty', async () => {
    const server = await start();
    commit(server, 'app', { 'a.yaml': '', sub: { submodule: 'a'.repeat(40) } });
    const { tree, warnings } = await fetchApp(server);
    expect([...tree.list('')].map(({ name }) => name)).toEqual(['a.yaml', 'sub']);
    expect(tree.list('sub')).toEqual([]);
    expect(warnings).toEqual(['1 submodule left out: sub']);
  });

  it('leave folders as they are without them: empty ones stay, and those that are left out are marked so', async () => {
    const server = await start();
    const db = commit(server, 'db', { 'db.yaml': '', plugin: { submodule: 'b'.repeat(40) } });
    commit(server, 'app', {
      '.gitmodules': entry('vendor/db', '../db'),
      'vendor/db': { submodule: db },
      'other/lib': { submodule: 'a'.repeat(40) },
      'docs/guide.md': '',
      'build/keep.yaml': '',
      'build/out.bin': '',
    });
    const options = { paths: { ignore: '*.md\n/build/\n!/build/keep.yaml\n' } };
    const plain = await fetchApp(server, { ...options, submodules: false });
    const filled = await fetchApp(server, options);
    const expected = folders(plain.tree);
    expect(expected).toEqual(['build (implied)', 'docs', 'other', 'other/lib', 'vendor', 'vendor/db']);
    expect(folders(filled.tree)).toEqual([...expected, 'vendor/db/plugin']);
    // They are found by .gitmodules, which is itself left out by default.
    expect(paths(filled.tree)).toEqual(['build/keep.yaml', 'vendor/db/db.yaml']);
    expect(filled.warnings).toEqual(['2 submodules left out: other/lib, vendor/db/plugin']);
  });

  it('that cannot be fetched are named', async () => {
    const server = await start();
    commit(server, 'app', { '.gitmodules': entry('sub', '../gone'), sub: { submodule: 'a'.repeat(40) } });
    await expect(fetchApp(server)).rejects.toMatchObject({
      code: 'GIT_REPOSITORY_NOT_FOUND',
      message: expect.stringContaining('submodule "sub"') as string,
    });
  });

  it('SEC-GIT-03: on another server are not shown the credentials', async () => {
    const auth = { username: 'robot', password: 'secret' };
    const [own, other] = [await start(auth), await start()];
    const lib = commit(other, 'lib', { 'lib.yaml': '' });
    commit(own, 'app', { '.gitmodules': entry('lib', other.repositoryUrl('lib')), lib: { submodule: lib } });
    const { tree } = await fetchApp(own, { credentials: auth });
    expect(paths(tree)).toContain('lib/lib.yaml');
    expect(other.requests.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
    expect(other.requests.length).toBeGreaterThan(0);
  });

  it('SEC-GIT-03: on the same server are fetched with them (legitimate)', async () => {
    const auth = { username: 'robot', password: 'secret' };
    const server = await start(auth);
    const lib = commit(server, 'lib', { 'lib.yaml': '' });
    commit(server, 'app', { '.gitmodules': entry('lib', '../lib'), lib: { submodule: lib } });
    expect(paths((await fetchApp(server, { credentials: auth })).tree)).toContain('lib/lib.yaml');
  });

  it('SEC-GIT-03: that go around in a circle come to an end: GIT_LIMIT', async () => {
    const server = await start();
    // A commit cannot name itself; whoever makes one after another can make a chain as long as they like.
    let last = commit(server, 'app', { 'a.yaml': '' });
    for (let i = 0; i < 12; i++)
      last = commit(server, `app${i}`, {
        '.gitmodules': entry('sub', i === 0 ? '../app' : `../app${i - 1}`),
        sub: { submodule: last },
      });
    await expect(
      fetchGit({ url: server.repositoryUrl('app11'), branch: 'main' }, { submodules: true }),
    ).rejects.toMatchObject({ code: 'GIT_LIMIT' });
  });

  it('SEC-GIT-03: are read from a file alone, never through a link', async () => {
    const server = await start();
    commit(server, 'app', {
      'modules.txt': entry('sub', '../lib'),
      '.gitmodules': { symlink: 'modules.txt' },
      sub: { submodule: 'a'.repeat(40) },
    });
    for (const options of [{}, { paths: { ignore: '*.md' } }])
      await expect(fetchApp(server, options)).rejects.toMatchObject({ code: 'GIT_REPOSITORY_INVALID' });
  });
});

describe('.gitmodules', () => {
  const read = (text: string) => parseGitmodules(Buffer.from(text));

  it('tells of paths and URLs, in the syntax of git', () => {
    const text = `# a comment
[core]
\tbare = false
[submodule "a b"]
\tpath = libs/a
\turl = https://git.example.com/a.git ; why
\tbranch = main
[submodule "c"]
  URL = "https://git.example.com/c"
  Path = c
  update = !touch /tmp/x
[submodule "no url"]
  path = d
`;
    expect(read(text)).toEqual([
      { name: 'a b', path: 'libs/a', url: 'https://git.example.com/a.git' },
      { name: 'c', path: 'c', url: 'https://git.example.com/c' },
    ]);
  });

  it.each([
    ['a name that climbs', entry('sub', '../x', '../../.git/hooks')],
    ['a name that climbs on Windows', entry('sub', '../x', '..\\\\x')],
    ['a name like an option', entry('sub', '../x', '-u')],
    ['a path that climbs', entry('../sub', '../x', 'a')],
    ['an absolute path', entry('/etc/sub', '../x', 'a')],
    ['a path like an option', entry('-sub', '../x', 'a')],
    ['a path that ends in a carriage return', `[submodule "a"]\n\tpath = "sub\r"\n\turl = ../x\n`],
    ['a path with a backslash', entry('"a\\\\b"', '../x', 'a')],
    ['what is no line of it', '[submodule "a"]\n??\n'],
  ])('SEC-GIT-03: with %s is refused: GIT_REPOSITORY_INVALID', (_what, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'GIT_REPOSITORY_INVALID' }));
  });
});

describe('a .gitmodules of a megabyte', () => {
  const blanks = ' \t'.repeat(500_000);

  it.each([
    ['blanks inside a line', `[submodule "a"]\npath = a\nurl = x${blanks}y\n`],
    ['blanks in a comment', `#${blanks}x\n[submodule "a"]\npath = a\nurl = x\n`],
    ['blanks before a comment', `[submodule "a"]\npath = a\nurl = x${blanks}# y\n`],
    ['sections', '[submodule "a"]\n'.repeat(60_000)],
    ['backslashes', `[submodule "${'\\\\'.repeat(400_000)}"]\n`],
    ['quotes', `[submodule "a"]\npath = ${'"'.repeat(900_000)}\n`],
  ])('SEC-GIT-03: is read in one go, whatever is in it: %s', { timeout: 10_000 }, (_what, text) => {
    const read = (): string => {
      try {
        return `${parseGitmodules(Buffer.from(text)).length} submodules`;
      } catch (error) {
        return (error as { code?: string }).code ?? String(error);
      }
    };
    expect(['0 submodules', '1 submodules', 'GIT_REPOSITORY_INVALID']).toContain(read());
  });
});

describe('the URL of a submodule', () => {
  const parent = 'https://git.example.com/team/app.git';

  it.each([
    ['../db.git', 'https://git.example.com/team/db.git'],
    ['./plugins', 'https://git.example.com/team/app.git/plugins'],
    ['../../other/lib', 'https://git.example.com/other/lib'],
    ['https://elsewhere.example.com/lib', 'https://elsewhere.example.com/lib'],
    ['git@github.com:org/lib.git', 'ssh://git@github.com/org/lib.git'],
    ['github.com:org/lib.git', 'ssh://git@github.com/org/lib.git'],
  ])('may be written %s', (url, expected) => {
    expect(submoduleUrl(parent, url)).toBe(expected);
  });

  it.each([
    '../../../elsewhere.example.com/x',
    '../../..',
    'file:///etc',
    '/etc/repository',
    'ext::sh -c touch% /tmp/x',
    '-u./x',
    'ssh://-oProxyCommand=x/y',
    'https://a\nb/c',
  ])('SEC-GIT-03: may not be %j: GIT_URL_INVALID', (url) => {
    expect(() => submoduleUrl(parent, url)).toThrow(expect.objectContaining({ code: 'GIT_URL_INVALID' }));
  });

  it('is on the same server where scheme, host and port are the same, and who asks', () => {
    expect(isSameServer(parent, 'https://git.example.com/other')).toBe(true);
    for (const other of [
      'http://git.example.com/x',
      'https://git.example.com:8443/x',
      'https://git.example.com.evil.example/x',
      'ssh://git@git.example.com/x',
    ])
      expect(isSameServer(parent, other)).toBe(false);
  });
});
