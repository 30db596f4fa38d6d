import { digestOf, MemoryTree, walkFiles } from '@gitops-toolkit/core';
import { packArchive } from '@gitops-toolkit/core/node';
import type { RequestListener } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../testing/serve.ts';
import { fetchArtifact, type FetchArtifactOptions } from './fetch-artifact.ts';
import { TreeCache } from './tree-cache.ts';

let archive: Buffer;
let digest: string;

beforeAll(async () => {
  const pieces: Uint8Array[] = [];
  for await (const piece of packArchive(MemoryTree.from({ 'a.yaml': 'a: 1\n', 'b/c.yaml': 'c: 1\n' })))
    pieces.push(piece);
  archive = Buffer.concat(pieces);
  digest = digestOf(archive);
});

/** Serves the archive after the answers that come first; counts requests. */
async function server(...first: RequestListener[]): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const url = await serve((request, response) => {
    const special = first[requests++];
    if (special) special(request, response);
    else response.end(archive);
  });
  return { url: `${url}/gitrepository/apps/podinfo/a.tar.gz`, requests: () => requests };
}

const status =
  (code: number, headers = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(code, headers).end('failed');

const get = (url: string, options: Partial<FetchArtifactOptions> = {}) =>
  fetchArtifact(url, { digest, retryDelayMs: 1, ...options });

describe('fetchArtifact', () => {
  it('gives the tree of an artifact', async () => {
    const { url } = await server();
    expect([...walkFiles(await get(url))].map((file) => file.path)).toEqual(['a.yaml', 'b/c.yaml']);
  });

  it('tries again where the server fails or breaks off', async () => {
    const { url, requests } = await server(
      status(503),
      status(500),
      status(429, { 'retry-after': '0' }),
      (_request, response) => void response.destroy(),
      (_request, response) => {
        response
          .writeHead(200, { 'content-length': archive.length })
          .write(archive.subarray(0, 20), () => response.destroy());
      },
    );
    expect((await get(url)).size).toBe(10);
    expect(requests()).toBe(6);
  });

  it('gives up after so many tries', async () => {
    const { url, requests } = await server(...Array.from({ length: 5 }, () => status(502)));
    await expect(get(url, { retries: 2 })).rejects.toMatchObject({
      code: 'ARTIFACT_DOWNLOAD_FAILED',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ answers 502$/) as string,
      retry: 'backoff',
    });
    expect(requests()).toBe(3);
  });

  it.each([
    [404, 'ARTIFACT_NOT_FOUND'],
    [410, 'ARTIFACT_NOT_FOUND'],
    [403, 'ARTIFACT_DOWNLOAD_FAILED'],
    [302, 'ARTIFACT_DOWNLOAD_FAILED'],
  ])('does not try again after %i', async (code, error) => {
    const { url, requests } = await server(status(code, { location: 'http://127.0.0.1:1/' }));
    await expect(get(url)).rejects.toMatchObject({ code: error });
    expect(requests()).toBe(1);
  });

  it('uses nothing of an artifact with another digest', async () => {
    const { url, requests } = await server();
    const other = digestOf('other');
    await expect(get(url, { digest: other })).rejects.toMatchObject({
      code: 'ARTIFACT_DIGEST_MISMATCH',
      message: expect.stringContaining(`serves ${digest}, not ${other}`) as string,
    });
    expect(requests()).toBe(1);
    await expect(get(url, { digest: 'latest' })).rejects.toMatchObject({ code: 'DIGEST_INVALID' });
    expect(requests()).toBe(1);
  });

  it('accepts every algorithm that artifacts may be stored with', async () => {
    const { url } = await server();
    for (const algorithm of ['sha1', 'sha384', 'sha512'] as const) {
      expect((await get(url, { digest: digestOf(archive, algorithm) })).size).toBe(10);
    }
  });

  it('bounds the download and what is unpacked', async () => {
    const { url } = await server();
    await expect(get(url, { maxArchiveBytes: 20 })).rejects.toMatchObject({ code: 'ARTIFACT_LIMIT' });
    await expect(get(url, { limits: { maxEntries: 1 } })).rejects.toMatchObject({ code: 'ARCHIVE_LIMIT' });
  });

  it('ends where the server falls silent', async () => {
    const { url } = await server(
      () => {},
      (_request, response) => void response.writeHead(200).write('x'),
      () => {},
    );
    const timeouts = { firstByteMs: 50, idleMs: 50 };
    await expect(get(url, { timeouts, retries: 1 })).rejects.toMatchObject({
      code: 'ARTIFACT_TIMEOUT',
      retry: 'backoff',
    });
  });

  it('throws the reason of its signal, also between two tries', async () => {
    const { url, requests } = await server(...Array.from({ length: 5 }, () => status(503)));
    const controller = new AbortController();
    const reason = new Error('shutting down');
    setTimeout(() => controller.abort(reason), 50);
    await expect(get(url, { retryDelayMs: 10_000, signal: controller.signal })).rejects.toBe(reason);
    expect(requests()).toBe(1);
  });

  it('says that nobody listens', async () => {
    await expect(get('http://127.0.0.1:1/x', { retries: 1 })).rejects.toMatchObject({
      code: 'ARTIFACT_DOWNLOAD_FAILED',
    });
  });

  it.each(['file:///etc/passwd', 'ftp://x/y', '', 'http://'])('refuses the URL %j', async (url) => {
    await expect(get(url)).rejects.toMatchObject({ code: 'ARTIFACT_DOWNLOAD_FAILED', retry: 'terminal' });
  });

  it('downloads once for callers who share a cache', async () => {
    const { url, requests } = await server();
    const cache = new TreeCache();
    const trees = await Promise.all(Array.from({ length: 5 }, () => get(url, { cache })));
    expect(new Set(trees).size).toBe(1);
    expect(await get(url, { cache })).toBe(trees[0]);
    expect(requests()).toBe(1);
  });
});
