import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';

import { ServerUnderTest } from '../e2e/server-under-test.ts';
import type { EmbeddedOptions } from './options.ts';
import type { EmbeddedServer } from './embedded-server.ts';
import { startEmbedded } from './start-embedded.ts';

/** An embedded server with a client that knows HTTP alone. */
class EmbeddedUnderTest extends ServerUnderTest {
  readonly embedded: EmbeddedServer;

  constructor(embedded: EmbeddedServer) {
    super(embedded);
    this.embedded = embedded;
  }
}

async function start(options: EmbeddedOptions = {}): Promise<EmbeddedUnderTest> {
  return new EmbeddedUnderTest(await startEmbedded({ tls: false, controllers: false, ...options }));
}

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const as = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

describe('startEmbedded', () => {
  it('speaks HTTPS with a certificate of its own by default', async () => {
    await using server = await start({ tls: true });
    expect(server.server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(server.server.config.ca).toContain('BEGIN CERTIFICATE');
    expect((await server.get('/readyz')).text).toBe('ok');
  });

  it('prints a kubeconfig that leads to it', async () => {
    await using server = await start({ tls: true });
    const text = server.server.kubeconfig();
    expect(text).toContain(`server: "${server.server.url}"`);
    expect(text).toContain('certificate-authority-data: ');
    expect(text).toContain(`token: "${String(server.server.config.token)}"`);
  });

  it('stops twice, and ends its watches', async () => {
    const server = await start();
    const watching = server.events(`${CONFIG_MAPS}?watch=1&resourceVersion=1`, 1).catch(() => 'ended');
    await server.get('/readyz');
    await server.server.stop();
    await server.server.stop();
    expect(['ended', []]).toContainEqual(await watching);
  });

  it('refuses a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startEmbedded({ port })).rejects.toMatchObject({ code: 'ENVTEST_OPTION_INVALID' });
    other.close();
  });

  it('looks at its signal before it starts', async () => {
    await expect(startEmbedded({ signal: AbortSignal.abort(new Error('no more')) })).rejects.toThrow(
      'no more',
    );
  });

  it('takes time, names and uids from its options', async () => {
    let uids = 0;
    const now = Date.parse('2026-03-01T12:00:00Z');
    const clock = { now: () => now, monotonic: () => 0, setTimeout: () => () => {} };
    await using server = await start({ clock, random: () => 0, newUid: () => `uid-${++uids}` });
    const { body } = await server.post(CONFIG_MAPS, { metadata: { generateName: 'a-' } });
    expect(body.metadata).toMatchObject({
      name: 'a-bbbbb',
      uid: `uid-${uids}`,
      creationTimestamp: '2026-03-01T12:00:00Z',
    });
    const taken = await server.post(CONFIG_MAPS, { metadata: { generateName: 'a-' } });
    expect(taken).toMatchObject({ status: 409, body: { details: { retryAfterSeconds: 1 } } });
  });
});

describe('users', () => {
  it('have to show a token', async () => {
    await using server = await start();
    expect(await server.get('/api/v1/namespaces', { authorization: '' })).toMatchObject({
      status: 403,
      body: { reason: 'Forbidden' },
    });
    expect((await server.get('/version', { authorization: '' })).status).toBe(200);
  });

  it('are all let in where there is no token', async () => {
    await using server = await start({ token: false });
    expect((await server.get('/api/v1/namespaces', { authorization: '' })).status).toBe(200);
  });

  it('may do what their roles say', async () => {
    await using server = await start({
      authorization: 'rbac',
      users: [{ token: 'jane-token', name: 'jane', groups: ['dev'] }],
    });
    const jane = as('jane-token');
    const denied = await server.get(CONFIG_MAPS, jane);
    expect(denied).toMatchObject({
      status: 403,
      body: {
        message:
          'configmaps is forbidden: User "jane" cannot list resource "configmaps" in API group "" in the namespace "default"',
      },
    });
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    await server.post(`${rbac}/namespaces/default/rolebindings`, {
      metadata: { name: 'dev-reads' },
      roleRef: { kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'Group', name: 'dev' }],
    });
    expect((await server.get(CONFIG_MAPS, jane)).status).toBe(200);
    expect((await server.get('/api/v1/namespaces/kube-system/configmaps', jane)).status).toBe(403);
    expect(
      (await server.call('POST', CONFIG_MAPS, { metadata: { name: 'a' } }, { headers: jane })).status,
    ).toBe(403);
    expect((await server.get('/api', jane)).status).toBe(200);
    expect((await server.get('/metrics', jane)).status).toBe(403);
  });

  it('see their rules', async () => {
    await using server = await start({
      authorization: 'rbac',
      users: [{ token: 'jane-token', name: 'jane' }],
    });
    const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
    const { body } = await server.call(
      'POST',
      path,
      { spec: { namespace: 'default' } },
      { headers: as('jane-token') },
    );
    expect(body.status.nonResourceRules).toContainEqual(
      expect.objectContaining({ nonResourceURLs: expect.arrayContaining(['/api']) }),
    );
    expect(body.status.incomplete).toBe(false);
  });

  it('may act as others where their roles say so', async () => {
    await using server = await start({
      authorization: 'rbac',
      users: [{ token: 'jane-token', name: 'jane' }],
    });
    const headers = { ...as('jane-token'), 'impersonate-user': 'bob' };
    expect((await server.get(CONFIG_MAPS, headers)).body.message).toBe(
      'users "bob" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
    const account = { 'impersonate-user': 'system:serviceaccount:apps:deployer' };
    expect((await server.get(CONFIG_MAPS, account)).body.message).toContain(
      'User "system:serviceaccount:apps:deployer" cannot list',
    );
  });
});

describe('history', () => {
  it('is forgotten by compaction: pages and watches from before expire', async () => {
    await using server = await start();
    for (const name of ['a', 'b', 'c']) await server.post(CONFIG_MAPS, { metadata: { name } });
    const { body } = await server.get(`${CONFIG_MAPS}?limit=1`);
    await server.delete(`${CONFIG_MAPS}/b`);
    server.embedded.compact();
    const page = await server.get(`${CONFIG_MAPS}?limit=1&continue=${body.metadata.continue}`);
    expect(page).toMatchObject({ status: 410, body: { reason: 'Expired' } });
    const [event] = await server.events(
      `${CONFIG_MAPS}?watch=1&resourceVersion=${body.metadata.resourceVersion}`,
      1,
    );
    expect(event).toMatchObject({
      type: 'ERROR',
      object: { code: 410, reason: 'Expired', message: expect.stringContaining('too old resource version') },
    });
  });
});

describe('watches', () => {
  it('that do not read are cut off', async () => {
    await using server = await start({ watchBufferLimit: 1_000_000 });
    await server.post(CONFIG_MAPS, { metadata: { name: 'large' }, data: { text: 'x'.repeat(400_000) } });
    // What is there at the beginning may be any amount.
    const watch = server.watch(`${CONFIG_MAPS}?watch=1`);
    expect((await watch.next()).value).toMatchObject({ type: 'ADDED' });
    for (let i = 0; i < 60; i++) {
      await server.patch(
        `${CONFIG_MAPS}/large`,
        { data: { i: String(i) } },
        { contentType: 'application/merge-patch+json' },
      );
    }
    // What the socket held still arrives; then the connection is gone.
    const readAll = async (): Promise<void> => {
      while ((await watch.next()).done !== true);
    };
    await expect(readAll()).rejects.toThrow(/aborted|reset|hang up/);
  });

  it('send bookmarks, and one before they end', async () => {
    const timers: { callback: () => void; ms: number }[] = [];
    const clock = {
      now: () => 0,
      monotonic: () => 0,
      setTimeout(callback: () => void, ms: number) {
        timers.push({ callback, ms });
        return () => {};
      },
    };
    await using server = await start({ clock });
    const events = server.watch(
      `${CONFIG_MAPS}?watch=1&allowWatchBookmarks=true&resourceVersion=1&timeoutSeconds=100`,
    );
    const first = events.next();
    // The watch has begun when the server asks for its timers.
    while (timers.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(timers.map(({ ms }) => ms).slice(0, 2)).toEqual([100_000, 98_000]);
    timers[2]?.callback();
    const { value } = await first;
    expect(value).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap' } });
    expect(value?.object.metadata.annotations).toBeUndefined();
    timers[0]?.callback();
    expect((await events.next()).done).toBe(true);
  });
});

describe('faults', () => {
  it('answer in place of the server', async () => {
    await using server = await start({
      faults: ({ method, path }) =>
        method === 'POST' && path.endsWith('/configmaps')
          ? { status: { code: 429, reason: 'TooManyRequests', message: 'slow down', retryAfterSeconds: 2 } }
          : undefined,
    });
    const refused = await server.post(CONFIG_MAPS, { metadata: { name: 'a' } });
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': '2' },
      body: { reason: 'TooManyRequests', message: 'slow down' },
    });
    expect((await server.get(CONFIG_MAPS)).status).toBe(200);
  });

  it('end connections, after a time', async () => {
    const waits: number[] = [];
    const clock = {
      now: () => 0,
      monotonic: () => 0,
      setTimeout(callback: () => void, ms: number) {
        waits.push(ms);
        setImmediate(callback);
        return () => {};
      },
    };
    await using server = await start({
      clock,
      faults: ({ user }) => ({ delayMs: 5000, drop: user === 'admin' }),
    });
    await expect(server.get(CONFIG_MAPS)).rejects.toThrow(/hang up|reset/);
    expect(waits).toContain(5000);
  });

  it('cut watches off', async () => {
    await using server = await start();
    const watch = server.watch(`${CONFIG_MAPS}?watch=1`);
    await server.post(CONFIG_MAPS, { metadata: { name: 'a' } });
    await watch.next();
    server.embedded.dropWatches();
    await expect(watch.next()).rejects.toThrow(/aborted|reset/);
  });
});

describe('bodies', () => {
  it('may be no larger than the real server takes', async () => {
    await using server = await start();
    const answer = server.post(CONFIG_MAPS, { metadata: { name: 'a' }, data: { a: 'x'.repeat(4_000_000) } });
    expect(
      await answer.then(
        ({ status }) => status,
        () => 'cut off',
      ),
    ).toSatisfy((result: unknown) => result === 413 || result === 'cut off');
  });

  it('may be no deeper than a stack can bear', async () => {
    await using server = await start();
    const text = `{"metadata":{"name":"a"},"data":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    expect(await server.post(CONFIG_MAPS, text)).toMatchObject({ status: 400 });
  });

  it('come back packed where they are long', async () => {
    await using server = await start();
    await server.post(CONFIG_MAPS, { metadata: { name: 'a' }, data: { a: 'x'.repeat(200_000) } });
    const { headers } = await server.get(CONFIG_MAPS, { 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBe('gzip');
  });
});

describe('rules of custom resources', () => {
  const crd = {
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Cluster',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: { size: { type: 'integer' } },
                  'x-kubernetes-validations': [{ rule: 'self.size < 5' }],
                },
              },
            },
          },
        },
      ],
    },
  };
  const WIDGETS = '/apis/example.com/v1/widgets';
  const widget = (size: unknown): object => ({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'a' },
    spec: { size },
  });

  async function withRules(options: EmbeddedOptions): Promise<EmbeddedUnderTest> {
    const server = await start(options);
    await server.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
    await server.embedded.idle();
    return server;
  }

  it('are left to the evaluator', async () => {
    const rules = {
      evaluate: () => [
        {
          type: 'FieldValueInvalid' as const,
          field: 'spec',
          message: 'Invalid value: failed rule: self.size < 5',
        },
      ],
    };
    await using server = await withRules({ rules });
    expect((await server.post(WIDGETS, widget(9))).body.message).toBe(
      'Widget.example.com "a" is invalid: spec: Invalid value: failed rule: self.size < 5',
    );
  });

  it('are said to be skipped where the object is invalid otherwise', async () => {
    await using server = await withRules({});
    expect((await server.post(WIDGETS, widget('x'))).body.message).toContain(
      'some validation rules were not checked',
    );
    expect((await server.post(WIDGETS, widget(9))).status).toBe(201);
  });

  it('go with their definition, whose names nobody else may take', async () => {
    await using server = await withRules({});
    const second = structuredClone(crd);
    second.metadata.name = 'gadgets.example.com';
    second.spec.names = { plural: 'gadgets', kind: 'Widget' };
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await server.post(definitions, second);
    await server.embedded.idle();
    const { body } = await server.get(`${definitions}/gadgets.example.com`);
    expect(body.status.conditions[0]).toMatchObject({
      type: 'NamesAccepted',
      status: 'False',
      message: '"Widget" is already in use',
    });
    expect((await server.get('/apis/example.com/v1/gadgets')).status).toBe(404);
  });
});

describe('events', () => {
  it('are the same in both groups', async () => {
    await using server = await start();
    const events = '/apis/events.k8s.io/v1/namespaces/default/events';
    await server.post(events, {
      metadata: { name: 'started' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'example.com/c',
      reportingInstance: 'c-1',
      action: 'Start',
      reason: 'Started',
      regarding: { kind: 'Pod', name: 'a', namespace: 'default' },
      note: 'It runs.',
      type: 'Normal',
    });
    const core = '/api/v1/namespaces/default/events';
    const { body } = await server.get(`${core}?fieldSelector=involvedObject.name=a`);
    expect(body.items).toMatchObject([
      { message: 'It runs.', reportingComponent: 'example.com/c', involvedObject: { name: 'a' } },
    ]);
    expect((await server.get(`${events}?fieldSelector=regarding.name=a`)).body.items).toHaveLength(1);
  });
});
