import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Artifact } from './artifact.ts';
import { type ArtifactServer, startArtifactServer } from './artifact-server.ts';
import { ArtifactStorage } from './artifact-storage.ts';

const OWNER = { kind: 'GitRepository', namespace: 'apps', name: 'podinfo' };
const TEXT = '0123456789';
let root: string;
let storage: ArtifactStorage;
let server: ArtifactServer;
let artifact: Artifact;
let url: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'served-'));
  storage = new ArtifactStorage({ root, host: 'localhost' });
  artifact = await store('a.tar.gz', TEXT);
  server = await startArtifactServer({ storage, idleMs: 300 });
  url = `${server.url}/${artifact.path}`;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

function store(file: string, text: string): Promise<Artifact> {
  const content = (async function* () {
    yield Buffer.from(text);
  })();
  return storage.store(OWNER, { revision: 'main', file, content });
}

/** Sends a request line as it is, which `fetch` would tidy up. */
function raw(path: string, method = 'GET'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(`${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
    );
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('startArtifactServer', () => {
  it('serves an artifact under its path, with its digest as entity tag', async () => {
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(TEXT);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: `"${artifact.digest}"`,
      'content-length': '10',
      'content-type': 'application/gzip',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    });
  });

  it('answers HEAD without the content', async () => {
    const response = await fetch(url, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      200,
      '10',
      '',
    ]);
  });

  it('answers 304 to one who has it', async () => {
    for (const tag of [`"${artifact.digest}"`, `"other", W/"${artifact.digest}"`, '*']) {
      expect((await fetch(url, { headers: { 'if-none-match': tag } })).status).toBe(304);
    }
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=0-99', 206, TEXT, 'bytes 0-9/10'],
    ['bytes=-99', 206, TEXT, 'bytes 0-9/10'],
    ['bytes=10-', 416, '416\n', 'bytes */10'],
    ['bytes=-0', 416, '416\n', 'bytes */10'],
    ['bytes=4-2', 200, TEXT, null],
    ['bytes=1-2,4-5', 200, TEXT, null],
    ['lines=1-2', 200, TEXT, null],
    ['bytes=-', 200, TEXT, null],
  ])('answers the range %s', async (range, status, text, contentRange) => {
    const response = await fetch(url, { headers: { range } });
    expect([response.status, await response.text(), response.headers.get('content-range')]).toEqual([
      status,
      text,
      contentRange,
    ]);
  });

  it('serves the whole where the range is of another version', async () => {
    const response = await fetch(url, { headers: { range: 'bytes=2-4', 'if-range': '"other"' } });
    expect(response.status).toBe(200);
    expect(
      (await fetch(url, { headers: { range: 'bytes=2-4', 'if-range': `"${artifact.digest}"` } })).status,
    ).toBe(206);
  });

  it('gives a file that was replaced its new entity tag', async () => {
    const path = `${server.url}/${(await store('b.tar.gz', 'one')).path}`;
    const first = (await fetch(path)).headers.get('etag');
    await store('b.tar.gz', 'another');
    expect((await fetch(path)).headers.get('etag')).not.toBe(first);
  });

  it('is ready at its root, and lists nothing', async () => {
    expect(await (await fetch(server.url)).text()).toBe('ok\n');
    for (const path of [
      '/gitrepository',
      '/gitrepository/',
      '/gitrepository/apps/podinfo',
      '/gitrepository/apps/podinfo/',
    ]) {
      expect([path, (await fetch(server.url + path)).status]).toEqual([path, 404]);
    }
  });

  it.each([
    '/../etc/passwd',
    '/gitrepository/apps/podinfo/../podinfo/a.tar.gz',
    '/gitrepository/apps/podinfo/..%2fpodinfo%2fa.tar.gz',
    '/gitrepository/apps/podinfo/%61.tar.gz',
    '/gitrepository/apps/podinfo/a.tar.gz%00',
    '//gitrepository/apps/podinfo/a.tar.gz',
    '/gitrepository\\apps\\podinfo\\a.tar.gz',
    '/gitrepository/apps//podinfo/a.tar.gz',
    '/./gitrepository/apps/podinfo/a.tar.gz',
    '/gitrepository/apps/podinfo/.',
    '/gitrepository/apps/podinfo/a.tar.gz/',
    '/gitrepository/apps/podinfo/a.tar.gz.lock',
    '/x'.repeat(3000),
    'http://other/gitrepository/apps/podinfo/a.tar.gz',
    '*',
  ])('finds nothing at %j', async (path) => {
    expect(await raw(path)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('follows no symlink', async () => {
    await writeFile(join(root, 'secret'), 'secret');
    await symlink(join(root, 'secret'), join(root, 'gitrepository/apps/podinfo/link.tar.gz'));
    expect((await fetch(`${server.url}/gitrepository/apps/podinfo/link.tar.gz`)).status).toBe(404);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('refuses %s', async (method) => {
    const response = await fetch(url, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('lets go of a client that says nothing', async () => {
    const closed = new Promise((resolve) => connect(server.port, '127.0.0.1').on('close', resolve).resume());
    await expect(closed).resolves.toBe(false);
  });

  it('says where its port is taken', async () => {
    await expect(startArtifactServer({ storage, port: server.port })).rejects.toThrow('EADDRINUSE');
  });
});
