import { MemoryTree, walkFiles } from '@gitops-toolkit/core';
import { HttpClient } from '@gitops-toolkit/core/http';
import { type CommitInput, startGitServer } from '@gitops-toolkit/envtest';
import { createHash } from 'node:crypto';
import { type IncomingMessage, request, type RequestListener, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GitFetchOptions } from '../git-fetch-options.ts';
import { fetchGit } from '../git-fetcher.ts';
import { serve } from '../../testing/serve.ts';
import { parsePointer } from './pointer.ts';
import { resolveLfs } from './resolve-lfs.ts';

const MODEL = Buffer.from('a large file\n'.repeat(1000));
const oidOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
const pointerTo = (data: Uint8Array, size = data.length): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${oidOf(data)}\nsize ${size}\n`;
const url = (request: IncomingMessage): string => `http://${request.headers.host ?? ''}`;

/** What a test server does in another way than servers do. */
interface LfsBehaviour {
  /** What the batch API says of an object. */
  readonly locate?: (oid: string, origin: string) => Record<string, unknown>;
  readonly batch?: (response: ServerResponse) => void;
  readonly objects?: readonly Uint8Array[];
  readonly content?: Uint8Array;
}

interface Seen {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

type Files = NonNullable<CommitInput['files']>;

/** A git server with large files: the pointers in its repositories, the contents next to them. */
async function start(files: Files, behaviour: LfsBehaviour = {}) {
  const git = await startGitServer();
  onTestFinished(() => git[Symbol.asyncDispose]());
  /** Gives the commit. */
  const commit = (name: string, content: Files): string =>
    git.createRepository(name).commit({ branch: 'main', message: name, files: content });
  if (Object.keys(files).length > 0) commit('app', files);
  const seen: Seen[] = [];
  const contents = new Map((behaviour.objects ?? [MODEL]).map((data) => [oidOf(data), data]));
  const handler: RequestListener = (incoming, response) => {
    const path = incoming.url ?? '';
    if (!path.includes('/lfs')) return passOn(git.url, incoming, response);
    void textOf(incoming).then((body) => {
      seen.push({ path, authorization: incoming.headers.authorization, body });
      const content = behaviour.content ?? contents.get(path.slice('/lfs/'.length));
      if (/^\/\w+\.git\/info\/lfs\/objects\/batch$/.test(path))
        answerBatch(url(incoming), body, response, behaviour);
      else if (content && path.startsWith('/lfs/')) response.end(content);
      else response.writeHead(404).end();
    });
  };
  const base = await serve(handler);
  return { url: `${base}/app.git`, urlOf: (name: string) => `${base}/${name}.git`, commit, seen };
}

function answerBatch(origin: string, body: string, response: ServerResponse, behaviour: LfsBehaviour): void {
  if (behaviour.batch) return behaviour.batch(response);
  const asked = (JSON.parse(body) as { objects: { oid: string; size: number }[] }).objects;
  const locate = behaviour.locate ?? ((oid) => ({ actions: { download: { href: `${origin}/lfs/${oid}` } } }));
  const objects = asked.map(({ oid, size }) => ({ oid, size, ...locate(oid, origin) }));
  response.setHeader('content-type', 'application/vnd.git-lfs+json');
  response.end(JSON.stringify({ transfer: 'basic', objects }));
}

function passOn(to: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method = 'GET', headers } = incoming;
  const outgoing = request(to + (incoming.url ?? ''), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  incoming.pipe(outgoing);
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of incoming) text += String(piece);
  return text;
}

const fetchApp = (at: string, options: GitFetchOptions = {}) =>
  fetchGit({ url: at, branch: 'main' }, { lfs: true, ...options });

describe('large files', () => {
  it('have their contents in the tree where that is asked for, and modes and links stay', async () => {
    const server = await start({
      'app.yaml': 'a: 1\n',
      'models/a.bin': pointerTo(MODEL),
      'models/b.bin': pointerTo(MODEL),
      'models/link': { symlink: 'a.bin' },
    });
    const { tree } = await fetchApp(server.url);
    expect([...walkFiles(tree)].map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'file app.yaml',
      'file models/a.bin',
      'file models/b.bin',
      'symlink models/link',
    ]);
    expect(Buffer.from(tree.read('models/b.bin') ?? []).equals(MODEL)).toBe(true);
    // One content, brought once.
    expect(server.seen.map(({ path }) => path)).toEqual([
      '/app.git/info/lfs/objects/batch',
      `/lfs/${oidOf(MODEL)}`,
    ]);
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
      operation: 'download',
      transfers: ['basic'],
      objects: [{ oid: oidOf(MODEL), size: MODEL.length }],
      hash_algo: 'sha256',
    });
  });

  it('stay pointers otherwise', async () => {
    const server = await start({ 'a.bin': pointerTo(MODEL) });
    const { tree } = await fetchApp(server.url, { lfs: false });
    expect(Buffer.from(tree.read('a.bin') ?? []).toString()).toBe(pointerTo(MODEL));
    expect(server.seen).toEqual([]);
  });

  it('are asked for in hundreds', async () => {
    const objects = Array.from({ length: 230 }, (_, i) => Buffer.from(`content ${i}`));
    const files = Object.fromEntries(objects.map((data, i) => [`${i}.bin`, pointerTo(data)]));
    const server = await start(files, { objects });
    const { tree } = await fetchApp(server.url);
    expect(Buffer.from(tree.read('229.bin') ?? []).toString()).toBe('content 229');
    expect(server.seen.filter(({ path }) => path.endsWith('batch'))).toHaveLength(3);
  });

  it('are brought only where paths want them', async () => {
    const server = await start({ 'a/a.bin': pointerTo(MODEL), 'b/b.bin': pointerTo(Buffer.from('b')) });
    const { tree } = await fetchApp(server.url, { paths: { directories: ['a'] } });
    expect(tree.read('a/a.bin')).toHaveLength(MODEL.length);
    expect(server.seen[0]?.body).not.toContain(oidOf(Buffer.from('b')));
  });
});

describe('credentials of large files', () => {
  const credentials = { username: 'robot', password: 'canary-password' };
  const basic = `Basic ${Buffer.from('robot:canary-password').toString('base64')}`;

  it('SEC-CRED-01 are shown to no other origin, nor are signed headers after a redirect', async () => {
    const elsewhere: IncomingMessage[] = [];
    const last = await serve((incoming, response) => {
      elsewhere.push(incoming);
      response.end(MODEL);
    });
    const store = await serve((incoming, response) => {
      elsewhere.push(incoming);
      response.writeHead(302, { location: `${last}/content` }).end();
    });
    const header = { Authorization: 'Signed canary-header' };
    const server = await start(
      { 'a.bin': pointerTo(MODEL), 'b.bin': pointerTo(Buffer.from('b')) },
      {
        locate: (oid) => ({
          actions: { download: { href: `${store}/${oid}`, ...(oid === oidOf(MODEL) && { header }) } },
        }),
      },
    );
    await expect(fetchApp(server.url, { credentials })).rejects.toMatchObject({ code: 'GIT_LIMIT' });
    const shown = elsewhere.map(
      ({ headers }) => `${headers.host === new URL(store).host} ${headers.authorization}`,
    );
    expect(new Set(shown)).toEqual(
      new Set(['true Signed canary-header', 'true undefined', 'false undefined']),
    );
  });

  it('SEC-CRED-01 are shown to the server of the repository, unless it signs something else (legitimate)', async () => {
    const small = Buffer.from('small');
    const server = await start(
      { 'a.bin': pointerTo(MODEL), 'b.bin': pointerTo(small) },
      {
        objects: [MODEL, small],
        locate: (oid, origin) => ({
          authenticated: oid === oidOf(small),
          actions: { download: { href: `${origin}/lfs/${oid}` } },
        }),
      },
    );
    await fetchApp(server.url, { credentials });
    const shown = new Map(server.seen.map(({ path, authorization }) => [path, authorization]));
    expect(shown.get('/app.git/info/lfs/objects/batch')).toBe(basic);
    expect(shown.get(`/lfs/${oidOf(MODEL)}`)).toBe(basic);
    expect(shown.get(`/lfs/${oidOf(small)}`)).toBeUndefined();
  });

  it('are not in messages', async () => {
    const locate = () => ({ error: { code: 410, message: 'gone for\ncanary-password' } });
    const server = await start({ 'a.bin': pointerTo(MODEL) }, { locate });
    const error: unknown = await fetchApp(server.url, { credentials }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'GIT_LFS_FAILED' });
    expect(String(error)).toContain('410 gone for ***');
    expect(String(error)).not.toContain('canary');
  });
});

describe('large files of submodules', () => {
  const credentials = { username: 'robot', password: 'secret' };
  const basic = `Basic ${Buffer.from('robot:secret').toString('base64')}`;
  const [small, foreign] = [Buffer.from('of the library'), Buffer.from('of somebody else')];
  const entry = (path: string, at: string) => `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${at}\n`;

  /** A repository with a submodule on its own server, and one on another; each has a large file. */
  async function startWithSubmodules() {
    const [own, other] = [
      await start({}, { objects: [MODEL, small] }),
      await start({}, { objects: [foreign] }),
    ];
    const lib = own.commit('lib', { 'lib.bin': pointerTo(small) });
    const foreignCommit = other.commit('foreign', { 'foreign.bin': pointerTo(foreign) });
    own.commit('app', {
      'app.bin': pointerTo(MODEL),
      '.gitmodules': entry('lib', '../lib.git') + entry('foreign', other.urlOf('foreign')),
      lib: { submodule: lib },
      foreign: { submodule: foreignCommit },
    });
    return { own, other };
  }

  it('have their contents from the server of the submodule', async () => {
    const { own, other } = await startWithSubmodules();
    const { tree, warnings } = await fetchApp(own.url, { submodules: true });
    const contents = ['app.bin', 'lib/lib.bin', 'foreign/foreign.bin'].map((path) => tree.read(path));
    expect(contents.map((data) => Buffer.from(data ?? []).toString())).toEqual(
      [MODEL, small, foreign].map(String),
    );
    expect(warnings).toEqual([]);
    expect(own.seen.map(({ path }) => path)).toEqual([
      '/app.git/info/lfs/objects/batch',
      `/lfs/${oidOf(MODEL)}`,
      '/lib.git/info/lfs/objects/batch',
      `/lfs/${oidOf(small)}`,
    ]);
    expect(other.seen.map(({ path }) => path)).toEqual([
      '/foreign.git/info/lfs/objects/batch',
      `/lfs/${oidOf(foreign)}`,
    ]);
  });

  it('SEC-CRED-01 are asked for on another server without the credentials', async () => {
    const { own, other } = await startWithSubmodules();
    await fetchApp(own.url, { submodules: true, credentials });
    expect(other.seen.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
  });

  it('SEC-CRED-01 are asked for on the same server with them (legitimate)', async () => {
    const { own } = await startWithSubmodules();
    await fetchApp(own.url, { submodules: true, credentials });
    const shown = own.seen
      .filter(({ path }) => path.startsWith('/lib.git'))
      .map((seen) => seen.authorization);
    expect(shown).toEqual([basic]);
  });

  it('count towards the bytes of the whole tree: GIT_LIMIT', async () => {
    const { own } = await startWithSubmodules();
    const limits = { maxTreeBytes: MODEL.length + small.length };
    await expect(fetchApp(own.url, { submodules: true, limits })).rejects.toMatchObject({
      code: 'GIT_LIMIT',
    });
  });
});

describe('large files that cannot be had', () => {
  const action = (href: string, header: Record<string, unknown> = {}) => ({
    locate: () => ({ actions: { download: { href, header } } }),
  });

  it.each<[string, string, LfsBehaviour]>([
    ['another content', 'GIT_OBJECT_MISMATCH', { content: Buffer.alloc(MODEL.length) }],
    ['less content', 'GIT_OBJECT_MISMATCH', { content: Buffer.alloc(3) }],
    ['more content', 'GIT_LIMIT', { content: Buffer.alloc(MODEL.length + 1) }],
    ['no content', 'GIT_LFS_FAILED', { objects: [] }],
    ['no URL', 'GIT_LFS_FAILED', { locate: () => ({ actions: {} }) }],
    ['an URL of another kind', 'GIT_LFS_FAILED', action('file:///etc/passwd')],
    ['an URL with credentials', 'GIT_LFS_FAILED', action('http://a:b@127.0.0.1:1/')],
    ['a header of two lines', 'GIT_LFS_FAILED', action('http://127.0.0.1:1/', { a: 'b\r\nc: d' })],
    ['no JSON', 'GIT_LFS_FAILED', { batch: (response) => response.end('<html>') }],
    ['another transfer', 'GIT_LFS_FAILED', { batch: (r) => r.end('{"transfer":"tus","objects":[]}') }],
    ['no such API', 'GIT_LFS_FAILED', { batch: (response) => response.writeHead(404).end() }],
    ['no access', 'GIT_AUTHENTICATION_FAILED', { batch: (response) => response.writeHead(403).end() }],
    ['an endless answer', 'GIT_LIMIT', { batch: (response) => response.end(Buffer.alloc(5 << 20, 32)) }],
  ])('fail: %s is %s', async (_what, code, behaviour) => {
    const server = await start({ 'a.bin': pointerTo(MODEL) }, behaviour);
    await expect(fetchApp(server.url)).rejects.toMatchObject({ code });
  });

  it('are not asked for where they are more than may be: GIT_LIMIT', async () => {
    const server = await start({ 'a.bin': pointerTo(MODEL, 900_000_000_000) });
    await expect(fetchApp(server.url)).rejects.toMatchObject({ code: 'GIT_LIMIT' });
    expect(server.seen).toEqual([]);
  });
});

describe('large files of a repository behind SSH', () => {
  it('are not fetched: GIT_LFS_FAILED', async () => {
    await using client = new HttpClient();
    const tree = MemoryTree.from({ 'a.bin': pointerTo(MODEL), 'b.yaml': 'b' });
    const options = { url: 'ssh://git@git.example.com/app.git', client, maxTreeBytes: 1e6 };
    await expect(resolveLfs(tree, options)).rejects.toMatchObject({ code: 'GIT_LFS_FAILED' });
    const without = MemoryTree.from({ 'b.yaml': 'b' });
    expect(await resolveLfs(without, options)).toBe(without);
  });
});

describe('a pointer', () => {
  const oid = 'ab'.repeat(32);
  const read = (text: string) => parsePointer(Buffer.from(text));

  it('names a content by its digest and size, whatever else it says', () => {
    const pointer = { oid, size: 12345 };
    const version = 'version https://git-lfs.github.com/spec/v1';
    expect(read(`${version}\noid sha256:${oid}\nsize 12345\n`)).toEqual(pointer);
    expect(read(`${version}\nnote x y\noid sha256:${oid}\nsize 12345\n`)).toEqual(pointer);
  });

  it.each([
    ['another version', `version https://git-lfs.github.com/spec/v2\noid sha256:${oid}\nsize 1\n`],
    ['another digest', `version https://git-lfs.github.com/spec/v1\noid sha1:${oid}\nsize 1\n`],
    ['no size', `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\n`],
    ['a size below zero', `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize -1\n`],
    ['YAML', 'version: 1\n'],
    ['nothing', ''],
  ])('is not %s', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('to what an extension has stored is refused: GIT_LFS_FAILED', () => {
    const text = `version https://git-lfs.github.com/spec/v1\next-0-foo sha256:${oid}\noid sha256:${oid}\nsize 1\n`;
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'GIT_LFS_FAILED' }));
  });
});
