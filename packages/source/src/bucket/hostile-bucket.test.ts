import { serveHttp } from '@gitops-toolkit/envtest/servers';
import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BucketFetcher } from './bucket-fetcher.ts';
import type { BucketSource } from './bucket-source.ts';

const escape = (text: string): string =>
  text.replaceAll(/[&<>\p{Cc}]/gu, (character) => `&#${character.charCodeAt(0)};`);
const listOf = (keys: readonly string[], next = ''): string =>
  `<?xml version="1.0"?><ListBucketResult><IsTruncated>${next !== ''}</IsTruncated>${keys
    .map((key) => `<Contents><Key>${escape(key)}</Key><ETag>"1"</ETag><Size>1</Size></Contents>`)
    .join(
      '',
    )}${next === '' ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`}</ListBucketResult>`;

/** A server that speaks S3 as far as a test wants it to. */
async function serveS3(
  answer: (url: URL, response: ServerResponse) => void,
): Promise<{ source: BucketSource; fetcher: BucketFetcher; requests: string[] }> {
  const requests: string[] = [];
  const server = await serveHttp((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'HEAD') return void response.end();
    if (url.pathname.endsWith('/.sourceignore')) return void response.writeHead(404).end();
    answer(url, response);
  });
  const fetcher = new BucketFetcher();
  onTestFinished(async () => {
    await fetcher[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  return { source: { provider: 's3', endpoint: server.url, bucket: 'b', insecure: true }, fetcher, requests };
}

describe('keys of objects', () => {
  it.each([
    '../x',
    '../../etc/passwd',
    '/etc/x',
    'a/../../x',
    'a/../b',
    '.',
    './a',
    'a//b',
    'a\\..\\b',
    'a\tb',
    'a\u001fb',
    'x'.repeat(1025),
  ])('SEC-BKT-01: that are no paths of files are refused: %j', async (key) => {
    const { source, fetcher, requests } = await serveS3((_, response) =>
      response.end(listOf(['a.yaml', key])),
    );
    await expect(fetcher.resolve(source)).rejects.toMatchObject({ code: 'BUCKET_KEY_INVALID' });
    expect(requests.length).toBe(3);
  });

  it.each([
    ['a', 'a/b'],
    ['a/b/c', 'a'],
  ])('SEC-BKT-01: that are of a file and of a folder are refused: %s and %s', async (...keys) => {
    const { source, fetcher } = await serveS3((_, response) => response.end(listOf(keys)));
    await expect(fetcher.resolve(source)).rejects.toMatchObject({ code: 'BUCKET_KEY_INVALID' });
  });

  it('SEC-BKT-01: that are ignored may be anything (legitimate)', async () => {
    const { source, fetcher } = await serveS3((_, response) =>
      response.end(listOf(['app.yaml', 'tmp//x', 'a\\b'])),
    );
    const { index } = await fetcher.resolve({ ...source, ignore: '/tmp/\n*\\\\*\n' });
    expect([...index.keys()]).toEqual(['app.yaml']);
  });

  it('SEC-BKT-01: with dots, spaces and letters of any language are files (legitimate)', async () => {
    const keys = ['...', 'a/..b/c', ' a ', 'ключ/键.yaml', 'a+b%2Fc'];
    const { source, fetcher } = await serveS3((_, response) => response.end(listOf(keys)));
    expect([...(await fetcher.resolve(source)).index.keys()]).toEqual(keys);
  });

  it.each(['__proto__', 'constructor', 'a/__proto__/b'])('may be called %s', async (key) => {
    const { source, fetcher } = await serveS3((url, response) =>
      url.searchParams.has('list-type') ? response.end(listOf([key])) : response.end('x'),
    );
    const { tree } = await fetcher.fetch(await fetcher.resolve(source));
    expect(tree.stat(key)?.kind).toBe('file');
    expect(({} as { b?: unknown }).b).toBeUndefined();
  });
});

describe('a storage that lies or stalls', () => {
  it('with a list that has no end is left: BUCKET_ANSWER_INVALID', async () => {
    const { source, fetcher } = await serveS3((_, response) => response.end(listOf(['a'], 'again')));
    await expect(fetcher.resolve(source)).rejects.toMatchObject({ code: 'BUCKET_ANSWER_INVALID' });
  });

  it('with ever more pages is left: BUCKET_LIMIT', async () => {
    let page = 0;
    const { source, fetcher } = await serveS3((_, response) =>
      response.end(
        listOf(
          Array.from({ length: 100 }, (__, i) => `${page}/${i}`),
          String(page++),
        ),
      ),
    );
    await expect(fetcher.resolve(source, { limits: { maxFiles: 1000 } })).rejects.toMatchObject({
      code: 'BUCKET_LIMIT',
    });
    expect(page).toBeLessThan(13);
  });

  it('that answers with a page for people is no empty bucket: BUCKET_ANSWER_INVALID', async () => {
    const { source, fetcher } = await serveS3((_, response) =>
      response.end('<html><body>Sign in</body></html>'),
    );
    for (const provider of ['s3', 'azure', 'google'] as const)
      await expect(fetcher.resolve({ ...source, provider })).rejects.toMatchObject({
        code: 'BUCKET_ANSWER_INVALID',
      });
  });

  it('that sends more than it said is cut off: BUCKET_LIMIT', async () => {
    const { source, fetcher } = await serveS3((url, response) =>
      url.searchParams.has('list-type') ? response.end(listOf(['a'])) : response.end(Buffer.alloc(100_000)),
    );
    const revision = await fetcher.resolve(source);
    await expect(fetcher.fetch(revision, { limits: { maxFileBytes: 1000 } })).rejects.toMatchObject({
      code: 'BUCKET_LIMIT',
    });
  });

  it('that stalls ends in time: BUCKET_TIMEOUT', async () => {
    const { source, fetcher } = await serveS3((_, response) => void response.write('<ListBucketResult>'));
    const timeouts = { idleMs: 50, firstByteMs: 1000 };
    const retries = { retries: 1, minDelayMs: 1 };
    await expect(fetcher.resolve(source, { timeouts, retries })).rejects.toMatchObject({
      code: 'BUCKET_TIMEOUT',
    });
  });

  it.each(['s3', 'google', 'azure'] as const)(
    'that puts its clients off is left when they are told to: %s',
    async (provider) => {
      const stop = new AbortController();
      let requests = 0;
      const server = await serveHttp((_, response) => {
        requests++;
        response.writeHead(503, { 'retry-after': '20' }).end();
        setTimeout(() => stop.abort(new Error('enough')), 50);
      });
      onTestFinished(() => server[Symbol.asyncDispose]());
      await using fetcher = new BucketFetcher();
      const source = { provider, endpoint: server.url, bucket: 'b', insecure: true };
      await expect(fetcher.resolve(source, { signal: stop.signal })).rejects.toThrow('enough');
      expect(requests).toBe(1);
    },
  );

  it('that sends elsewhere is not followed there', async () => {
    const seen: unknown[] = [];
    const thief = await serveHttp((request, response) => (seen.push(request.headers), response.end()));
    onTestFinished(() => thief[Symbol.asyncDispose]());
    const { source, fetcher } = await serveS3((_, response) =>
      response.writeHead(307, { location: `${thief.url}/b` }).end(),
    );
    const credentials = { accessKeyId: 'me', secretAccessKey: 'secret' };
    await expect(fetcher.resolve(source, { credentials })).rejects.toMatchObject({
      code: expect.stringMatching(/^BUCKET_/) as string,
    });
    expect(seen).toEqual([]);
  });

  it('that refuses is told by its own name for why', async () => {
    const { source, fetcher } = await serveS3((_, response) =>
      response.writeHead(403).end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>'),
    );
    await expect(fetcher.resolve(source)).rejects.toMatchObject({
      code: 'BUCKET_ACCESS_DENIED',
      message: expect.stringContaining('answers 403') as string,
    });
  });
});

describe('a storage that cannot be asked', () => {
  it.each([
    ['before there is an answer', 'HEAD', '/b/'],
    ['in the middle of the list', 'GET', '/b/?list-type=2'],
    ['in the middle of an object', 'GET', '/b/a.yaml'],
  ])('is asked again where the connection breaks: %s', async (_when, method, path) => {
    let isBroken = false;
    const contents: Record<string, string> = { '/b/?list-type=2': listOf(['a.yaml']), '/b/a.yaml': 'a: 1' };
    const server = await serveHttp((request, response) => {
      const url = request.url ?? '';
      const isMeant = request.method === method && (url === path || url.startsWith(path));
      const content = contents[Object.keys(contents).find((key) => url.startsWith(key)) ?? ''];
      if (!isMeant || isBroken) {
        response.writeHead(content === undefined && request.method !== 'HEAD' ? 404 : 200);
        return void response.end(content);
      }
      isBroken = true;
      if (content === undefined) return void response.destroy();
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.slice(0, 2), () => response.destroy());
    });
    await using fetcher = new BucketFetcher();
    onTestFinished(() => server[Symbol.asyncDispose]());
    const source = { provider: 's3', endpoint: server.url, bucket: 'b', insecure: true } as const;
    const retries = { retries: 1, minDelayMs: 1 };
    const { tree } = await fetcher.fetch(await fetcher.resolve(source, { retries }), { retries });
    expect([Buffer.from(tree.read('a.yaml') ?? []).toString(), isBroken]).toEqual(['a: 1', true]);
  });

  it('is told by its status: BUCKET_STATUS', async () => {
    const { source, fetcher } = await serveS3((_, response) => response.writeHead(400).end());
    await expect(fetcher.resolve(source)).rejects.toMatchObject({
      code: 'BUCKET_STATUS',
      message: expect.stringContaining('answers 400') as string,
    });
  });

  it('is told by its address where nothing listens there: BUCKET_CONNECTION_FAILED', async () => {
    await using fetcher = new BucketFetcher();
    const source = { endpoint: '127.0.0.1:1', bucket: 'b', insecure: true };
    for (const provider of ['s3', 'google', 'azure'] as const) {
      const retries = { retries: 1, minDelayMs: 1 };
      await expect(fetcher.resolve({ ...source, provider }, { retries })).rejects.toMatchObject({
        code: 'BUCKET_CONNECTION_FAILED',
        message: expect.stringContaining('127.0.0.1:1') as string,
      });
    }
  });

  it('says what is missing where the client of S3 is not installed: BUCKET_DRIVER_MISSING', async () => {
    vi.doMock('@aws-sdk/client-s3', () => {
      throw new Error('Cannot find package');
    });
    onTestFinished(() => {
      vi.doUnmock('@aws-sdk/client-s3');
    });
    vi.resetModules();
    const { BucketFetcher: Fetcher } = await import('./bucket-fetcher.ts');
    await using fetcher = new Fetcher();
    const source = { provider: 's3', endpoint: '127.0.0.1:1', bucket: 'b', insecure: true } as const;
    await expect(fetcher.resolve(source)).rejects.toMatchObject({
      code: 'BUCKET_DRIVER_MISSING',
      hint: 'npm install @aws-sdk/client-s3',
    });
  });
});

describe('an endpoint', () => {
  it.each(['http://s3.example.com', 'https://me:pw@s3.example.com', 'not a host', ''])(
    'is refused where it is %j: BUCKET_ENDPOINT_INVALID',
    async (endpoint) => {
      await using fetcher = new BucketFetcher();
      for (const provider of ['s3', 'google', 'azure'] as const)
        await expect(fetcher.resolve({ provider, endpoint, bucket: 'b' })).rejects.toMatchObject({
          code: 'BUCKET_ENDPOINT_INVALID',
        });
    },
  );

  it('is not looked at where it has a megabyte: BUCKET_ENDPOINT_INVALID', { timeout: 10_000 }, async () => {
    await using fetcher = new BucketFetcher();
    const endpoint = `https://account.example.com${'/'.repeat(1_000_000)}x`;
    await expect(fetcher.resolve({ provider: 'azure', endpoint, bucket: 'b' })).rejects.toMatchObject({
      code: 'BUCKET_ENDPOINT_INVALID',
    });
  });
});
