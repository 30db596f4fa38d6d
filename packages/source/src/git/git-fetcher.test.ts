import { walkFiles } from '@gitops-toolkit/core';
import { type GitServer, startGitServer } from '@gitops-toolkit/envtest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../testing/serve.ts';
import type { GitFetchOptions, GitSource } from './git-fetch-options.ts';
import { fetchGit, GitFetcher } from './git-fetcher.ts';

let server: GitServer;
let fetcher: GitFetcher;

beforeEach(async () => {
  server = await startGitServer({
    repositories: {
      app: { 'deploy/app.yaml': 'replicas: 1\n', 'run.sh': { data: '#!/bin/sh\n', executable: true } },
    },
  });
  fetcher = new GitFetcher();
});

afterEach(async () => {
  await fetcher[Symbol.asyncDispose]();
  await server.stop();
});

const app = () => server.repository('app')!;
const source = (ref: Partial<GitSource> = {}): GitSource => ({ url: server.repositoryUrl('app'), ...ref });
const fetch = async (ref?: Partial<GitSource>, options?: GitFetchOptions) =>
  fetcher.fetch(await fetcher.resolve(source(ref), options), options);
const read = async (ref?: Partial<GitSource>) =>
  new TextDecoder().decode((await fetch(ref)).tree.read('deploy/app.yaml'));

describe.each([2, 0])('GitFetcher, protocol version %i', (version) => {
  beforeEach(() => server.setFaults({ onlyVersion0: version === 0 }));

  it('fetches the files of a branch with its last commit', async () => {
    const id = app().commit({
      files: { 'deploy/app.yaml': 'replicas: 2\n' },
      message: 'Scale\n\nBecause of load.',
    });
    const { tree, revision, commit, warnings } = await fetch({ branch: 'main' });
    expect(revision).toBe(`main@sha1:${id}`);
    expect([...walkFiles(tree)].map((file) => file.path)).toEqual(['deploy/app.yaml', 'run.sh']);
    expect(tree.stat('run.sh')?.mode).toBe(0o755);
    expect(commit).toMatchObject({
      id,
      message: 'Scale\n\nBecause of load.\n',
      author: {
        name: 'Test Author',
        email: 'author@example.com',
        timezone: '+0000',
        seconds: Date.UTC(2024, 0, 1) / 1000 + 2,
      },
    });
    expect(commit?.parents).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('brings one commit of a long history', async () => {
    for (let i = 0; i < 20; i++) app().commit({ files: { 'deploy/app.yaml': `replicas: ${i}\n` } });
    const before = server.requests.length;
    expect(await read({ branch: 'main' })).toBe('replicas: 19\n');
    expect(server.requests.length - before).toBeLessThanOrEqual(4);
  });

  it('follows tags to their commits', async () => {
    const first = app().refs.get('refs/heads/main')!;
    app().tag('light');
    app().tag('annotated', { message: 'Release' });
    app().commit({ files: { 'deploy/app.yaml': 'replicas: 3\n' } });
    expect((await fetch({ tag: 'light' })).revision).toBe(`light@sha1:${first}`);
    expect((await fetch({ tag: 'annotated' })).revision).toBe(`annotated@sha1:${first}`);
    expect(await read({ tag: 'annotated' })).toBe('replicas: 1\n');
  });

  it('takes the highest version that satisfies a constraint', async () => {
    for (const tag of ['v1.0.0', '1.2.0', 'v1.10.0', 'v2.0.0-rc.1', 'not-a-version', 'v3']) {
      app().commit({ files: { 'deploy/app.yaml': `${tag}\n` } });
      app().tag(tag);
    }
    expect(await read({ semver: '1.x' })).toBe('v1.10.0\n');
    expect(await read({ semver: '<1.10' })).toBe('1.2.0\n');
    expect(await read({ semver: '>=2.0.0-0' })).toBe('v2.0.0-rc.1\n');
    expect((await fetch({ semver: '*' })).revision).toMatch(/^v1\.10\.0@sha1:/);
  });

  it('takes the newest commit of versions that differ in their metadata alone', async () => {
    app().commit({ files: { 'deploy/app.yaml': 'newer\n' }, time: new Date('2024-06-01T00:00:00Z') });
    app().tag('1.0.0+build.1');
    const old = app().commit({
      files: { 'deploy/app.yaml': 'older\n' },
      branch: 'other',
      time: new Date('2024-05-01T00:00:00Z'),
    });
    app().tag('1.0.0+build.2', { commit: old });
    expect(await read({ semver: '1.0.0' })).toBe('newer\n');
  });

  it('takes full names, and names them in the revision', async () => {
    const id = app().commit({ branch: 'proposal', files: { 'deploy/app.yaml': 'proposed\n' } });
    app().setRef('refs/pull/7/head', id);
    app().tag('v1', { commit: id, message: 'one' });
    expect((await fetch({ name: 'refs/pull/7/head' })).revision).toBe(`refs/pull/7/head@sha1:${id}`);
    expect((await fetch({ name: 'refs/tags/v1^{}' })).commit?.id).toBe(id);
    expect((await fetch({ name: 'HEAD' })).commit?.id).toBe(app().refs.get('refs/heads/main'));
  });

  it('takes a commit that no reference points to any more', async () => {
    const old = app().refs.get('refs/heads/main')!;
    app().commit({ files: { 'deploy/app.yaml': 'replicas: 9\n' } });
    expect((await fetch({ commit: old })).revision).toBe(`sha1:${old}`);
    expect((await fetch({ commit: old, branch: 'main' })).revision).toBe(`main@sha1:${old}`);
    expect(await read({ commit: old })).toBe('replicas: 1\n');
  });

  it('takes the default branch where nothing is named', async () => {
    const other = server.createRepository('other', { defaultBranch: 'trunk' });
    const id = other.commit({ files: { a: 'a' } });
    expect((await fetch({ url: server.repositoryUrl('other') })).revision).toBe(`trunk@sha1:${id}`);
  });

  it('prefers commit, then name, semver, tag and branch', async () => {
    const id = app().commit({ files: { 'deploy/app.yaml': 'tagged\n' }, branch: 'b' });
    app().tag('v1.0.0', { commit: id });
    expect((await fetch({ branch: 'main', tag: 'v1.0.0' })).revision).toBe(`v1.0.0@sha1:${id}`);
    expect((await fetch({ tag: 'none', semver: '1.x' })).revision).toBe(`v1.0.0@sha1:${id}`);
    expect((await fetch({ semver: '9.x', name: 'refs/heads/b' })).revision).toBe(`refs/heads/b@sha1:${id}`);
  });

  it('says which names are close to one that is not there', async () => {
    app().branch('release-1.2');
    app().tag('v1.0.0');
    await expect(fetch({ branch: 'mian' })).rejects.toMatchObject({
      code: 'GIT_REF_NOT_FOUND',
      message: 'the repository has no branch "mian"',
      hint: 'Close to it: main.',
      retry: 'backoff',
    });
    await expect(fetch({ tag: '1.0.0' })).rejects.toMatchObject({
      code: 'GIT_REF_NOT_FOUND',
      hint: 'Close to it: v1.0.0.',
    });
    await expect(fetch({ tag: 'release-1.2' })).rejects.toMatchObject({
      hint: 'There is a branch of that name.',
    });
    await expect(fetch({ branch: 'v1.0.0' })).rejects.toMatchObject({ hint: 'There is a tag of that name.' });
    await expect(fetch({ semver: '>=7' })).rejects.toMatchObject({ code: 'GIT_REF_NOT_FOUND' });
    await expect(fetch({ commit: 'a'.repeat(40) })).rejects.toMatchObject({ code: 'GIT_REF_NOT_FOUND' });
  });

  it('tells an empty repository', async () => {
    server.createRepository('empty');
    const url = server.repositoryUrl('empty');
    for (const ref of [{}, { branch: 'main' }, { semver: '*' }, { tag: 'v1' }]) {
      await expect(fetch({ url, ...ref })).rejects.toMatchObject({ code: 'GIT_EMPTY_REPOSITORY' });
    }
  });

  it('keeps symlinks in the tree, and says what will not get further', async () => {
    app().commit({ files: { link: { symlink: 'deploy/app.yaml' }, sub: { submodule: 'a'.repeat(40) } } });
    const { tree, warnings } = await fetch();
    expect(tree.resolve('link')).toBe('deploy/app.yaml');
    expect(warnings).toEqual(['1 symlink will not be in an artifact: link', '1 submodule left out: sub']);
  });

  it('reads repositories with SHA-256 ids', async () => {
    const id = server
      .createRepository('new', { objectFormat: 'sha256' })
      .commit({ files: { 'a/b.yaml': 'b' } });
    const { tree, revision } = await fetch({ url: server.repositoryUrl('new') });
    expect(revision).toBe(`main@sha256:${id}`);
    expect(tree.read('a/b.yaml')).toHaveLength(1);
  });

  it('passes over references with names that could do harm', async () => {
    const id = app().refs.get('refs/heads/main')!;
    for (const name of ['refs/heads/../../config', 'refs/heads/-x', 'refs/heads/a.lock'])
      app().setRef(name, id);
    expect((await fetch({ branch: 'main' })).commit?.id).toBe(id);
    await expect(fetch({ branch: 'zzzzzz' })).rejects.toMatchObject({ code: 'GIT_REF_NOT_FOUND' });
  });
});

describe('GitFetcher.resolve', () => {
  it('takes one request once the server is known', async () => {
    await fetcher.resolve(source({ branch: 'main' }));
    const before = server.requests.length;
    const id = app().commit({ files: { x: 'x' } });
    expect((await fetcher.resolve(source({ branch: 'main' }))).hash).toBe(id);
    expect(server.requests.length - before).toBe(1);
  });

  it('looks at a server anew that has changed', async () => {
    await fetcher.resolve(source());
    server.setFaults({ onlyVersion0: true });
    expect((await fetcher.resolve(source())).name).toBe('main');
  });

  it.each<Partial<GitSource>>([
    { branch: '--upload-pack=x' },
    { url: 'ext::sh' },
    { url: '-x' },
    { name: 'main' },
  ])('sends nothing for %j', async (ref) => {
    await expect(fetcher.resolve(source(ref))).rejects.toMatchObject({
      code: expect.stringMatching(/^GIT_(REF|URL)_INVALID$/) as string,
    });
    expect(server.requests).toHaveLength(0);
  });
});

describe('GitFetcher with credentials', () => {
  it('shows a user name and password, or a token', async () => {
    await using locked = await startGitServer({
      auth: { username: 'bot', password: 'pass:word é' },
      repositories: { app: { a: 'a' } },
    });
    const url = locked.repositoryUrl('app');
    const credentials = { username: 'bot', password: 'pass:word é' };
    expect((await fetchGit({ url }, { credentials })).tree.size).toBe(1);
    expect(
      (await fetchGit({ url: url.replace('//', `//bot:${encodeURIComponent('pass:word é')}@`) })).tree.size,
    ).toBe(1);
    await using tokens = await startGitServer({
      auth: { bearerToken: 'token' },
      repositories: { app: { a: 'a' } },
    });
    const withToken = { credentials: { ...credentials, bearerToken: 'token' } };
    expect((await fetchGit({ url: tokens.repositoryUrl('app') }, withToken)).tree.size).toBe(1);
  });

  it('tells missing credentials from wrong ones, and shows neither', async () => {
    await using locked = await startGitServer({
      auth: { username: 'bot', password: 'right' },
      repositories: { app: { a: 'a' } },
    });
    const url = locked.repositoryUrl('app');
    await expect(fetchGit({ url })).rejects.toMatchObject({
      code: 'GIT_AUTHENTICATION_FAILED',
      message: `${url} answers 401: who are you?`,
      hint: 'The repository is not public, or does not exist: give credentials.',
    });
    locked.setFaults({ status: 403, message: 'denied: bot wrong-password Ym90Ondyb25nLXBhc3N3b3Jk' });
    const failure = await fetchGit(
      { url },
      { credentials: { username: 'bot', password: 'wrong-password' } },
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'GIT_AUTHENTICATION_FAILED',
      hint: expect.stringContaining('refuses') as string,
    });
    expect((failure as Error).message).toBe(`${url} answers 403: denied: bot *** ***`);
  });

  it.each(['localhost', '127.0.0.1'])(
    'SEC-GIT-08: keeps them from another origin that it is redirected to (%s)',
    async (host) => {
      await using front = await startGitServer();
      front.setFaults({ redirectTo: server.url.replace('127.0.0.1', host) });
      const credentials = { username: 'bot', password: 'secret-password' };
      const { tree } = await fetchGit({ url: front.repositoryUrl('app') }, { credentials });
      expect(tree.size).toBeGreaterThan(0);
      expect(front.requests[0]?.headers.authorization).toMatch(/^Basic /);
      expect(server.requests.length).toBeGreaterThanOrEqual(3);
      for (const request of server.requests) expect(request.headers.authorization).toBeUndefined();
    },
  );

  it('SEC-GIT-08: keeps them on a redirect within the origin (legitimate)', async () => {
    const shown: (string | undefined)[] = [];
    const front = await serve((request, response) => {
      shown.push(request.headers.authorization);
      const isOld = request.url?.startsWith('/old.git/');
      if (isOld) response.writeHead(301, { location: request.url?.replace('/old', '/new') ?? '' }).end();
      else response.writeHead(404).end();
    });
    const credentials = { bearerToken: 'token' };
    await expect(fetchGit({ url: `${front}/old.git` }, { credentials })).rejects.toMatchObject({
      code: 'GIT_REPOSITORY_NOT_FOUND',
    });
    expect(shown).toEqual(['Bearer token', 'Bearer token']);
  });

  it.each([
    ['carries credentials', 'http://user:pass@127.0.0.1/app.git/info/refs'],
    ['leads to another scheme', 'file:///etc/passwd'],
    ['leads to another scheme', 'ssh://127.0.0.1/app.git/info/refs'],
    ['hides its host', 'http:\\\\127.0.0.1\\app.git/info/refs'],
    ['cannot be read', 'http://['],
    ['leads to itself', '/app.git/info/refs?service=git-upload-pack'],
    ['leads to a page', '/page'],
  ])('SEC-GIT-08: refuses a redirect that %s', async (_what, location) => {
    const front = await serve((request, response) => {
      const type = 'application/x-git-upload-pack-advertisement';
      if (request.url === '/page') response.writeHead(200, { 'content-type': type }).end();
      else response.writeHead(302, { location }).end();
    });
    await expect(fetchGit({ url: `${front}/app.git` })).rejects.toMatchObject({
      code: 'GIT_REDIRECT_REFUSED',
    });
  });

  it('SEC-GIT-08: sends no request for objects elsewhere', async () => {
    const revision = await fetcher.resolve(source());
    server.setFaults({ redirectTo: 'http://127.0.0.1:1' });
    await expect(fetcher.fetch(revision)).rejects.toMatchObject({
      code: expect.stringMatching(/^GIT_/) as string,
    });
  });
});

describe('GitFetcher with a server that fails', () => {
  const short = { timeouts: { connectMs: 2000, firstByteMs: 150, idleMs: 150, totalMs: 5000 } };

  it.each(['always', 'upload-pack', 'pack'] as const)(
    'ends where the server falls silent: %s',
    async (stall) => {
      server.setFaults({ stall });
      await expect(fetch({ branch: 'main' }, short)).rejects.toMatchObject({
        code: 'GIT_TIMEOUT',
        message: expect.stringMatching(
          /^127\.0\.0\.1:\d+ sent (no answer within|nothing for) 150ms$/,
        ) as string,
        retry: 'backoff',
      });
    },
  );

  it('ends where the whole takes too long', async () => {
    server.setFaults({ stall: 'always' });
    await expect(fetch({}, { timeouts: { totalMs: 100 } })).rejects.toMatchObject({
      code: 'GIT_TIMEOUT',
      message: expect.stringContaining('did not finish within 100ms') as string,
    });
  });

  it('throws the reason of its signal at once', async () => {
    const reason = new Error('shutting down');
    await expect(fetch({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.requests).toHaveLength(0);
    server.setFaults({ stall: 'always' });
    const controller = new AbortController();
    const pending = fetch({}, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(pending).rejects.toBe(reason);
  });

  it('passes on what a server says of itself', async () => {
    server.setFaults({ status: 503, retryAfter: 7, message: 'maintenance' });
    await expect(fetch()).rejects.toMatchObject({
      code: 'GIT_HTTP_STATUS',
      retryAfterMs: 7000,
      message: expect.stringContaining('503: maintenance') as string,
    });
    server.setFaults({});
    await expect(fetch({ url: `${server.url}/none.git` })).rejects.toMatchObject({
      code: 'GIT_REPOSITORY_NOT_FOUND',
    });
    await server.stop();
    await expect(fetch()).rejects.toMatchObject({ code: 'GIT_CONNECTION_FAILED', retry: 'backoff' });
  });

  it('passes on the words of the git server', async () => {
    const pkt = (line: string) => `${(line.length + 4).toString(16).padStart(4, '0')}${line}`;
    const revision = await fetcher.resolve(source());
    server.setFaults({ tamper: () => Buffer.from(pkt('ERR access \x1b[31mdenied\x07 or not exported')) });
    await expect(fetcher.fetch(revision)).rejects.toMatchObject({
      code: 'GIT_REMOTE_ERROR',
      message: 'the git server says: access  [31mdenied  or not exported',
    });
    server.setFaults({
      tamper: () =>
        Buffer.from(`${pkt('packfile\n')}${pkt('\x02counting objects\n')}${pkt('\x03out of memory\n')}`),
    });
    await expect(fetcher.fetch(revision)).rejects.toMatchObject({
      message: 'the git server says: out of memory',
    });
  });

  it.each<[string, (answer: Buffer) => Buffer]>([
    ['is cut', (answer) => answer.subarray(0, -10)],
    ['is no line', () => Buffer.from('<html>')],
    ['has an impossible length', () => Buffer.from('0003')],
    ['is empty', () => Buffer.alloc(0)],
    ['ends before the pack', () => Buffer.from('0000')],
    ['sends the pack from elsewhere', () => Buffer.from('0011packfile-uris0000')],
    ['has an unknown band', () => Buffer.from('000dpackfile\n0006\x09x0000')],
    ['has a section in the pack', () => Buffer.from('000dpackfile\n00010000')],
    ['has an unknown line', () => Buffer.from('000awhat\n0000')],
    [
      'has a damaged pack',
      (answer) => Buffer.from(answer.map((byte, i) => (i === answer.length - 40 ? byte ^ 1 : byte))),
    ],
  ])('refuses an answer that %s', async (_what, tamper) => {
    const revision = await fetcher.resolve(source());
    server.setFaults({ tamper });
    await expect(fetcher.fetch(revision)).rejects.toMatchObject({ code: 'GIT_PROTOCOL' });
  });

  it('notices a connection that ends early', async () => {
    const revision = await fetcher.resolve(source());
    server.setFaults({ cutAfterBytes: 60 });
    await expect(fetcher.fetch(revision)).rejects.toMatchObject({
      code: expect.stringMatching(/^GIT_(CONNECTION_FAILED|PROTOCOL)$/) as string,
    });
  });

  it('SEC-GIT-06: takes no other objects than those that the commit names', async () => {
    const evil = server.createRepository('evil');
    evil.commit({ files: { 'deploy/app.yaml': 'replicas: 666\n' } });
    const revision = await fetcher.resolve({ url: server.repositoryUrl('evil') });
    await expect(fetcher.fetch({ ...revision, url: server.repositoryUrl('app') })).rejects.toMatchObject({
      code: expect.stringMatching(/^GIT_/) as string,
    });
    // A server that answers with the objects of another commit.
    const answers: Buffer[] = [];
    server.setFaults({ tamper: (answer) => (answers.push(answer), answer) });
    await fetcher.fetch(revision);
    const own = await fetcher.resolve(source());
    server.setFaults({ tamper: () => answers[0]! });
    await expect(fetcher.fetch(own)).rejects.toMatchObject({ code: 'GIT_OBJECT_MISMATCH' });
  });

  it('bounds what it reads', async () => {
    app().commit({ files: { big: Buffer.alloc(3_000_000, Buffer.from('abcdefg')) } });
    await expect(fetch({}, { limits: { maxObjectBytes: 100_000 } })).rejects.toMatchObject({
      code: 'GIT_LIMIT',
    });
    await expect(fetch({}, { limits: { maxFiles: 2 } })).rejects.toMatchObject({ code: 'GIT_LIMIT' });
    for (let i = 0; i < 20; i++) app().tag(`v1.0.${i}`);
    await expect(fetch({ semver: '*' }, { limits: { maxRefs: 10 } })).rejects.toMatchObject({
      code: 'GIT_LIMIT',
    });
    app().commit({
      files: {
        noise: Buffer.from(Array.from({ length: 4_000_000 }, (_, i) => Math.imul(i, 2654435761) >>> 24)),
      },
    });
    await expect(fetch({}, { limits: { maxPackBytes: 1000 } })).rejects.toMatchObject({ code: 'GIT_LIMIT' });
  });

  it('tells a web page from a repository', async () => {
    const page = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    });
    await expect(fetchGit({ url: `${page}/app` })).rejects.toMatchObject({
      code: 'GIT_PROTOCOL',
      hint: expect.stringContaining('web page') as string,
    });
  });
});
