import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { NumberLiteral, sleep } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { KubeClient, type KubeClientOptions } from './client.ts';
import { isAlreadyExists, isConflict, isNoMatch, isNotFound, KubeError } from './errors.ts';
import { certificate, certificateKey, nextCertificate, nextCertificateKey } from './testdata/certificate.ts';
import { type Handler, refusal, startStub, type StubServer, statusBody } from './testdata/stub-server.ts';
import { VERSION } from './version.ts';

const settings = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'web' },
  data: { a: '1' },
};
const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'web', name: 'settings' };
const path = '/api/v1/namespaces/web/configmaps/settings';

async function serve(
  handler: Handler,
  options: KubeClientOptions = {},
): Promise<{ server: StubServer; client: KubeClient } & AsyncDisposable> {
  const server = await startStub(handler);
  const client = new KubeClient({ server: server.url, token: 'secret' }, options);
  return {
    server,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function failureOf(promise: Promise<unknown>): Promise<KubeError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KubeError);
  return error as KubeError;
}

describe('2.12 KubeClient reads', () => {
  it('gets an object by its path, with token and user agent', async () => {
    await using it = await serve(() => ({ json: settings }));
    expect(await it.client.get(ref)).toEqual(settings);
    const [request] = it.server.requests;
    expect(request).toMatchObject({ method: 'GET', path });
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'user-agent': `gitops-toolkit/${VERSION}`,
      accept: 'application/json',
    });
  });

  it('keeps every digit of large integers, both ways', async () => {
    await using it = await serve((request) => ({
      text: request.body || '{"spec":{"n":12345678901234567890}}',
      headers: { 'content-type': 'application/json' },
    }));
    const object = await it.client.get<typeof settings & { spec: { n: unknown } }>(ref);
    expect(object.spec.n).toBeInstanceOf(NumberLiteral);
    await it.client.update({ ...settings, ...object });
    expect(it.server.requests[1]?.body).toContain('12345678901234567890');
  });

  it('throws what the server says for an object that is not there, and finds nothing', async () => {
    const message = 'configmaps "settings" not found';
    await using it = await serve(() => refusal(404, 'NotFound', message));
    const error = await failureOf(it.client.get(ref));
    expect(error).toMatchObject({
      code: 'KUBE_STATUS',
      message,
      status: 404,
      reason: 'NotFound',
      retry: 'terminal',
      object: ref,
    });
    expect(isNotFound(error)).toBe(true);
    expect(await it.client.find(ref)).toBeUndefined();
  });

  it('throws for a kind that the cluster does not serve, also from find', async () => {
    await using it = await serve(() => ({ status: 404, text: '404 page not found\n' }));
    const error = await failureOf(it.client.find({ apiVersion: 'x.io/v1', kind: 'Gone', name: 'a' }));
    expect(error).toMatchObject({
      code: 'KUBE_NO_MATCH',
      retry: 'backoff',
      message: 'no matches for kind "Gone" in version "x.io/v1"',
    });
    expect(isNoMatch(error)).toBe(true);
  });

  it('asks anew for a kind whose path is gone', async () => {
    let isServed = true;
    await using it = await serve(({ path: at }) => {
      if (at === '/api/v1') return { json: { kind: 'APIResourceList', groupVersion: 'v1', resources: [] } };
      if (isServed)
        return {
          status: 404,
          json: statusBody(404, 'NotFound', 'not found', { name: 'settings', kind: 'configmaps' }),
        };
      return { status: 404, text: '404 page not found\n' };
    });
    expect(await it.client.find(ref)).toBeUndefined();
    expect(await it.client.find(ref)).toBeUndefined();
    isServed = false;
    expect(await it.client.find(ref)).toBeUndefined();
    expect(isNoMatch(await failureOf(it.client.find(ref)))).toBe(true);
  });

  it('puts an object without a namespace into that of the configuration', async () => {
    await using server = await startStub(() => ({ json: settings }));
    await using client = new KubeClient({ server: server.url, namespace: 'team-a' });
    await client.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' });
    await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'web', namespace: 'ignored' });
    expect(server.requests.map((request) => request.path)).toEqual([
      '/api/v1/namespaces/team-a/configmaps/settings',
      '/api/v1/namespaces/web',
    ]);
  });

  it('refuses a name that would reach another path', async () => {
    await using it = await serve(() => ({ json: {} }));
    for (const name of ['a/b', '..', '', '%2e%2e']) {
      expect(await failureOf(it.client.get({ ...ref, name }))).toMatchObject({ code: 'KUBE_NAME_INVALID' });
    }
    expect(it.server.requests).toEqual([]);
  });
});

describe('2.12 KubeClient lists', () => {
  const page = (names: string[], next?: string) => ({
    kind: 'ConfigMapList',
    apiVersion: 'v1',
    metadata: { resourceVersion: '7', ...(next && { continue: next }) },
    items: names.map((name) => ({ metadata: { name } })),
  });

  it('passes selectors and gives items their kind', async () => {
    await using it = await serve(() => ({ json: page(['a']) }));
    const list = await it.client.list(ref, {
      namespace: 'web',
      labelSelector: 'app=web,!x',
      fieldSelector: 'metadata.name=a',
      resourceVersion: '0',
    });
    expect(list.items).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }]);
    const query = Object.fromEntries(it.server.requests[0]?.query ?? []);
    expect(query).toEqual({
      labelSelector: 'app=web,!x',
      fieldSelector: 'metadata.name=a',
      resourceVersion: '0',
    });
  });

  it('asks for metadata alone', async () => {
    await using it = await serve(() => ({ json: { ...page(['a']), kind: 'PartialObjectMetadataList' } }));
    const { items } = await it.client.list(ref, { metadataOnly: true });
    expect(it.server.requests[0]?.headers.accept).toBe(
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
    );
    expect(items[0]).toMatchObject({ kind: 'ConfigMap' });
  });

  it('takes a list whose items are null for an empty one', async () => {
    await using it = await serve(() => ({ json: { ...page([]), items: null } }));
    expect((await it.client.list(ref)).items).toEqual([]);
  });

  it('follows continue tokens, which stand for the version', async () => {
    await using it = await serve(({ query }) => ({
      json: query.get('continue') ? page(['c']) : page(['a', 'b'], 'next'),
    }));
    const names: unknown[] = [];
    for await (const item of it.client.listAll(ref, { limit: 2, resourceVersion: '5' }))
      names.push(item.metadata.name);
    expect(names).toEqual(['a', 'b', 'c']);
    expect(it.server.requests.map(({ query }) => query.toString())).toEqual([
      'limit=2&resourceVersion=5',
      'limit=2&continue=next',
    ]);
  });

  it('gives pages of 500 unless told otherwise', async () => {
    await using it = await serve(() => ({ json: page(['a']) }));
    for await (const { items } of it.client.listPages(ref)) expect(items).toHaveLength(1);
    expect(it.server.requests[0]?.query.get('limit')).toBe('500');
  });
});

describe('2.12 KubeClient writes', () => {
  const seen = (server: StubServer) => {
    const { method = '', path: at = '', query, headers } = server.requests.at(-1) ?? {};
    return [method, at, query?.toString(), headers?.['content-type']];
  };

  it('creates in the collection', async () => {
    await using it = await serve(() => ({ status: 201, json: settings }), { userAgent: 'portal/1.2' });
    await it.client.create(settings, { dryRun: true, fieldValidation: 'Strict' });
    expect(seen(it.server)).toEqual([
      'POST',
      '/api/v1/namespaces/web/configmaps',
      'fieldManager=portal&dryRun=All&fieldValidation=Strict',
      'application/json',
    ]);
    expect(JSON.parse(it.server.requests[0]?.body ?? '')).toEqual(settings);
  });

  it('updates an object and its status', async () => {
    await using it = await serve(() => ({ json: settings }), { fieldManager: 'me' });
    await it.client.update(settings, { subresource: 'status' });
    expect(seen(it.server)).toEqual(['PUT', `${path}/status`, 'fieldManager=me', 'application/json']);
  });

  it.each([
    ['json', 'application/json-patch+json'],
    ['merge', 'application/merge-patch+json'],
    ['strategic', 'application/strategic-merge-patch+json'],
  ] as const)('sends a %s patch as such', async (type, contentType) => {
    await using it = await serve(() => ({ json: settings }));
    await it.client.patch(ref, { type, body: [] }, { fieldManager: 'me' });
    expect(seen(it.server)).toEqual(['PATCH', path, 'fieldManager=me', contentType]);
  });

  it('applies under a manager, with force', async () => {
    await using it = await serve(() => ({ json: settings }));
    await it.client.apply(settings, { fieldManager: 'me', force: true });
    expect(seen(it.server)).toEqual([
      'PATCH',
      path,
      'fieldManager=me&force=true',
      'application/apply-patch+yaml',
    ]);
  });

  it('deletes with a policy and preconditions', async () => {
    await using it = await serve(() => ({ json: { kind: 'Status', status: 'Success' } }));
    await it.client.delete(ref, {
      propagationPolicy: 'Foreground',
      preconditions: { uid: 'u1' },
      gracePeriodSeconds: 0,
      dryRun: true,
    });
    expect(seen(it.server).slice(0, 2)).toEqual(['DELETE', path]);
    expect(JSON.parse(it.server.requests[0]?.body ?? '')).toMatchObject({
      kind: 'DeleteOptions',
      propagationPolicy: 'Foreground',
      preconditions: { uid: 'u1' },
      gracePeriodSeconds: 0,
      dryRun: ['All'],
    });
  });

  it('tells a conflict, which another try may solve, from a name that is taken', async () => {
    await using it = await serve(({ method }) =>
      method === 'PUT' ? refusal(409, 'Conflict', 'modified') : refusal(409, 'AlreadyExists', 'exists'),
    );
    const conflict = await failureOf(it.client.update(settings));
    expect([isConflict(conflict), isAlreadyExists(conflict), conflict.retry]).toEqual([
      true,
      false,
      'backoff',
    ]);
    const taken = await failureOf(it.client.create(settings));
    expect([isConflict(taken), isAlreadyExists(taken), taken.retry]).toEqual([false, true, 'terminal']);
  });
});

describe('2.12 KubeClient requests', () => {
  it('gives text where the answer is not JSON', async () => {
    await using it = await serve(() => ({ text: 'ok' }));
    expect(await it.client.request('GET', '/readyz', { query: { verbose: true } })).toBe('ok');
    expect(it.server.requests[0]?.query.has('verbose')).toBe(true);
  });

  it('refuses JSON that is none', async () => {
    await using it = await serve(() => ({
      text: '{"kind":',
      headers: { 'content-type': 'application/json' },
    }));
    expect(await failureOf(it.client.get(ref))).toMatchObject({
      code: 'KUBE_BAD_RESPONSE',
      retry: 'backoff',
    });
  });

  it('refuses an answer above the limit, whether it says its length or not', async () => {
    const body = JSON.stringify({ data: 'x'.repeat(5000) });
    await using it = await serve(
      (request, response) => {
        response.writeHead(200, {
          'content-type': 'application/json',
          ...(request.query.has('sized') && { 'content-length': body.length }),
        });
        response.end(body);
      },
      { maxResponseBytes: 1000 },
    );
    expect(await failureOf(it.client.request('GET', '/big'))).toMatchObject({
      code: 'KUBE_RESPONSE_TOO_LARGE',
    });
    expect(await failureOf(it.client.request('GET', '/big', { query: { sized: 1 } }))).toMatchObject({
      code: 'KUBE_RESPONSE_TOO_LARGE',
    });
  });

  it('hands warnings to the sink', async () => {
    const warnings: string[] = [];
    await using it = await serve(
      () => ({ json: settings, headers: { warning: ['299 - "unknown field \\"x\\""', '299 - "old"'] } }),
      {
        onWarning: (text) => warnings.push(text),
      },
    );
    await it.client.get(ref);
    expect(warnings).toEqual(['unknown field "x"', 'old']);
  });

  it('logs a warning once', async () => {
    const lines: unknown[] = [];
    const logger = {
      trace() {},
      debug() {},
      error() {},
      info: (message: string, fields?: object) => lines.push([message, fields]),
      with: () => logger,
    };
    await using it = await serve(() => ({ json: settings, headers: { warning: '299 - "old"' } }), { logger });
    await it.client.get(ref);
    await it.client.get(ref);
    expect(lines).toEqual([['warning from the API server', { warning: 'old' }]]);
  });

  it('reports each attempt, and how long it waited for its turn', async () => {
    const seen: unknown[] = [];
    let n = 0;
    await using it = await serve(
      () =>
        n++ === 0 ? refusal(429, 'TooManyRequests', 'later', { 'retry-after': '0' }) : { json: settings },
      {
        qps: 1000,
        burst: 1,
        onResponse: ({ method, status, attempt, path, waitedMs }) => {
          if (path.includes('configmaps')) seen.push([method, status, attempt, waitedMs >= 0]);
        },
      },
    );
    await it.client.get(ref);
    expect(seen).toEqual([
      ['GET', 429, 0, true],
      ['GET', 200, 1, true],
    ]);
  });

  it('uses one connection for one call after another', async () => {
    await using it = await serve(() => ({ json: settings }));
    await it.client.mapping(ref);
    const before = it.server.connections();
    for (let i = 0; i < 10; i++) await it.client.get(ref);
    expect(it.server.connections()).toBe(before);
  });

  it('fails after it was closed', async () => {
    await using it = await serve(() => ({ json: settings }));
    await it.client.mapping(ref);
    await it.client[Symbol.asyncDispose]();
    expect(await failureOf(it.client.get(ref))).toMatchObject({ code: 'KUBE_CLOSED' });
  });
});

describe('2.12 KubeClient retries', () => {
  const failTimes = (times: number, code: number, reason: string, retryAfter?: string): Handler => {
    let n = 0;
    return () =>
      n++ < times
        ? refusal(code, reason, 'later', retryAfter === undefined ? {} : { 'retry-after': retryAfter })
        : { json: settings };
  };

  it.each(['get', 'create'] as const)('waits as long as a 429 says and repeats a %s', async (verb) => {
    await using it = await serve(failTimes(2, 429, 'TooManyRequests', '0.01'));
    const call = verb === 'get' ? it.client.get(ref) : it.client.create(settings);
    expect(await call).toEqual(settings);
    expect(it.server.requests).toHaveLength(3);
  });

  it('repeats at once what a server puts off by 0 seconds, and a little later what it puts off again', async () => {
    await using it = await serve(failTimes(3, 429, 'TooManyRequests', '0'));
    expect(await it.client.create(settings)).toEqual(settings);
    expect(it.server.requests).toHaveLength(4);
  });

  it('repeats a read and an apply after a 503, and no other write', async () => {
    await using it = await serve(failTimes(1, 503, 'ServiceUnavailable', '0.01'));
    expect(await it.client.get(ref)).toEqual(settings);
    await using other = await serve(failTimes(1, 503, 'ServiceUnavailable', '0.01'));
    expect(await failureOf(other.client.create(settings))).toMatchObject({
      status: 503,
      retryAfterMs: 10,
      retry: 'backoff',
    });
    await using third = await serve(failTimes(1, 503, 'ServiceUnavailable', '0.01'));
    expect(await third.client.apply(settings, { fieldManager: 'm' })).toEqual(settings);
  });

  it('leaves a 429 without Retry-After, and one that asks for too much, to the caller', async () => {
    await using it = await serve(failTimes(1, 429, 'TooManyRequests'));
    expect(await failureOf(it.client.get(ref))).toMatchObject({ status: 429, retry: 'backoff' });
    await using other = await serve(failTimes(1, 429, 'TooManyRequests', '3600'));
    expect(await failureOf(other.client.get(ref))).toMatchObject({ retryAfterMs: 3_600_000 });
  });

  it('gives up after so many attempts', async () => {
    await using it = await serve(failTimes(9, 429, 'TooManyRequests', '0.001'), { maxRetries: 2 });
    expect(await failureOf(it.client.get(ref))).toMatchObject({ status: 429 });
    expect(it.server.requests).toHaveLength(3);
  });

  it('repeats a read whose connection broke, and says so of a write', async () => {
    let n = 0;
    const breakOnce: Handler = (_request, response) => {
      if (n++ > 0) return { json: settings };
      response.destroy();
      return undefined;
    };
    await using it = await serve(breakOnce);
    expect(await it.client.get(ref)).toEqual(settings);
    n = 0;
    expect(await failureOf(it.client.create(settings))).toMatchObject({
      code: 'KUBE_NETWORK',
      retry: 'backoff',
      status: 0,
    });
  });

  it('takes an answer that breaks off for a broken connection', async () => {
    await using it = await serve(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
        response.write('{"kind":');
        setTimeout(() => response.destroy(), 5);
      },
      { maxRetries: 0 },
    );
    expect(await failureOf(it.client.get(ref))).toMatchObject({ code: 'KUBE_NETWORK' });
  });

  it('names a server that nobody answers for', async () => {
    await using client = new KubeClient({ server: 'http://127.0.0.1:1' }, { maxRetries: 0 });
    expect(await failureOf(client.get(ref))).toMatchObject({
      code: 'KUBE_NETWORK',
      message: 'the connection to 127.0.0.1:1 failed',
    });
  });

  it('fails when the whole call takes too long', async () => {
    await using it = await serve(async ({ path: at }) => {
      if (at === path) await sleep(5000);
      return { json: settings };
    });
    expect(await failureOf(it.client.get(ref, { timeoutMs: 50 }))).toMatchObject({
      code: 'KUBE_TIMEOUT',
      retry: 'backoff',
    });
  });

  it('fails when the head of an answer takes too long', async () => {
    await using it = await serve(() => undefined, { headersTimeoutMs: 500, maxRetries: 0 });
    expect(await failureOf(it.client.get(ref))).toMatchObject({ code: 'KUBE_TIMEOUT' });
  });

  it('ends with the reason of the signal, before it begins and while it waits', async () => {
    await using it = await serve(() => refusal(429, 'TooManyRequests', 'later', { 'retry-after': '20' }));
    const reason = new Error('enough');
    await expect(it.client.get(ref, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const call = it.client.get(ref, { signal: controller.signal });
    await expect.poll(() => it.server.requests.length).toBe(1);
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });
});

describe('2.12 KubeClient credentials', () => {
  it('asks for a new token after a 401, once', async () => {
    let token = 'old';
    await using server = await startStub(({ headers }) =>
      headers.authorization === 'Bearer new'
        ? { json: settings }
        : refusal(401, 'Unauthorized', 'Unauthorized'),
    );
    await using client = new KubeClient({
      server: server.url,
      token: async (options) => {
        if (options?.refresh) token = 'new';
        return token;
      },
    });
    expect(await client.get(ref)).toEqual(settings);
    expect(server.requests).toHaveLength(2);
  });

  it('gives up where the new token is refused, too', async () => {
    await using server = await startStub(() => refusal(401, 'Unauthorized', 'Unauthorized'));
    await using client = new KubeClient({ server: server.url, token: async () => 'same' });
    expect(await failureOf(client.get(ref))).toMatchObject({ status: 401, reason: 'Unauthorized' });
    expect(server.requests).toHaveLength(2);
  });

  it('says that there is no token', async () => {
    await using client = new KubeClient({
      server: 'http://127.0.0.1:1',
      token: () => Promise.reject(new Error('no disk')),
    });
    expect(await failureOf(client.get(ref))).toMatchObject({ code: 'KUBE_CREDENTIALS', retry: 'backoff' });
  });

  it('sends name and password', async () => {
    await using server = await startStub(() => ({ json: settings }));
    await using client = new KubeClient({ server: server.url, username: 'bob', password: 'pw' });
    await client.get(ref);
    expect(server.requests[0]?.headers.authorization).toBe('Basic Ym9iOnB3');
  });

  it('impersonates over the same connections', async () => {
    await using it = await serve(() => ({ json: settings }));
    const bob = it.client.impersonate({
      user: 'bob',
      groups: ['a', 'b'],
      uid: '7',
      extra: { 'example.com/team': ['x'] },
    });
    await bob.get(ref);
    await bob[Symbol.asyncDispose]();
    await it.client.get(ref);
    expect(it.server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'impersonate-user': 'bob',
      'impersonate-group': 'a, b',
      'impersonate-uid': '7',
      'impersonate-extra-example.com%2fteam': 'x',
    });
    expect(it.server.requests[1]?.headers['impersonate-user']).toBeUndefined();
    expect(bob.mapper).toBe(it.client.mapper);
  });

  it('does not send a token that would break out of its header', async () => {
    await using it = await serve(() => ({ json: settings }));
    await using client = new KubeClient({ server: it.server.url, token: 'a\r\nx: y' });
    expect(await failureOf(client.get(ref))).toMatchObject({ code: 'KUBE_NETWORK', retry: 'terminal' });
  });

  it('refuses an address that is none', () => {
    expect(() => new KubeClient({ server: 'unix:///run/docker.sock' })).toThrow(
      expect.objectContaining({ code: 'KUBE_CONFIG_INVALID' }),
    );
  });

  it('keeps the path of the address', async () => {
    await using server = await startStub(() => ({ json: { kind: 'APIGroupDiscoveryList', items: [] } }));
    await using client = new KubeClient({ server: `${server.url}/k8s/c1/` });
    await client.request('GET', '/version');
    expect(server.requests[0]?.path).toBe('/k8s/c1/version');
  });
});

describe('2.12 KubeClient over a transport', () => {
  const answer = (body: unknown) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Readable.from([Buffer.from(JSON.stringify(body))]),
  });
  const server = 'https://cluster.invalid/base';

  it('sends requests by it alone, below the path of the server', async () => {
    const seen: unknown[] = [];
    await using client = new KubeClient(
      { server, token: 'secret' },
      {
        transport: async ({ method, path, headers }) => {
          seen.push([method, path, headers['authorization']]);
          return answer({ major: '1' });
        },
      },
    );
    expect(await client.request('GET', '/version')).toEqual({ major: '1' });
    expect(seen).toEqual([['GET', '/base/version', 'Bearer secret']]);
  });

  it('takes what it rejects with for a broken connection', async () => {
    await using client = new KubeClient(
      { server },
      { maxRetries: 0, transport: () => Promise.reject(new Error('cut')) },
    );
    expect(await failureOf(client.request('GET', '/version'))).toMatchObject({ code: 'KUBE_NETWORK' });
  });

  it('is stopped by a guard before each attempt, retries included', async () => {
    const seen: string[] = [];
    let isOver = false;
    await using client = new KubeClient(
      { server },
      {
        transport: async ({ method }) => {
          seen.push(method);
          isOver = true;
          const body = statusBody(429, 'TooManyRequests', 'later');
          return { ...answer(body), status: 429, headers: { 'retry-after': '0' } };
        },
      },
    );
    const guarded = client.guarded(({ method }) => {
      if (isOver && method !== 'GET') throw new Error('no writes any more');
    });
    await expect(guarded.request('POST', '/api/v1/namespaces')).rejects.toThrow('no writes any more');
    expect(seen).toEqual(['POST']);
  });
});

describe('2.12 KubeClient over TLS', () => {
  const tls = { cert: certificate, key: certificateKey };

  it('trusts the authority that it is given, for the name that it is given', async () => {
    await using server = await startStub(() => ({ json: settings }), tls);
    await using client = new KubeClient({ server: server.url, ca: certificate, tlsServerName: 'kube.test' });
    expect(await client.get(ref)).toEqual(settings);
  });

  it.each([
    ['an unknown authority', { tlsServerName: 'kube.test' }],
    ['another name', { ca: certificate }],
  ])('refuses a server of %s', async (_what, config) => {
    await using server = await startStub(() => ({ json: settings }), tls);
    await using client = new KubeClient({ server: server.url, ...config }, { maxRetries: 0 });
    expect(await failureOf(client.get(ref))).toMatchObject({ code: 'KUBE_NETWORK' });
    expect(server.requests).toEqual([]);
  });

  it('accepts anybody where checks are off', async () => {
    await using server = await startStub(() => ({ json: settings }), tls);
    await using client = new KubeClient({ server: server.url, insecureSkipTlsVerify: true });
    expect(await client.get(ref)).toEqual(settings);
  });

  it('shows its certificate', async () => {
    await using server = await startStub(() => ({ json: settings }), {
      ...tls,
      ca: certificate,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const config = { server: server.url, ca: certificate, tlsServerName: 'kube.test' };
    await using client = new KubeClient({ ...config, cert: certificate, key: certificateKey });
    expect(await client.get(ref)).toEqual(settings);
    await using nobody = new KubeClient(config, { maxRetries: 0 });
    expect(await failureOf(nobody.get(ref))).toMatchObject({ code: 'KUBE_NETWORK' });
  });

  describe('with a certificate that is replaced', () => {
    const old = { cert: certificate, key: certificateKey };
    const next = { cert: nextCertificate, key: nextCertificateKey };
    const options = {
      ...tls,
      ca: [certificate, nextCertificate],
      requestCert: true,
      rejectUnauthorized: true,
    };
    const nameOf = (response: ServerResponse): string =>
      String((response.socket as TLSSocket).getPeerCertificate().subject.CN);

    it('shows the new one from then on, and lets a watch go on', async () => {
      const names: string[] = [];
      let send = (): void => {};
      await using server = await startStub(({ query }, response) => {
        names.push(nameOf(response));
        if (!query.has('watch')) return { json: settings };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.flushHeaders();
        send = () => void response.end(`${JSON.stringify({ type: 'ADDED', object: settings })}\n`);
        return undefined;
      }, options);
      let current = old;
      await using client = new KubeClient({
        server: server.url,
        ca: certificate,
        tlsServerName: 'kube.test',
        clientCertificate: () => Promise.resolve(current),
      });
      await client.get(ref);
      let isOpen = (): void => {};
      const open = new Promise<void>((resolve) => (isOpen = resolve));
      const watch = client.watch(settings, { onOpen: () => isOpen() });
      const event = watch.next();
      await open;
      names.length = 0;
      current = next;
      await client.get(ref);
      await client.get(ref);
      expect(names).toEqual(['next.test', 'next.test']);
      send();
      expect((await event).value).toMatchObject({ type: 'ADDED' });
      expect((await watch.next()).done).toBe(true);
    });

    it('asks for another one where the server refuses it, once', async () => {
      const names: string[] = [];
      await using server = await startStub((_request, response) => {
        names.push(nameOf(response));
        return names.at(-1) === 'next.test' ? { json: settings } : refusal(401, 'Unauthorized', 'expired');
      }, options);
      const asked: boolean[] = [];
      await using client = new KubeClient({
        server: server.url,
        ca: certificate,
        tlsServerName: 'kube.test',
        clientCertificate: async ({ refresh = false } = {}) => {
          asked.push(refresh);
          return asked.includes(true) ? next : old;
        },
      });
      expect(await client.request('GET', '/version')).toEqual(settings);
      expect([names, asked]).toEqual([
        ['kube.test', 'next.test'],
        [false, true],
      ]);
    });

    it('says that there is none: KUBE_CREDENTIALS', async () => {
      await using client = new KubeClient(
        {
          server: 'https://127.0.0.1:1',
          clientCertificate: () => Promise.reject(new Error('the file is gone')),
        },
        { maxRetries: 0 },
      );
      expect(await failureOf(client.get(ref))).toMatchObject({ code: 'KUBE_CREDENTIALS' });
    });
  });
});

describe('2.12 KubeClient status bodies', () => {
  it('takes details and waits from a Status', async () => {
    await using it = await serve(() => ({
      status: 504,
      json: statusBody(504, 'Timeout', 'slow', {
        name: 'settings',
        kind: 'configmaps',
        retryAfterSeconds: 3,
      }),
    }));
    expect(await failureOf(it.client.get(ref))).toMatchObject({
      details: { name: 'settings' },
      retryAfterMs: 3000,
      retry: 'backoff',
    });
  });
});
