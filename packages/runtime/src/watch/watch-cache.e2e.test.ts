import type { KubeObject } from '@gitops-toolkit/core';
import type { TestServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { kindOf } from '../resource-kind.ts';
import { createNamespace, eventually, Network, startTestServer } from '../testing/test-cluster.ts';
import { clusterSource } from './list-watch.ts';
import { WatchCache, type WatchCacheOptions } from './watch-cache.ts';

const ConfigMap = kindOf<KubeObject & { data?: Record<string, string> }>('v1', 'ConfigMap');

let server: TestServer;
let client: KubeClient;
let namespace: string;
beforeAll(async () => {
  server = await startTestServer();
  client = new KubeClient(server.config);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server.stop();
});
beforeEach(async () => {
  namespace = await createNamespace(client);
});

function map(
  name: string,
  data: Record<string, string> = {},
  labels: Record<string, string> = {},
): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, labels }, data };
}

function cacheOf(from: KubeClient, options: Partial<WatchCacheOptions> = {}): WatchCache {
  const cache = new WatchCache({ source: clusterSource(from), namespaces: [namespace], ...options });
  onTestFinished(() => cache[Symbol.asyncDispose]());
  return cache;
}

async function connectTo({ config }: TestServer): Promise<Network> {
  const network = await Network.to(config);
  onTestFinished(() => network[Symbol.asyncDispose]());
  return network;
}

function namesIn(cache: WatchCache): string[] {
  return cache
    .list(ConfigMap)
    .map((object) => object.metadata.name ?? '')
    .filter((name) => name !== 'kube-root-ca.crt')
    .toSorted((a, b) => (a < b ? -1 : 1));
}

describe.each([{ streamInitial: true }, { streamInitial: false }])(
  '2.1 WatchCache on a server, %o',
  (reflector) => {
    it('has what is there, and follows what changes', async () => {
      for (const name of ['a', 'b']) await client.create(map(name, { key: '1' }));
      const cache = cacheOf(client, { reflector });
      const seen: string[] = [];
      cache.watch(ConfigMap).subscribe((change) => {
        if (change.object.metadata.name !== 'kube-root-ca.crt')
          seen.push(`${change.type} ${change.object.metadata.name}`);
      });
      cache.start();
      await cache.waitForSync();
      expect(namesIn(cache)).toEqual(['a', 'b']);
      await client.update({
        ...(await client.get({ ...map('a'), namespace, name: 'a' })),
        data: { key: '2' },
      });
      await client.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'b' });
      await client.create(map('c'));
      await eventually(() => seen.length >= 5, 'five changes');
      expect(seen).toEqual(['added a', 'added b', 'updated a', 'deleted b', 'added c']);
      expect(cache.get(ConfigMap, { namespace, name: 'a' })?.data).toEqual({ key: '2' });
      expect(cache.get(ConfigMap, { namespace, name: 'a' })).toMatchObject({
        apiVersion: 'v1',
        kind: 'ConfigMap',
      });
    });

    it('keeps only what its selection says', async () => {
      await client.create(map('a', { secret: 'x' }, { shard: 'one' }));
      await client.create(map('b', { secret: 'x' }, { shard: 'two' }));
      const cache = cacheOf(client, { reflector });
      cache.watch(ConfigMap, { labelSelector: 'shard=one', metadataOnly: true });
      cache.start();
      await cache.waitForSync();
      expect(namesIn(cache)).toEqual(['a']);
      expect(cache.list(ConfigMap)[0]).not.toHaveProperty('data');
      expect(cache.list(ConfigMap)[0]?.kind).toBe('ConfigMap');
      const body = { metadata: { labels: { shard: 'two' } } };
      await client.patch(
        { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'a' },
        { type: 'merge', body },
      );
      await eventually(() => cache.list(ConfigMap).length === 0, 'the object leaves the selection');
    });

    it('is told of everything, however often its connections break', async () => {
      const network = await connectTo(server);
      await using distant = new KubeClient(network.config);
      const cache = cacheOf(distant, { reflector: { ...reflector, backoff: { baseMs: 20, maxMs: 100 } } });
      const kind = cache.watch(ConfigMap);
      cache.start();
      await cache.waitForSync();
      for (let round = 0; round < 5; round++) {
        await client.create(map(`round-${round}`));
        network.cut();
        // More than an embedded server remembers: the version of the watch expires meanwhile.
        for (let i = 0; i < 30; i++) await client.create(map(`r${round}-${i}`));
        await client.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: `round-${round}` });
        await eventually(() => namesIn(cache).length === (round + 1) * 30, `the state of round ${round}`);
      }
      expect(kind.reflectors[0]?.restarts).toBeGreaterThan(0);
      expect(kind.synced).toBe(true);
    });

    it('catches up after an outage that was longer than the server remembers', async () => {
      const network = await connectTo(server);
      await using distant = new KubeClient(network.config);
      const cache = cacheOf(distant, { reflector: { ...reflector, backoff: { baseMs: 20, maxMs: 100 } } });
      const seen: string[] = [];
      cache
        .watch(ConfigMap)
        .subscribe(({ type, object }) => void seen.push(`${type} ${object.metadata.name}`));
      await client.create(map('lost'));
      await client.create(map('kept'));
      cache.start();
      await cache.waitForSync();
      network.isBlocked = true;
      network.cut();
      await client.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'lost' });
      for (let i = 0; i < 80; i++) await client.create(map(`new-${i}`));
      expect(namesIn(cache)).toEqual(['kept', 'lost']);
      network.isBlocked = false;
      await eventually(() => namesIn(cache).length === 81, 'the state after the outage');
      await eventually(
        () => seen.includes('deleted lost') && seen.includes('added new-79'),
        'the changes of the outage',
      );
      expect(seen.filter((line) => line.endsWith(' kept'))).toEqual(['added kept']);
    });

    it('finds out that a connection is dead of which nobody said so', async () => {
      const network = await connectTo(server);
      await using distant = new KubeClient(network.config);
      const options = { ...reflector, idleLimitMs: 400, backoff: { baseMs: 20, maxMs: 100 } };
      const cache = cacheOf(distant, { reflector: options });
      const kind = cache.watch(ConfigMap);
      cache.start();
      await cache.waitForSync();
      await client.create(map('heard'));
      await eventually(() => namesIn(cache).includes('heard'), 'a change over the watch');
      network.freeze();
      await client.create(map('unheard'));
      await eventually(() => namesIn(cache).includes('unheard'), 'the change behind the dead connection');
      expect(kind.reflectors[0]?.restarts).toBeGreaterThan(0);
    });

    it('tells of a name that became another object during an outage', async () => {
      const network = await connectTo(server);
      await using distant = new KubeClient(network.config);
      const first = await client.create(map('phoenix'));
      const cache = cacheOf(distant, { reflector: { ...reflector, backoff: { baseMs: 300, maxMs: 300 } } });
      const seen: string[] = [];
      cache.watch(ConfigMap).subscribe(({ type, object }) => {
        if (object.metadata.name === 'phoenix')
          seen.push(`${type} ${object.metadata.uid === first.metadata.uid ? 1 : 2}`);
      });
      cache.start();
      await cache.waitForSync();
      network.cut();
      await client.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'phoenix' });
      await client.create(map('phoenix'));
      await eventually(() => seen.length >= 3, 'deletion and addition');
      expect(seen).toEqual(['added 1', 'deleted 1', 'added 2']);
    });

    it('knows when it has seen what was written', async () => {
      const cache = cacheOf(client, { reflector });
      const kind = cache.watch(ConfigMap);
      cache.start();
      await cache.waitForSync();
      const written = await client.create(map('mine'));
      const version = written.metadata.resourceVersion ?? '';
      expect(await kind.waitForVersion(version, { namespace, timeoutMs: 10_000 })).toBe(true);
      expect(cache.get(ConfigMap, { namespace, name: 'mine' })).toBeDefined();
    });
  },
);

describe('2.1 the requests of a WatchCache on a server', () => {
  /** A client that writes down its lists and watches of ConfigMaps. */
  function recording(): { readonly from: KubeClient; readonly requests: URLSearchParams[] } {
    const requests: URLSearchParams[] = [];
    const from = new KubeClient(server.config, {
      onResponse: ({ path, status }) => {
        const url = new URL(path, server.url);
        if (url.pathname.endsWith('/configmaps') && status < 300) requests.push(url.searchParams);
      },
    });
    onTestFinished(() => from[Symbol.asyncDispose]());
    return { from, requests };
  }

  it('are one watch, which sends the first state and what follows', async () => {
    await client.create(map('a'));
    const { from, requests } = recording();
    const cache = cacheOf(from);
    cache.watch(ConfigMap);
    cache.start();
    await cache.waitForSync();
    await client.create(map('b'));
    await eventually(() => namesIn(cache).length === 2, 'b is here');
    expect(requests.map((query) => Object.fromEntries(query))).toEqual([
      {
        watch: '1',
        allowWatchBookmarks: 'true',
        sendInitialEvents: 'true',
        resourceVersionMatch: 'NotOlderThan',
        timeoutSeconds: expect.stringMatching(/^[345]\d\d$|^600$/),
      },
    ]);
    expect(cache.watch(ConfigMap).reflectors[0]?.resourceVersion).toMatch(/^\d+$/);
  });

  it('are pages of 500 and a watch from there, where the state is listed', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () => Promise.all(names(26).map((name) => client.create(map(name))))),
    );
    const { from, requests } = recording();
    const cache = cacheOf(from, { reflector: { streamInitial: false } });
    cache.watch(ConfigMap);
    cache.start();
    await cache.waitForSync();
    expect(namesIn(cache)).toHaveLength(520);
    await eventually(() => requests.at(-1)?.has('watch'), 'the watch is open');
    const [first, ...rest] = requests.map((query) => Object.fromEntries(query));
    expect(first).toEqual({ limit: '500', resourceVersion: '0' });
    // A server may answer the first page with everything that it has in memory, whatever the limit.
    for (const page of rest.slice(0, -1))
      expect(page).toEqual({ limit: '500', continue: expect.any(String) });
    expect(rest.at(-1)).toMatchObject({ watch: '1', resourceVersion: expect.stringMatching(/^\d+$/) });
  });

  let made = 0;
  function names(count: number): string[] {
    return Array.from({ length: count }, () => `map-${made++}`);
  }
});

describe('2.2 WatchCache on a server', () => {
  it('says which kind the cluster does not know: RUNTIME_CACHE_SYNC_TIMEOUT', async () => {
    const cache = cacheOf(client);
    cache.watch(kindOf('example.com/v1', 'Nothing'));
    cache.start();
    await expect(cache.waitForSync({ timeoutMs: 500 })).rejects.toMatchObject({
      code: 'RUNTIME_CACHE_SYNC_TIMEOUT',
      message: expect.stringContaining('Nothing') as string,
    });
  });

  it('watches kinds without namespaces, in a cache that is bound to one', async () => {
    const Namespace = kindOf('v1', 'Namespace');
    const cache = cacheOf(client);
    cache.watch(Namespace);
    cache.start();
    await cache.waitForSync();
    expect(cache.get(Namespace, { name: namespace })).toBeDefined();
  });
});
