import { fetchGit } from '@gitops-toolkit/source';
import { execFile, execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import isomorphicGit from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type GitServer, startGitServer } from './start-git-server.ts';

const hasGit = (() => {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
if (!hasGit)
  process.stderr.write('The git program is missing: the server is tested with other clients alone.\n');

const WHO = { name: 'A', email: 'a@example.com' };
let folder: string;
let server: GitServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'git-server-'));
  server = await startGitServer({
    repositories: {
      app: {
        'a.yaml': 'a: 1\n',
        'bin/run.sh': { data: '#!/bin/sh\n', executable: true },
        link: { symlink: 'a.yaml' },
      },
    },
  });
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const app = () => server.repository('app')!;
const url = () => server.repositoryUrl('app');

async function git(...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: WHO.name,
    GIT_AUTHOR_EMAIL: WHO.email,
    GIT_COMMITTER_NAME: WHO.name,
    GIT_COMMITTER_EMAIL: WHO.email,
  };
  const { stdout } = await promisify(execFile)('git', args, { env });
  return stdout.trim();
}

describe('startGitServer with isomorphic-git', () => {
  const dir = () => join(folder, 'work');
  const clone = (options: { depth?: number } = {}) =>
    isomorphicGit.clone({ fs, http, dir: dir(), url: url(), singleBranch: true, ...options });

  it('gives a clone', async () => {
    app().commit({ files: { 'a.yaml': 'a: 2\n' }, message: 'Two' });
    await clone();
    expect(await readFile(join(dir(), 'a.yaml'), 'utf8')).toBe('a: 2\n');
    expect((await isomorphicGit.log({ fs, dir: dir() })).map((entry) => entry.commit.message)).toEqual([
      'Two\n',
      'Add files\n',
    ]);
  });

  it('gives a shallow clone', async () => {
    app().commit({ files: { 'a.yaml': 'a: 2\n' } });
    await clone({ depth: 1 });
    expect(await isomorphicGit.log({ fs, dir: dir() })).toHaveLength(1);
  });

  it('takes a push', async () => {
    await clone();
    await appendFile(join(dir(), 'a.yaml'), 'b: 1\n');
    await isomorphicGit.add({ fs, dir: dir(), filepath: 'a.yaml' });
    const id = await isomorphicGit.commit({ fs, dir: dir(), message: 'Change', author: WHO });
    const result = await isomorphicGit.push({ fs, http, dir: dir(), remote: 'origin', ref: 'main' });
    expect(result.ok).toBe(true);
    expect(app().refs.get('refs/heads/main')).toBe(id);
    expect(app().files().get('a.yaml')?.toString()).toBe('a: 1\nb: 1\n');
    expect(server.pushes).toEqual([
      expect.objectContaining({ repository: 'app', ref: 'refs/heads/main', after: id }),
    ]);
    expect((await fetchGit({ url: url(), branch: 'main' })).commit?.id).toBe(id);
  });

  it('refuses a push from behind', async () => {
    await clone();
    await isomorphicGit.commit({ fs, dir: dir(), message: 'Mine', author: WHO });
    const theirs = app().commit({ files: { 'a.yaml': 'theirs' } });
    await expect(
      isomorphicGit.push({ fs, http, dir: dir(), remote: 'origin', ref: 'main' }),
    ).rejects.toMatchObject({ code: 'PushRejectedError' });
    expect(app().refs.get('refs/heads/main')).toBe(theirs);
  });
});

describe.skipIf(!hasGit).each(['2', '0'])(
  'startGitServer with the git program, protocol version %s',
  (version) => {
    const work = () => join(folder, 'work');
    const speak = (...args: string[]) => git('-c', `protocol.version=${version}`, ...args);

    it('lists references', async () => {
      app().tag('v1', { message: 'one' });
      const listed = await speak('ls-remote', url());
      const main = app().refs.get('refs/heads/main');
      expect(listed.split('\n')).toEqual([
        `${main}\tHEAD`,
        `${main}\trefs/heads/main`,
        `${app().refs.get('refs/tags/v1')}\trefs/tags/v1`,
        `${main}\trefs/tags/v1^{}`,
      ]);
    });

    it('gives clones that git finds nothing wrong with', async () => {
      app().commit({ files: { 'a.yaml': 'a: 2\n' } });
      app().tag('v1', { message: 'one' });
      await speak('clone', '-q', url(), work());
      await git('-C', work(), 'fsck', '--strict');
      expect(await git('-C', work(), 'rev-list', '--count', 'HEAD')).toBe('2');
      expect(await git('-C', work(), 'ls-files', '-s')).toMatch(
        /^100644 .*a\.yaml\n100755 .*run\.sh\n120000 .*link$/s,
      );
    });

    it('gives what is new, and deepens what is shallow', async () => {
      for (let i = 0; i < 4; i++) app().commit({ files: { 'a.yaml': `${i}` } });
      await speak('clone', '-q', '--depth', '1', url(), work());
      const count = () => git('-C', work(), 'rev-list', '--count', 'origin/main');
      expect(await count()).toBe('1');
      app().commit({ files: { 'a.yaml': 'new' } });
      await speak('-C', work(), 'fetch', '-q');
      expect(await count()).toBe('2');
      await speak('-C', work(), 'fetch', '-q', '--depth', '3');
      expect(await count()).toBe('3');
      await speak('-C', work(), 'fetch', '-q', '--unshallow');
      expect(await count()).toBe('6');
      await git('-C', work(), 'fsck', '--strict');
    });

    it('takes pushes: changes, new branches, removals', async () => {
      await speak('clone', '-q', url(), work());
      await appendFile(join(work(), 'a.yaml'), 'x\n'.repeat(1000));
      await git('-C', work(), 'commit', '-q', '-a', '-m', 'Change');
      await speak('-C', work(), 'push', '-q');
      const id = await git('-C', work(), 'rev-parse', 'HEAD');
      expect(app().refs.get('refs/heads/main')).toBe(id);
      // A small change of a large file comes as a delta on an object that only the server has.
      await appendFile(join(work(), 'a.yaml'), 'y\n');
      await git('-C', work(), 'commit', '-q', '-a', '-m', 'Change again');
      await speak('-C', work(), 'push', '-q', 'origin', 'HEAD:refs/heads/feature/x');
      expect(app().files('feature/x').get('a.yaml')?.toString()).toMatch(/x\ny\n$/);
      await speak('-C', work(), 'push', '-q', 'origin', ':feature/x');
      expect([...app().refs.keys()]).toEqual(['refs/heads/main']);
      expect(server.pushes.map(({ ref, after }) => [ref, after !== undefined])).toEqual([
        ['refs/heads/main', true],
        ['refs/heads/feature/x', true],
        ['refs/heads/feature/x', false],
      ]);
    });

    it('lets an empty repository be cloned and filled', async () => {
      server.createRepository('empty');
      await speak('clone', '-q', server.repositoryUrl('empty'), work());
      await git('-C', work(), 'checkout', '-q', '-B', 'main');
      await git('-C', work(), 'commit', '-q', '--allow-empty', '-m', 'First');
      await speak('-C', work(), 'push', '-q', 'origin', 'main');
      expect(server.repository('empty')?.refs.size).toBe(1);
    });

    it('leaves contents out where that is asked for', async () => {
      await speak('clone', '-q', '--filter=blob:none', '--no-checkout', url(), work());
      const missing = await git('-C', work(), 'rev-list', '--objects', '--missing=print', '--all');
      expect(missing.split('\n').filter((line) => line.startsWith('?'))).toHaveLength(3);
      expect(await git('-C', work(), 'show', 'HEAD:a.yaml')).toBe('a: 1');
    });

    it.each([
      ['tree:0', 1],
      ['tree:1', 2],
      ['tree:2', 5],
      ['combine:blob:none+tree:2', 3],
      ['combine:tree:3+blob:none', 4],
    ])('leaves out what is deeper than %s asks for, as git does', async (filter, expected) => {
      const source = server.createRepository('deep', { folder: join(folder, 'deep') });
      source.commit({ files: { 'a.yaml': 'a: 1', 'b.yaml': 'b: 1', 'c/d/e.yaml': 'e: 1' } });
      await git('-C', join(folder, 'deep'), 'config', 'uploadpack.allowFilter', 'true');
      const sources = { ours: server.repositoryUrl('deep'), gits: `file://${join(folder, 'deep')}` };
      const counts: Record<string, number> = {};
      for (const [name, from] of Object.entries(sources)) {
        const to = join(work(), name);
        await speak('clone', '-q', `--filter=${filter}`, '--no-checkout', from, to);
        const listed = await git('-C', to, 'cat-file', '--batch-check', '--batch-all-objects');
        counts[name] = listed.split('\n').length;
      }
      expect(counts).toEqual({ ours: expected, gits: expected });
    });

    it('says which filter it does not know', async () => {
      await expect(
        speak('clone', '-q', '--filter=blob:limit=1k', '--no-checkout', url(), work()),
      ).rejects.toThrow(/invalid filter-spec 'blob:limit=1024'/);
    });

    it('keeps a repository in a folder that git reads', async () => {
      const bare = join(folder, 'bare');
      const repository = server.createRepository('kept', { folder: bare });
      const id = repository.commit({ files: { a: 'a' } });
      expect(await git('-C', bare, 'rev-parse', 'HEAD')).toBe(id);
      await speak('clone', '-q', server.repositoryUrl('kept'), work());
      await git('-C', work(), 'commit', '-q', '--allow-empty', '-m', 'More');
      await speak('-C', work(), 'push', '-q');
      expect(await git('-C', bare, 'rev-parse', 'main')).toBe(await git('-C', work(), 'rev-parse', 'HEAD'));
      await git('-C', bare, 'fsck', '--strict');
    });
  },
);

/** Sends a request as it is. */
function send(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: Buffer } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const outgoing = request(server.url + path, { method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString('latin1') }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const pkt = (line: string) => `${(line.length + 4).toString(16).padStart(4, '0')}${line}`;

describe('startGitServer', () => {
  it('knows its repositories, services and methods and no others', async () => {
    expect((await send('/app.git/info/refs?service=git-upload-pack')).status).toBe(200);
    expect((await send('/app/info/refs?service=git-upload-pack')).status).toBe(200);
    expect((await send('/none.git/info/refs?service=git-upload-pack')).status).toBe(404);
    expect((await send('/app.git/HEAD')).status).toBe(404);
    expect((await send('/app.git/info/refs')).status).toBe(403);
    expect((await send('/app.git/git-upload-pack')).status).toBe(405);
    expect(
      (await send('/app.git/git-upload-pack', { method: 'POST', headers: { 'git-protocol': 'version=2' } }))
        .text,
    ).toContain('ERR unknown command');
  });

  it('asks for credentials', async () => {
    const locked = await startGitServer({
      auth: { username: 'a', password: 'b' },
      repositories: { app: {} },
    });
    onTestFinished(() => locked.stop());
    const info = `${locked.repositoryUrl('app')}/info/refs?service=git-upload-pack`;
    const answer = await fetch(info);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="git"']);
    expect((await fetch(info, { headers: { authorization: `Basic ${btoa('a:b')}` } })).status).toBe(200);
    expect((await fetch(info, { headers: { authorization: `Basic ${btoa('a:c')}` } })).status).toBe(401);
  });

  it('refuses pushes of packs that are damaged or not complete, and of bad references', async () => {
    const main = app().refs.get('refs/heads/main')!;
    const push = async (line: string, pack = Buffer.alloc(0)) => {
      const body = Buffer.concat([Buffer.from(`${pkt(`${line}\0report-status`)}0000`), pack]);
      return (await send('/app.git/git-receive-pack', { method: 'POST', body })).text;
    };
    const none = '0'.repeat(40);
    expect(await push(`${main} ${'a'.repeat(40)} refs/heads/main`, Buffer.from('PACKnonsense'))).toContain(
      'ng refs/heads/main unpacker error',
    );
    expect(await push(`${main} ${'a'.repeat(40)} refs/heads/main`)).toContain(
      'ng refs/heads/main missing necessary objects',
    );
    expect(await push(`${none} ${main} refs/heads/../../x`)).toContain('funny refname');
    expect(await push(`${none} ${main} refs/heads/main`)).toContain('changed meanwhile');
    expect(server.pushes).toEqual([]);
    expect(app().refs.get('refs/heads/main')).toBe(main);
  });

  it('does wrong what it is told to do wrong, and works again', async () => {
    const info = '/app.git/info/refs?service=git-upload-pack';
    server.setFaults({ status: 503, retryAfter: 3, message: 'later' });
    expect(await send(info)).toEqual({ status: 503, text: 'later' });
    server.setFaults({ redirectTo: 'http://127.0.0.1:1' });
    expect((await send(info)).status).toBe(302);
    server.setFaults({ onlyVersion0: true });
    expect((await send(info, { headers: { 'git-protocol': 'version=2' } })).text).not.toContain('version 2');
    server.setFaults();
    expect((await send(info, { headers: { 'git-protocol': 'version=2' } })).text).toContain('version 2');
    expect(server.requests).toHaveLength(4);
  });
});
