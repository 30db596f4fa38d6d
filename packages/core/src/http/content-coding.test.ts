import { serveHttp } from '@gitops-toolkit/envtest/servers';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpClient, type HttpRequest, type HttpResponse } from './http-client.ts';

const TEXT = 'apiVersion: v1\n'.repeat(2000);
const MEBIBYTE = 1024 * 1024;

const CODINGS: [coding: string, encode: (data: Buffer) => Buffer][] = [
  ['gzip', (data) => gzipSync(data)],
  ['x-gzip', (data) => gzipSync(data)],
  ['deflate', (data) => deflateSync(data)],
  ['deflate', (data) => deflateRawSync(data)],
  ['br', (data) => brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
  // Node 22.15 and later.
  ...(typeof zstdCompressSync === 'function'
    ? [['zstd', (data) => zstdCompressSync(data)] as [string, (data: Buffer) => Buffer]]
    : []),
];

/** A server that answers always the same. */
interface OneAnswer {
  /** Asks for the answer decoded, up to a megabyte on the wire and decoded unless said otherwise. */
  get(request?: Partial<HttpRequest>): Promise<HttpResponse>;
  readonly asked: IncomingMessage[];
  /** How many connections clients have made. */
  readonly connections: ReadonlySet<unknown>;
}

async function answering(
  headers: Record<string, string | number | string[]>,
  body: Buffer | ((response: ServerResponse) => void),
  status = 200,
): Promise<OneAnswer> {
  const asked: IncomingMessage[] = [];
  const connections = new Set<unknown>();
  const server = await serveHttp((request, response) => {
    asked.push(request);
    connections.add(request.socket);
    response.writeHead(status, headers);
    if (typeof body === 'function') body(response);
    else response.end(body);
  });
  const client = new HttpClient();
  onTestFinished(() => client[Symbol.asyncDispose]());
  onTestFinished(() => server[Symbol.asyncDispose]());
  return {
    asked,
    connections,
    get: (request) =>
      client.request({ url: server.url, maxBytes: MEBIBYTE, maxDecodedBytes: MEBIBYTE, ...request }),
  };
}

async function textOf(response: HttpResponse): Promise<string> {
  return Buffer.from(await response.bytes()).toString('utf8');
}

/** Reads a body and says how many bytes of it came, and how it ended. */
async function readToTheEnd(response: HttpResponse): Promise<{ bytes: number; code?: unknown }> {
  let bytes = 0;
  try {
    for await (const piece of response.body) bytes += piece.length;
  } catch (error) {
    return { bytes, code: (error as { code?: unknown }).code };
  }
  return { bytes };
}

describe('an answer that is asked for with maxDecodedBytes', () => {
  it.each(CODINGS)('LIM-HTTP-02: in %s is decoded (legitimate)', async (coding, encode) => {
    const encoded = encode(Buffer.from(TEXT));
    const server = await answering(
      { 'content-encoding': coding, 'content-length': encoded.length, etag: '"1"' },
      encoded,
    );
    for (let i = 0; i < 3; i++) {
      const response = await server.get({ maxDecodedBytes: TEXT.length, maxBytes: encoded.length });
      expect(await textOf(response)).toBe(TEXT);
      // Those of the body as it was sent are gone.
      expect(response.headers).toMatchObject({ etag: '"1"' });
      expect(response.headers).not.toHaveProperty('content-encoding');
      expect(response.headers).not.toHaveProperty('content-length');
    }
    expect(server.connections.size).toBe(1);
    expect(server.asked[0]?.headers['accept-encoding']).toMatch(/^(?:zstd, )?br, gzip$/);
  });

  it('LIM-HTTP-02: without an encoding is bounded all the same (legitimate)', async () => {
    const server = await answering({ 'content-encoding': 'identity' }, Buffer.from(TEXT));
    expect(await textOf(await server.get())).toBe(TEXT);
    const small = await server.get({ maxDecodedBytes: TEXT.length - 1 });
    await expect(small.bytes()).rejects.toMatchObject({ code: 'HTTP_LIMIT' });
  });

  it('has nothing to decode where there is no content', async () => {
    const encoded = { 'content-encoding': 'gzip' };
    const head = await answering(encoded, Buffer.from(''));
    expect(await textOf(await head.get({ method: 'HEAD' }))).toBe('');
    const unchanged = await answering(encoded, Buffer.from(''), 304);
    expect(await textOf(await unchanged.get())).toBe('');
  });

  it('may be left in the middle', async () => {
    const server = await answering({ 'content-encoding': 'gzip' }, (response) => {
      // It never ends.
      response.write(gzipSync(Buffer.alloc(300_000, 'x')));
    });
    const { body } = await server.get();
    for await (const piece of body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    const [connection] = server.connections as ReadonlySet<{ destroyed: boolean }>;
    await expect.poll(() => connection?.destroyed).toBe(true);
  });

  it('ends with the reason of its signal', async () => {
    const server = await answering({ 'content-encoding': 'gzip' }, (response) => {
      response.write(gzipSync(Buffer.from(TEXT)).subarray(0, 50));
    });
    const controller = new AbortController();
    const response = await server.get({ signal: controller.signal });
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 20);
    await expect(response.bytes()).rejects.toBe(reason);
  });
});

describe('a bomb', () => {
  it.each(CODINGS)('LIM-HTTP-02: in %s is left at the bound: HTTP_LIMIT', async (coding, encode) => {
    const bomb = encode(Buffer.alloc(64 * MEBIBYTE));
    const server = await answering({ 'content-encoding': coding }, bomb);
    const { bytes, code } = await readToTheEnd(await server.get());
    expect(code).toBe('HTTP_LIMIT');
    expect(bytes).toBeLessThanOrEqual(MEBIBYTE);
  });

  it('LIM-HTTP-02: that is encoded a hundred times is refused: HTTP_ENCODING_INVALID', async () => {
    let nested: Buffer = gzipSync(Buffer.alloc(MEBIBYTE));
    for (let i = 1; i < 100; i++) nested = gzipSync(nested);
    const names = Array.from({ length: 100 }, () => 'gzip');
    const lists = [names.join(', '), 'gzip,', 'gzip, identity', 'br, gzip'].map((list) => [list]);
    for (const headers of [names, ...lists]) {
      const server = await answering({ 'content-encoding': headers }, nested);
      await expect(server.get()).rejects.toMatchObject({ code: 'HTTP_ENCODING_INVALID' });
    }
    // Said to be encoded once, it is decoded once.
    const server = await answering({ 'content-encoding': 'gzip' }, nested);
    expect((await readToTheEnd(await server.get())).bytes).toBeLessThan(nested.length + 100);
  });

  it.skipIf(typeof zstdCompressSync !== 'function')(
    'LIM-HTTP-02: gets no large window: HTTP_ENCODING_INVALID',
    async () => {
      const params = {
        [constants.ZSTD_c_windowLog]: 27,
        [constants.ZSTD_c_contentSizeFlag]: 0,
        [constants.ZSTD_c_enableLongDistanceMatching]: 1,
      };
      const server = await answering(
        { 'content-encoding': 'zstd' },
        zstdCompressSync(Buffer.alloc(9 * MEBIBYTE), { params }),
      );
      expect((await readToTheEnd(await server.get({ maxDecodedBytes: 10 * MEBIBYTE }))).code).toBe(
        'HTTP_ENCODING_INVALID',
      );
    },
  );
});

describe('an answer that is not what its encoding says', () => {
  it.each(['compress', 'gzip2', '"gzip"', 'aes128gcm'])('LIM-HTTP-02: %s is not decoded', async (coding) => {
    const server = await answering({ 'content-encoding': coding }, Buffer.from('x'));
    await expect(server.get()).rejects.toMatchObject({ code: 'HTTP_ENCODING_INVALID' });
  });

  it.each(CODINGS)('in %s is refused where it is damaged', async (coding) => {
    const server = await answering({ 'content-encoding': coding }, Buffer.alloc(100, 0xff));
    expect((await readToTheEnd(await server.get())).code).toBe('HTTP_ENCODING_INVALID');
  });

  it.each(CODINGS)('in %s is a broken connection where it ends too early', async (coding, encode) => {
    const whole = encode(Buffer.from(TEXT));
    const server = await answering({ 'content-encoding': coding }, whole.subarray(0, whole.length - 6));
    expect((await readToTheEnd(await server.get())).code).toBe('HTTP_CONNECTION_FAILED');
  });
});

it('LIM-HTTP-02: an answer is given as it came where nobody asked for it decoded (legitimate)', async () => {
  const encoded = gzipSync(Buffer.from(TEXT));
  const server = await serveHttp((request, response) => {
    expect(request.headers['accept-encoding']).toBe('identity');
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(encoded);
  });
  await using client = new HttpClient();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const response = await client.request({ url: server.url, maxBytes: encoded.length });
  expect(response.headers['content-encoding']).toBe('gzip');
  expect(Buffer.from(await response.bytes())).toEqual(encoded);
});
