import { digestOf } from '@gitops-toolkit/core';
import { type OciRegistryOptions, startOciRegistry } from '@gitops-toolkit/envtest';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import type { RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MEDIA_TYPES } from './model.ts';
import type { OciRepository } from './repository.ts';
import { manifestOf, openRepository, pushText, textOf } from './testing/registry.ts';

const EMPTY = `sha256:${'0'.repeat(64)}`;

async function lying(answer: RequestListener): Promise<OciRepository> {
  const server = await serveHttp((request, response) =>
    request.url === '/v2/' ? void response.end('{}') : answer(request, response),
  );
  onTestFinished(() => server[Symbol.asyncDispose]());
  return openRepository(`127.0.0.1:${server.port}`, 'org/app');
}

async function sound(options: OciRegistryOptions = {}) {
  const registry = await startOciRegistry(options);
  onTestFinished(() => registry[Symbol.asyncDispose]());
  return { registry, repository: openRepository(registry.host, 'org/app') };
}

describe('a manifest', () => {
  const serving = (value: object | string, mediaType: string = MEDIA_TYPES.ociManifest) =>
    lying((_, response) => {
      response.writeHead(200, { 'content-type': mediaType });
      response.end(typeof value === 'string' ? value : JSON.stringify(value));
    });
  const image = { schemaVersion: 2, config: { mediaType: 'c', digest: EMPTY, size: 2 }, layers: [] };

  it.each([
    ['an image and a list at once', { ...image, manifests: [] }, undefined],
    ['something else than it is served as', { ...image, mediaType: MEDIA_TYPES.ociIndex }, undefined],
    ['a list that is served as an image', { schemaVersion: 2, manifests: [] }, undefined],
    ['of schema version 1', { ...image, schemaVersion: 1 }, undefined],
    ['of an unknown type', image, 'text/html'],
    ['no JSON', '<html>', undefined],
    [
      'with a layer of a negative size',
      { ...image, layers: [{ mediaType: 'l', digest: EMPTY, size: -1 }] },
      undefined,
    ],
    [
      'with a layer without a digest',
      { ...image, layers: [{ mediaType: 'l', digest: '../../x', size: 1 }] },
      undefined,
    ],
    [
      'with annotations that are no texts',
      { ...image, layers: [{ mediaType: 'l', digest: EMPTY, size: 1, annotations: { a: 1 } }] },
      undefined,
    ],
  ])('SEC-OCI-02: is refused where it is %s: OCI_MANIFEST_INVALID', async (_, value, mediaType) => {
    const repository = await serving(value, mediaType);
    await expect(repository.manifest('latest')).rejects.toMatchObject({ code: 'OCI_MANIFEST_INVALID' });
  });

  it('SEC-OCI-02: is taken where it is what it says (legitimate)', async () => {
    const repository = await serving({ ...image, mediaType: MEDIA_TYPES.ociManifest });
    expect((await repository.manifest('latest')).manifest).toMatchObject(image);
  });

  it('SEC-OCI-03: is refused where it is not what was asked for: OCI_DIGEST_MISMATCH', async () => {
    const repository = await serving(image);
    await expect(repository.manifest(EMPTY)).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
    const headed = await lying((_, response) => {
      response.writeHead(200, { 'content-type': MEDIA_TYPES.ociManifest, 'docker-content-digest': EMPTY });
      response.end(JSON.stringify(image));
    });
    await expect(headed.manifest('latest')).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
  });

  it('SEC-OCI-03: is the one that was resolved, also where the tag moves meanwhile (legitimate)', async () => {
    const { repository } = await sound();
    const one = await repository.pushManifest(
      await manifestOf(repository, [await pushText(repository, 'one')]),
      { tag: 'latest' },
    );
    const resolved = await repository.resolve('latest');
    await repository.pushManifest(await manifestOf(repository, [await pushText(repository, 'two')]), {
      tag: 'latest',
    });
    expect((await repository.manifest(resolved.digest)).descriptor.digest).toBe(one.digest);
  });

  it('LIM-OCI-01: of more than 4 MiB is refused: OCI_LIMIT', async () => {
    const repository = await serving(`{"x":"${'y'.repeat(5 * 1024 * 1024)}"}`);
    await expect(repository.manifest('latest')).rejects.toMatchObject({ code: 'OCI_LIMIT' });
  });

  it('LIM-OCI-01: of 3 MiB is taken (legitimate)', async () => {
    const repository = await serving({ ...image, annotations: { x: 'y'.repeat(3 * 1024 * 1024) } });
    expect((await repository.manifest('latest')).bytes.length).toBeGreaterThan(3 * 1024 * 1024);
  });
});

describe('a blob', () => {
  const content = Buffer.from('the content of a layer');
  const descriptor = { digest: digestOf(content), size: content.length };

  it.each([
    ['other bytes', Buffer.from('the content of a lawyer'.slice(0, content.length))],
    ['more bytes', Buffer.concat([content, Buffer.from('!')])],
  ])('SEC-OCI-03: with %s is refused, and its last piece not given out', async (_, served) => {
    const repository = await lying((__, response) => void response.end(served));
    const given: Uint8Array[] = [];
    const reading = (async () => {
      for await (const piece of repository.blob(descriptor)) given.push(piece);
    })();
    await expect(reading).rejects.toMatchObject({
      code: expect.stringMatching(/^OCI_(DIGEST_MISMATCH|LIMIT)$/),
    });
    expect(given).toEqual([]);
  });

  it('is taken up where the connection broke', async () => {
    const { registry, repository } = await sound({
      intercept(request, response) {
        if (request.method !== 'GET' || !request.url?.includes('/blobs/') || request.headers.range)
          return false;
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, 5), () => response.destroy());
        return true;
      },
    });
    await repository.pushBlob(descriptor, content);
    expect(await textOf(repository.blob(descriptor))).toBe(content.toString());
    expect(registry.requests.filter((line) => line.startsWith('GET /v2/org/app/blobs/'))).toHaveLength(2);
  });

  it.each([200, 416])('is brought anew by a registry without ranges, which answers %d', async (status) => {
    const asked: (string | undefined)[] = [];
    const repository = await lying(({ headers: { range } }, response) => {
      asked.push(range);
      if (range !== undefined && status === 416) response.writeHead(416).end();
      else if (asked.length > 1) response.end(content);
      else {
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, 5), () => response.destroy());
      }
    });
    expect(await textOf(repository.blob(descriptor))).toBe(content.toString());
    expect(asked.slice(0, 2)).toEqual([undefined, `bytes=5-${content.length - 1}`]);
  });

  it('is all there where the connection breaks behind its end', async () => {
    const repository = await lying((_, response) => {
      response.writeHead(200, { 'content-length': content.length + 1 });
      response.write(content, () => response.destroy());
    });
    expect(await textOf(repository.blob(descriptor))).toBe(content.toString());
  });

  it('is not taken up for ever: OCI_CONNECTION_FAILED', async () => {
    const repository = await lying((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const range = `bytes ${from}-${content.length - 1}/${content.length}`;
      response.writeHead(from > 0 ? 206 : 200, {
        'content-range': range,
        'content-length': content.length - from,
      });
      response.write(content.subarray(from, from + 1), () => response.destroy());
    });
    await expect(textOf(repository.blob(descriptor))).rejects.toMatchObject({
      code: 'OCI_CONNECTION_FAILED',
    });
  });

  it.each([
    ['bytes', content],
    [
      'pieces',
      async function* () {
        yield content;
      },
    ],
  ])('is pushed anew, as %s, where the registry has forgotten an upload that broke', async (_, pushed) => {
    let puts = 0;
    const { registry, repository } = await sound({
      intercept(request, response) {
        if (request.method !== 'PUT' || ++puts > 2) return false;
        if (puts === 1) request.once('data', () => request.socket.destroy());
        else response.writeHead(404).end('{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}');
        return true;
      },
    });
    expect(await repository.pushBlob(descriptor, pushed)).toBe(true);
    expect(await textOf(repository.blob(descriptor))).toBe(content.toString());
    expect(registry.requests.filter((line) => line.startsWith('POST')).length).toBeGreaterThan(1);
  });

  it('is not pushed for ever: OCI_NOT_FOUND', async () => {
    const { registry, repository } = await sound({
      intercept(request, response) {
        if (request.method !== 'PUT') return false;
        response.writeHead(404).end();
        return true;
      },
    });
    await expect(repository.pushBlob(descriptor, content)).rejects.toMatchObject({ code: 'OCI_NOT_FOUND' });
    expect(registry.requests.filter((line) => line.startsWith('PUT'))).toHaveLength(3);
  });

  it('SEC-CRED-01: is fetched from where it is kept without the credentials of the registry', async () => {
    const shown: (string | undefined)[] = [];
    await using store = await serveHttp((request, response) => {
      shown.push(request.headers.authorization);
      response.end(content);
    });
    await using registry = await startOciRegistry({
      user: { username: 'me', password: 'pw' },
      intercept(request, response) {
        if (!request.headers.authorization || !request.url?.includes('/blobs/sha256')) return false;
        response.writeHead(307, { location: `${store.url}/content` }).end();
        return true;
      },
    });
    const repository = openRepository(registry.host, 'org/app', {
      credentials: async () => ({ username: 'me', password: 'pw' }),
    });
    expect(await textOf(repository.blob(descriptor))).toBe(content.toString());
    expect(shown).toEqual([undefined]);
  });

  it('SEC-CRED-02: is not looked for at the addresses that its descriptor names', async () => {
    const asked: (string | undefined)[] = [];
    await using thief = await serveHttp((request, response) => {
      asked.push(request.url);
      response.end(content);
    });
    const { repository } = await sound();
    const foreign = { ...descriptor, mediaType: 'text/plain', urls: [`${thief.url}/layer`] };
    await expect(textOf(repository.blob(foreign))).rejects.toMatchObject({ code: 'OCI_NOT_FOUND' });
    expect(asked).toEqual([]);
  });

  it('SEC-CRED-02: is sent to where the registry says without its credentials', async () => {
    const shown: (string | undefined)[] = [];
    await using store = await serveHttp((request, response) => {
      shown.push(request.headers.authorization);
      request.resume().on('end', () => response.writeHead(201).end());
    });
    await using registry = await startOciRegistry({
      user: { username: 'me', password: 'pw' },
      intercept(request, response) {
        if (!request.headers.authorization || request.method !== 'POST') return false;
        response.writeHead(202, { location: `${store.url}/upload` }).end();
        return true;
      },
    });
    const repository = openRepository(registry.host, 'org/app', {
      credentials: async () => ({ username: 'me', password: 'pw' }),
    });
    await repository.pushBlob(descriptor, content);
    expect(shown).toEqual([undefined]);
  });
});

describe('a list', () => {
  it('LIM-OCI-03: of tags that has no end is left: OCI_LIMIT', async () => {
    let page = 0;
    const repository = await lying((_, response) => {
      response.writeHead(200, { link: `</v2/org/app/tags/list?n=1&last=${page++ % 3}>; rel="next"` });
      response.end('{"tags":["a"]}');
    });
    const reading = (async () => {
      for await (const tag of repository.tags()) expect(tag).toBe('a');
    })();
    await expect(reading).rejects.toMatchObject({ code: 'OCI_LIMIT' });
  });

  it('LIM-OCI-03: of tags is read to its end, and no tag that is none given out (legitimate)', async () => {
    const repository = await lying((_, response) => void response.end('{"tags":["a","../b","c"]}'));
    const tags: string[] = [];
    for await (const tag of repository.tags()) tags.push(tag);
    expect(tags).toEqual(['a', 'c']);
  });

  it('of tags goes on at the same registry alone: OCI_ANSWER_INVALID', async () => {
    const repository = await lying((_, response) => {
      response.writeHead(200, { link: '<https://evil.example.com/v2/>; rel="next"' }).end('{"tags":[]}');
    });
    await expect(repository.tags().next()).rejects.toMatchObject({ code: 'OCI_ANSWER_INVALID' });
  });

  it.each([500, 403])('of referrers that cannot be had (%d) is not an empty one', async (status) => {
    const repository = await lying((request, response) => {
      response.writeHead(request.url?.includes('/referrers/') ? status : 404).end();
    });
    await expect(repository.referrers(EMPTY)).rejects.toMatchObject({
      code: status === 403 ? 'OCI_AUTHENTICATION_FAILED' : 'OCI_STATUS',
    });
  });

  it('LIM-OCI-01: of thousands of referrers is refused: OCI_LIMIT', async () => {
    const one = { mediaType: MEDIA_TYPES.ociManifest, digest: EMPTY, size: 1 };
    const index = { schemaVersion: 2, manifests: Array.from({ length: 1001 }, () => one) };
    const repository = await lying((_, response) => void response.end(JSON.stringify(index)));
    await expect(repository.referrers(EMPTY)).rejects.toMatchObject({ code: 'OCI_LIMIT' });
  });
});

describe('a registry in trouble', () => {
  it.each([429, 503])('is asked again after %d', async (status) => {
    let failures = 2;
    const { repository } = await sound({
      intercept(request, response) {
        if (!request.url?.includes('/tags/') || failures-- <= 0) return false;
        response.writeHead(status).end();
        return true;
      },
    });
    for await (const tag of repository.tags()) expect(tag).toBe('');
    expect(failures).toBe(-1);
  });

  it('is not asked for ever: OCI_STATUS, OCI_TIMEOUT', async () => {
    const failing = await lying((_, response) => void response.writeHead(500).end());
    await expect(failing.tags().next()).rejects.toMatchObject({ code: 'OCI_STATUS', retry: 'backoff' });
    const server = await serveHttp(() => {});
    onTestFinished(() => server[Symbol.asyncDispose]());
    const silent = openRepository(`127.0.0.1:${server.port}`, 'a', {
      timeouts: { firstByteMs: 20 },
      retries: { retries: 0 },
    });
    await expect(silent.resolve('latest')).rejects.toMatchObject({ code: 'OCI_TIMEOUT' });
  });
});
