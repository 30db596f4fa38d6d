import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { git, gitHttpBackend } from '../../testing/run-git.ts';
import { serve } from '../../testing/serve.ts';
import { fetchGit } from '../git-fetcher.ts';
import { type CommitToPush, pushCommit } from './push-commit.ts';

const author = { name: 'Röbot', email: 'robot@example.com', seconds: 1_700_000_000, timezone: '+0200' };
const bytes = (text: string): Uint8Array => Buffer.from(text);
const commitOf = (changes: CommitToPush['changes'], more: Partial<CommitToPush> = {}): CommitToPush => ({
  branch: 'main',
  changes,
  message: 'Change',
  author,
  ...more,
});

/** A repository that git's own program serves, for pushes too. */
async function start(objectFormat = 'sha1') {
  const folder = await mkdtemp(join(tmpdir(), 'push-commit-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const bare = join(folder, 'app.git');
  await git('init', '-q', '--bare', '-b', 'main', `--object-format=${objectFormat}`, bare);
  await git('-C', bare, 'config', 'http.receivepack', 'true');
  const work = join(folder, 'work');
  await git('init', '-q', '-b', 'main', `--object-format=${objectFormat}`, work);
  await git('-C', work, 'remote', 'add', 'origin', bare);
  await mkdir(join(work, 'app/sub'), { recursive: true });
  await writeFile(join(work, 'app/a.yaml'), 'a: 1\n');
  await writeFile(join(work, 'app/sub/run'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(join(work, 'gone.yaml'), 'x: 1\n');
  await symlink('app', join(work, 'link'));
  await git('-C', work, 'add', '-A');
  await git('-C', work, 'commit', '-qm', 'first');
  await git('-C', work, 'commit', '--allow-empty', '-qm', 'second');
  await git('-C', work, 'push', '-q', 'origin', 'main');
  const url = `${await serve(gitHttpBackend(folder))}/app.git`;
  return { bare, work, url };
}

describe('pushCommit', () => {
  it('puts changed, new and taken-away files on top of a branch', async () => {
    const { bare, url } = await start();
    await git('-C', bare, 'tag', 'main', 'main^');
    const before = await git('-C', bare, 'rev-parse', 'refs/heads/main');
    const changes = new Map([
      ['app/a.yaml', bytes('a: 2\n')],
      ['app/sub/run', bytes('#!/bin/bash\n')],
      ['new/deep/b.yaml', bytes('b: 1\n')],
      ['gone.yaml', null],
    ]);
    const id = await pushCommit({ url }, commitOf(changes, { message: 'Change\n\nfiles' }));
    expect(await git('-C', bare, 'rev-parse', 'refs/heads/main', 'refs/heads/main^')).toBe(
      `${id}\n${before}`,
    );
    expect(await git('-C', bare, 'ls-tree', '-r', '--format=%(objectmode) %(path)', 'refs/heads/main')).toBe(
      '100644 app/a.yaml\n100755 app/sub/run\n120000 link\n100644 new/deep/b.yaml',
    );
    expect(
      await git('-C', bare, 'log', '-1', '--format=%an <%ae> %ad %B', '--date=raw', 'refs/heads/main'),
    ).toBe('Röbot <robot@example.com> 1700000000 +0200 Change\n\nfiles');
    await git('-C', bare, 'fsck', '--strict');
    expect((await fetchGit({ url, branch: 'main' })).revision).toBe(`main@sha1:${id}`);
  });

  it('pushes nothing where nothing changes', async () => {
    const { bare, url } = await start();
    const id = await pushCommit({ url }, commitOf(new Map([['app/a.yaml', bytes('a: 1\n')]])));
    expect(await git('-C', bare, 'rev-parse', 'refs/heads/main')).toBe(id);
  });

  it('does not push over what somebody else has pushed: GIT_PUSH_REJECTED; tries again where told to', async () => {
    const { bare, work, url } = await start();
    const signs: string[] = [];
    const changes = new Map([['app/a.yaml', bytes('a: 3\n')]]);
    // The signer runs between fetch and push.
    const signer = async (payload: Uint8Array): Promise<string> => {
      signs.push(createHash('sha256').update(payload).digest('hex'));
      if (signs.length <= 2) {
        await git('-C', work, 'commit', '--allow-empty', '-qm', `meanwhile ${signs.length}`);
        await git('-C', work, 'push', '-q', 'origin', 'main');
      }
      return '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n';
    };
    await expect(pushCommit({ url }, commitOf(changes, { signer }))).rejects.toMatchObject({
      code: 'GIT_PUSH_REJECTED',
    });
    const id = await pushCommit({ url }, commitOf(changes, { signer }), { retries: 2 });
    expect(signs).toHaveLength(3);
    expect(await git('-C', bare, 'log', '--format=%s')).toBe(
      'Change\nmeanwhile 2\nmeanwhile 1\nsecond\nfirst',
    );
    expect(await git('-C', bare, 'cat-file', 'commit', id)).toContain(
      'gpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n -----END SSH SIGNATURE-----\n\nChange',
    );
  });

  it.each([
    ['../up'],
    ['/abs'],
    ['.git/config'],
    ['a/.GIT/x'],
    ['a//b'],
    ['link/a.yaml'],
    ['link'],
    ['gone.yaml/x'],
    [''],
  ])('refuses the path %j: GIT_TREE_UNSAFE', async (path) => {
    const { url } = await start();
    const commit = commitOf(new Map([[path, bytes('')]]));
    await expect(pushCommit({ url }, commit)).rejects.toMatchObject({ code: 'GIT_TREE_UNSAFE' });
  });

  it('needs a branch that is there, and HTTP', async () => {
    const { url } = await start();
    const changes = new Map([['a', bytes('')]]);
    await expect(pushCommit({ url }, commitOf(changes, { branch: 'none' }))).rejects.toMatchObject({
      code: 'GIT_REF_NOT_FOUND',
    });
    await expect(pushCommit({ url }, commitOf(changes, { branch: '../config' }))).rejects.toMatchObject({
      code: 'GIT_REF_INVALID',
    });
    await expect(pushCommit({ url: 'ssh://git@example.com/a' }, commitOf(changes))).rejects.toMatchObject({
      code: 'GIT_URL_INVALID',
    });
    await expect(
      pushCommit({ url }, commitOf(changes, { author: { ...author, name: 'a\nparent b' } })),
    ).rejects.toThrow('not a name, an address and a time');
  });

  it('pushes to no repository of SHA-256, and says so before it sends anything', async () => {
    const { bare, url } = await start('sha256');
    const before = await git('-C', bare, 'rev-parse', 'refs/heads/main');
    const change = commitOf(new Map([['a.yaml', bytes('a: 1\n')]]));
    await expect(pushCommit({ url }, change)).rejects.toMatchObject({
      code: 'GIT_PROTOCOL',
      message: expect.stringContaining('the repository has SHA-256 ids'),
    });
    expect(await git('-C', bare, 'rev-parse', 'refs/heads/main')).toBe(before);
  });

  it('says what is missing where isomorphic-git is not installed: GIT_WRITER_MISSING', async () => {
    vi.doMock('isomorphic-git', () => {
      throw new Error('not installed');
    });
    onTestFinished(() => {
      vi.doUnmock('isomorphic-git');
    });
    await expect(pushCommit({ url: 'http://127.0.0.1:1/app' }, commitOf(new Map()))).rejects.toMatchObject({
      code: 'GIT_WRITER_MISSING',
    });
  });

  it('SEC-CRED-01 shows credentials to no other origin', async () => {
    const shown: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      shown.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    const own: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      own.push(request.headers.authorization);
      response.writeHead(302, { location: other + (request.url ?? '') }).end();
    });
    await expect(
      pushCommit({ url: `${url}/app.git` }, commitOf(new Map()), { credentials: { bearerToken: 'canary' } }),
    ).rejects.toMatchObject({ code: 'GIT_AUTHENTICATION_FAILED' });
    expect(own[0]).toBe('Bearer canary');
    expect(shown.every((value) => value === undefined)).toBe(true);
    expect(shown.length).toBeGreaterThan(0);
  });
});
