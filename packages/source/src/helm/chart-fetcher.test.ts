import { createCosignKey, startOciRegistry } from '@gitops-toolkit/envtest';
import { createAuthority, type HttpTestServer, serveHttp } from '@gitops-toolkit/envtest/servers';
import { packageChart } from '@gitops-toolkit/helm/package';
import { fetchIndex, pullChart } from '@gitops-toolkit/helm/repository';
import { HELM_TYPES, OciClient, pushArtifact } from '@gitops-toolkit/oci';
import { MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ChartFetcher } from './chart-fetcher.ts';

const credentials = { username: 'robot', password: 'secret' };
const BASIC = `Basic ${Buffer.from('robot:secret').toString('base64')}`;

const packed = async (version = '1.0.0') =>
  (await packageChart(MemoryTree.from({ 'Chart.yaml': `{apiVersion: v2, name: web, version: ${version}}` })))
    .data;
const indexOf = (url: string, digest = '') =>
  `apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.0.0, urls: ["${url}"], digest: "${digest}"}\n`;

/** Serves files by path, and tells what each request showed. */
async function serve(
  files: Record<string, string | Uint8Array>,
): Promise<HttpTestServer & { seen: [path: string, authorization: string | undefined][] }> {
  const seen: [string, string | undefined][] = [];
  const server = await serveHttp((request, response) => {
    const path = request.url ?? '';
    seen.push([path, request.headers.authorization]);
    const found = files[path];
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { ...server, seen };
}

async function textOf(body: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body ?? []) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

function open(): ChartFetcher {
  const fetcher = new ChartFetcher();
  onTestFinished(() => fetcher[Symbol.asyncDispose]());
  return fetcher;
}

describe('a chart of an HTTP repository', () => {
  it('is fetched with the credentials of the repository', async () => {
    const server = await serve({ '/index.yaml': indexOf('web-1.0.0.tgz'), '/web-1.0.0.tgz': await packed() });
    const fetch = open().fetchFor({ credentials });
    const { fileName, data } = await pullChart({ repository: server.url, chart: 'web', fetch });
    expect([fileName, Buffer.compare(data, await packed())]).toEqual(['web-1.0.0.tgz', 0]);
    expect(server.seen).toEqual([
      ['/index.yaml', BASIC],
      ['/web-1.0.0.tgz', BASIC],
    ]);
  });

  it('SEC-CRED-01: on another host is fetched without them, unless the repository says so', async () => {
    const other = await serve({ '/web.tgz': await packed() });
    const server = await serve({ '/index.yaml': indexOf(`${other.url}/web.tgz`) });
    for (const passCredentials of [false, true]) {
      const fetch = open().fetchFor({ credentials, passCredentials });
      await pullChart({ repository: server.url, chart: 'web', fetch });
    }
    expect(other.seen.map(([, shown]) => shown)).toEqual([undefined, BASIC]);
  });

  it('SEC-CRED-01: of the repository itself is fetched with them (legitimate)', async () => {
    const server = await serve({
      '/charts/index.yaml': indexOf('/files/web.tgz'),
      '/files/web.tgz': await packed(),
    });
    const fetch = open().fetchFor({ credentials });
    await pullChart({ repository: `${server.url}/charts`, chart: 'web', fetch });
    expect(server.seen.map(([, shown]) => shown)).toEqual([BASIC, BASIC]);
  });

  it('must have the digest that the index says', async () => {
    const server = await serve({
      '/index.yaml': indexOf('web.tgz', 'a'.repeat(64)),
      '/web.tgz': await packed(),
    });
    await expect(
      pullChart({ repository: server.url, chart: 'web', fetch: open().fetchFor() }),
    ).rejects.toMatchObject({ code: 'HELM_DIGEST_MISMATCH' });
  });

  it('that the server does not give is not guessed at: HELM_DOWNLOAD_FAILED', async () => {
    const server = await serve({ '/index.yaml': indexOf('gone.tgz') });
    const fetch = open().fetchFor();
    await expect(pullChart({ repository: server.url, chart: 'web', fetch })).rejects.toMatchObject({
      code: 'HELM_FETCH_FAILED',
      cause: {
        code: 'HELM_DOWNLOAD_FAILED',
        message: expect.stringContaining('answers 404 for /gone.tgz') as string,
      },
    });
  });
});

describe('LIM-HELM-01: downloads', () => {
  it.each([
    ['an index', '/index.yaml', { indexBytes: 1000 }],
    ['a chart', '/web-1.0.0.tgz', undefined],
  ])('of %s stop at the limit while they come', async (_what, path, limits) => {
    let sent = 0;
    const server = await serveHttp((request, response) => {
      if (request.url !== path) return void response.end(indexOf('web-1.0.0.tgz'));
      const more = (): void => {
        if (response.destroyed) return;
        sent += 64 * 1024;
        if (response.write(Buffer.alloc(64 * 1024, 0x23))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    onTestFinished(() => server[Symbol.asyncDispose]());
    const fetch = open().fetchFor();
    await expect(
      pullChart({
        repository: server.url,
        chart: 'web',
        fetch,
        maxChartBytes: 100_000,
        ...(limits && { limits }),
      }),
    ).rejects.toMatchObject({ cause: { code: 'HELM_DOWNLOAD_LIMIT' } });
    // What is in buffers on the way by then comes on top.
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  it('below the limits come whole (legitimate)', async () => {
    const server = await serve({ '/index.yaml': indexOf('web.tgz'), '/web.tgz': await packed() });
    const index = await fetchIndex(server.url, { fetch: open().fetchFor(), limits: { indexBytes: 1000 } });
    expect(index.charts).toEqual(['web']);
  });

  it('that stall end in time: HELM_DOWNLOAD_TIMEOUT', async () => {
    const server = await serveHttp((_, response) => void response.write('apiVersion'));
    onTestFinished(() => server[Symbol.asyncDispose]());
    const fetcher = open();
    const fetched = await fetcher.fetchIndex(`${server.url}/index.yaml`, { timeouts: { idleMs: 50 } });
    await expect(textOf(fetched?.body)).rejects.toMatchObject({
      code: 'HELM_DOWNLOAD_TIMEOUT',
    });
  });
});

describe('an index', () => {
  it('is not sent again where it is known', async () => {
    const server = await serveHttp((request, response) => {
      const isKnown = request.headers['if-none-match'] === '"1"';
      response.writeHead(isKnown ? 304 : 200, { etag: '"1"' }).end(isKnown ? undefined : 'apiVersion: v1');
    });
    onTestFinished(() => server[Symbol.asyncDispose]());
    const fetcher = open();
    const url = `${server.url}/index.yaml`;
    const first = await fetcher.fetchIndex(url, {});
    expect(first?.etag).toBe('"1"');
    expect(await textOf(first?.body)).toBe('apiVersion: v1');
    expect(await fetcher.fetchIndex(url, {}, { known: { etag: '"1"' } })).toBeUndefined();
  });

  it('comes from a server that wants a certificate', async () => {
    const authority = createAuthority();
    const { cert, key } = authority.server();
    const server = await serveHttp((_, response) => void response.end('apiVersion: v1'), {
      cert,
      key,
      ca: authority.ca,
      requestCert: true,
    });
    onTestFinished(() => server[Symbol.asyncDispose]());
    const url = `${server.url}/index.yaml`;
    const tls = { ca: authority.ca, ...authority.client('robot') };
    expect(await open().fetchIndex(url, { tls })).toBeDefined();
    await expect(open().fetchIndex(url, { tls: { ca: authority.ca } })).rejects.toMatchObject({
      code: 'HELM_DOWNLOAD_FAILED',
    });
  });
});

describe('a chart of a registry', () => {
  const start = async () => {
    const registry = await startOciRegistry({ user: credentials });
    const client = new OciClient();
    onTestFinished(async () => {
      await client[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    });
    const repository = client.repository(`${registry.host}/charts/web`, {
      insecure: true,
      credentials: async () => credentials,
    });
    for (const version of ['1.0.0', '1.1.0+build.2'])
      await pushArtifact(repository, await packed(version), {
        tag: version.replace('+', '_'),
        layerType: HELM_TYPES.content,
        configType: HELM_TYPES.config,
      });
    return { registry, access: { insecure: true, registry: async () => credentials } };
  };

  it('is chosen by range, and pulled', async () => {
    const { registry, access } = await start();
    const repository = `oci://${registry.host}/charts`;
    const pulled = await pullChart({
      repository,
      chart: 'web',
      version: '1.x',
      fetch: open().fetchFor(access),
    });
    expect([pulled.version, pulled.fileName]).toEqual(['1.1.0+build.2', 'web-1.1.0+build.2.tgz']);
  });

  it('is not given out without the signature that is asked for', async () => {
    const { registry, access } = await start();
    const key = createCosignKey();
    const verify = { provider: 'cosign', keys: [key.publicKey] } as const;
    const fetcher = open();
    const pull = () =>
      pullChart({
        repository: `oci://${registry.host}/charts`,
        chart: 'web',
        version: '1.0.0',
        fetch: fetcher.fetchFor({ ...access, verify }),
      });
    await expect(pull()).rejects.toMatchObject({ cause: { code: 'OCI_SIGNATURE_MISSING' } });
    key.sign(registry, 'charts/web', '1.0.0');
    expect((await pull()).version).toBe('1.0.0');
    const address = `oci://${registry.host}/charts/web`;
    expect(await fetcher.verify(address, '1.0.0', { ...access, verify })).toHaveProperty('signature');
  });
});
