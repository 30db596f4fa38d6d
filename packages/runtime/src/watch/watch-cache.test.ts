import type { KubeObject } from '@gitops-toolkit/core';
import { afterEach, describe, expect, it } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { kindOf } from '../resource-kind.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { statusError } from '../testing/scripted-list-watch.ts';
import type { WatchSource } from './list-watch.ts';
import type { ObjectChange } from './object-change.ts';
import { isAtLeast } from './resource-version.ts';
import { WatchCache, type WatchCacheOptions } from './watch-cache.ts';

const ConfigMap = kindOf('v1', 'ConfigMap');
const Secret = kindOf('v1', 'Secret');

const caches: WatchCache[] = [];
afterEach(async () => {
  for (const cache of caches.splice(0)) await cache[Symbol.asyncDispose]();
});

interface Fixture {
  readonly clock: FakeClock;
  readonly cluster: MemoryCluster;
  readonly cache: WatchCache;
}

function create(options: Partial<WatchCacheOptions> = {}): Fixture {
  const clock = new FakeClock();
  const cluster = new MemoryCluster();
  const cache = new WatchCache({ source: cluster, clock, ...options });
  caches.push(cache);
  return { clock, cluster, cache };
}

function map(name: string, namespace = 'apps', labels: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, labels } };
}

/** A handler that writes down what it is told. */
function recorder(): { readonly seen: string[]; readonly handler: (change: ObjectChange) => void } {
  const seen: string[] = [];
  return {
    seen,
    handler: (change) => {
      const initial = change.type === 'added' && change.initial ? ' initially' : '';
      seen.push(`${change.type} ${change.object.metadata.name}${initial}`);
    },
  };
}

describe('2.2 WatchCache.watch', () => {
  it('shares one watch between all that want the same', async () => {
    const { clock, cluster, cache } = create();
    expect(cache.watch(ConfigMap)).toBe(cache.watch(kindOf('v1', 'ConfigMap')));
    expect(cache.watch(ConfigMap, { metadataOnly: true })).not.toBe(cache.watch(ConfigMap));
    cache.start();
    await clock.advance(0);
    expect(cluster.watchers.size).toBe(2);
  });

  it('begins at once where the others have begun', async () => {
    const { clock, cluster, cache } = create();
    cluster.put(map('a'));
    cache.start();
    cache.watch(ConfigMap);
    await clock.advance(0);
    expect(cache.list(ConfigMap)).toHaveLength(1);
  });

  it('watches namespaces one by one where the cache is bound to some', async () => {
    const { clock, cluster, cache } = create({ namespaces: ['team-a', 'team-b'] });
    for (const namespace of ['team-a', 'team-b', 'other']) cluster.put(map('settings', namespace));
    const kind = cache.watch(ConfigMap);
    cache.start();
    await clock.advance(0);
    expect(kind.reflectors).toHaveLength(2);
    expect(cache.list(ConfigMap).map((object) => object.metadata.namespace)).toEqual(['team-a', 'team-b']);
    cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'team-a', name: 'settings' });
    await clock.advance(0);
    expect(cache.list(ConfigMap).map((object) => object.metadata.namespace)).toEqual(['team-b']);
  });

  it('watches kinds without namespaces once, and asks again where the server cannot say', async () => {
    const cluster = new MemoryCluster();
    let failures = 2;
    const source: WatchSource = {
      listWatch: (kind, selection) => cluster.listWatch(kind, selection),
      isNamespaced: async () => {
        if (failures-- > 0) throw new Error('connect ECONNREFUSED');
        return false;
      },
    };
    const { clock, cache } = create({ source, namespaces: ['team-a', 'team-b'] });
    const kind = cache.watch(kindOf('v1', 'Namespace'));
    cache.start();
    await clock.advance(0);
    expect(kind.lastError).toMatchObject({ message: 'connect ECONNREFUSED' });
    await clock.advance(10_000);
    expect(kind.reflectors).toHaveLength(1);
    expect(kind.synced).toBe(true);
    expect(kind.lastError).toBeUndefined();
  });
});

describe('2.2 WatchCache.unwatch', () => {
  it('ends the watch of a kind, with its objects and handlers; it can be begun anew', async () => {
    const { clock, cluster, cache } = create();
    cluster.put(map('a'));
    const { seen, handler } = recorder();
    cache.watch(ConfigMap).subscribe(handler);
    cache.watch(Secret);
    cache.start();
    await clock.advance(0);
    expect(await cache.unwatch(ConfigMap)).toBe(true);
    expect([...cluster.watchers].map(({ kind }) => kind.kind)).toEqual(['Secret']);
    expect(() => cache.list(ConfigMap)).toThrow(expect.objectContaining({ code: 'RUNTIME_NOT_CACHED' }));
    cluster.put(map('b'));
    await clock.advance(0);
    expect(seen).toEqual(['added a initially']);
    cache.watch(ConfigMap);
    await clock.advance(0);
    expect(cache.list(ConfigMap)).toHaveLength(2);
  });

  it('does nothing where the kind is not watched in the selection', async () => {
    const { cache } = create();
    cache.watch(ConfigMap);
    expect(await cache.unwatch(ConfigMap, { namespace: 'apps' })).toBe(false);
    expect(await cache.unwatch(ConfigMap)).toBe(true);
    expect(cache.kinds).toEqual([]);
  });
});

describe('2.2 WatchCache.waitForSync', () => {
  it('resolves when every kind is complete', async () => {
    const { clock, cluster, cache } = create();
    cluster.put(map('a'));
    cache.watch(ConfigMap);
    cache.watch(Secret);
    cache.start();
    const waiting = cache.waitForSync();
    expect(cache.synced).toBe(false);
    await clock.advance(0);
    await waiting;
    expect(cache.synced).toBe(true);
  });

  it('says which kinds are missing and why: RUNTIME_CACHE_SYNC_TIMEOUT', async () => {
    const cluster = new MemoryCluster();
    const source: WatchSource = {
      isNamespaced: () => cluster.isNamespaced(),
      listWatch: (kind, selection) => ({
        ...cluster.listWatch(kind, selection),
        async *watch(request) {
          if (kind.kind === 'Secret')
            throw statusError(403, 'Forbidden', 'secrets is forbidden: User "dev" cannot watch');
          yield* cluster.listWatch(kind, selection).watch(request);
        },
      }),
    };
    const { clock, cache } = create({ source });
    cache.watch(ConfigMap);
    cache.watch(Secret);
    cache.start();
    const waiting = cache.waitForSync({ timeoutMs: 60_000 }).catch((error: unknown) => error);
    await clock.advance(60_000);
    expect(await waiting).toMatchObject({
      code: 'RUNTIME_CACHE_SYNC_TIMEOUT',
      message:
        'the cache was not complete after 60000 ms: Secret (v1): secrets is forbidden: User "dev" cannot watch',
      retry: 'backoff',
    });
    expect(cache.watch(ConfigMap).synced).toBe(true);
  });

  it('gives up with the reason of its signal', async () => {
    const { cache } = create();
    cache.watch(ConfigMap);
    const controller = new AbortController();
    const waiting = cache.waitForSync({ signal: controller.signal });
    controller.abort(new Error('shutting down'));
    await expect(waiting).rejects.toThrow('shutting down');
    await expect(cache.waitForSync({ signal: controller.signal })).rejects.toThrow('shutting down');
  });
});

describe('2.2 WatchCache reads', () => {
  it('find objects by name, in lists and by index', async () => {
    const { clock, cluster, cache } = create();
    cluster.put(map('a', 'apps', { owner: 'ann' }));
    cluster.put(map('b', 'apps', { owner: 'bob' }));
    cache.watch(ConfigMap).store.addIndex('owner', (object) => [object.metadata.labels?.['owner'] ?? '']);
    cache.start();
    await clock.advance(0);
    expect(cache.get(ConfigMap, { namespace: 'apps', name: 'a' })?.metadata.labels).toEqual({ owner: 'ann' });
    expect(cache.get(ConfigMap, { namespace: 'apps', name: 'c' })).toBeUndefined();
    expect(cache.list(ConfigMap, { labels: { owner: 'bob' } })).toHaveLength(1);
    expect(cache.byIndex(ConfigMap, 'owner', 'ann')).toHaveLength(1);
  });

  it('prefer whole objects of all namespaces to parts', async () => {
    const { clock, cluster, cache } = create();
    cluster.put(map('a', 'apps'));
    cluster.put(map('b', 'other', { shard: 'one' }));
    cache.watch(ConfigMap, { metadataOnly: true });
    cache.watch(ConfigMap, { labelSelector: 'shard=one' });
    cache.start();
    await clock.advance(0);
    expect(cache.list(ConfigMap).map((object) => object.metadata.name)).toEqual(['b']);
    cache.watch(ConfigMap);
    await clock.advance(0);
    expect(cache.list(ConfigMap)).toHaveLength(2);
  });

  it('never begin a watch: RUNTIME_NOT_CACHED', () => {
    const { cache } = create();
    const failure = expect.objectContaining({
      code: 'RUNTIME_NOT_CACHED',
      message: 'Secret (v1) is not watched',
    }) as Error;
    expect(() => cache.get(Secret, { name: 'x' })).toThrow(failure);
    expect(() => cache.list(Secret)).toThrow(failure);
    expect(() => cache.byIndex(Secret, 'owner', 'x')).toThrow(failure);
    expect(cache.kinds).toEqual([]);
  });
});

describe('2.2 KindCache.subscribe', () => {
  it('tells of what was there first, then of every change', async () => {
    const { clock, cluster, cache } = create();
    cluster.put(map('a'));
    const { seen, handler } = recorder();
    cache.watch(ConfigMap).subscribe(handler);
    cache.start();
    await clock.advance(0);
    cluster.put({ ...map('a'), data: { key: 'value' } });
    cluster.put(map('b'));
    cluster.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name: 'a' });
    await clock.advance(0);
    expect(seen).toEqual(['added a initially', 'updated a', 'added b', 'deleted a']);
  });

  it('repeats what is there for a handler that comes late', async () => {
    const { clock, cluster, cache } = create();
    cluster.put(map('a'));
    const kind = cache.watch(ConfigMap);
    cache.start();
    await clock.advance(0);
    cluster.put(map('b'));
    await clock.advance(0);
    const { seen, handler } = recorder();
    const subscription = kind.subscribe(handler);
    await subscription.synced;
    expect(seen).toEqual(['added a initially', 'added b initially']);
  });

  it('is synced when the handler has been through everything, not before', async () => {
    const { clock, cluster, cache } = create();
    cluster.put(map('a'));
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    let synced = false;
    const subscription = cache.watch(ConfigMap).subscribe(() => gate);
    void subscription.synced.then(() => (synced = true));
    cache.start();
    await clock.advance(0);
    expect(cache.synced).toBe(true);
    expect(synced).toBe(false);
    release();
    await subscription.synced;
  });

  it('lets no slow or failing handler hold up another', async () => {
    const { clock, cluster, cache } = create();
    const kind = cache.watch(ConfigMap);
    const slow = kind.subscribe(() => new Promise(() => {}));
    kind.subscribe(() => {
      throw new Error('broken handler');
    });
    const { seen, handler } = recorder();
    kind.subscribe(handler);
    cache.start();
    await clock.advance(0);
    for (const name of ['a', 'b', 'c']) cluster.put(map(name));
    await clock.advance(0);
    expect(seen).toEqual(['added a', 'added b', 'added c']);
    expect(slow.pending + kind.pending).toBeGreaterThanOrEqual(0);
  });

  it('logs what a handler throws, and goes on with it', async () => {
    const lines: string[] = [];
    const logger = {
      trace() {},
      debug() {},
      info() {},
      error: (message: string) => lines.push(message),
      with: () => logger,
    };
    const { clock, cluster, cache } = create({ logger });
    const seen: string[] = [];
    cache.watch(ConfigMap).subscribe((change) => {
      if (change.object.metadata.name === 'bad') throw new Error('broken handler');
      seen.push(change.object.metadata.name ?? '');
    });
    cache.start();
    await clock.advance(0);
    for (const name of ['bad', 'good']) cluster.put(map(name));
    await clock.advance(0);
    expect(seen).toEqual(['good']);
    expect(lines).toEqual(['a handler failed on a change']);
  });

  it('ends with close', async () => {
    const { clock, cluster, cache } = create();
    const { seen, handler } = recorder();
    const subscription = cache.watch(ConfigMap).subscribe(handler);
    cache.start();
    await clock.advance(0);
    cluster.put(map('a'));
    await clock.advance(0);
    subscription.close();
    cluster.put(map('b'));
    await clock.advance(0);
    expect(seen).toEqual(['added a']);
  });

  it('gives the event loop its turns in a flood of changes', async () => {
    const { clock, cluster, cache } = create();
    for (let i = 0; i < 3000; i++) cluster.put(map(`map-${i}`));
    let turns = 0;
    let counting = true;
    const count = (): void => {
      turns++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const subscription = cache.watch(ConfigMap).subscribe(() => {});
    cache.start();
    await clock.advance(0);
    await subscription.synced;
    counting = false;
    expect(turns).toBeGreaterThan(8);
  });
});

describe('2.2 KindCache, again and again', () => {
  const hours = 3_600_000;

  it('tells handlers of everything every 10 hours, give or take one, and asks the server nothing', async () => {
    let chance = 0;
    const { clock, cluster, cache } = create({ reflector: { idleLimitMs: 1e12, random: () => chance } });
    cluster.put(map('a'));
    const changes: ObjectChange[] = [];
    cache.watch(ConfigMap).subscribe((change) => void changes.push(change));
    cache.start();
    await clock.advance(0);
    changes.length = 0;
    chance = 0.999_999;
    await clock.advance(9 * hours - 1);
    expect(changes).toEqual([]);
    await clock.advance(1);
    expect(changes).toMatchObject([{ type: 'updated', object: { metadata: { name: 'a' } } }]);
    const [first] = changes;
    expect(first?.type === 'updated' && first.old === first.object).toBe(true);
    await clock.advance(11 * hours - 1000);
    expect(changes).toHaveLength(1);
    await clock.advance(1000);
    expect(changes).toHaveLength(2);
    expect(cluster.watchers.size).toBe(1);
    expect(cache.watch(ConfigMap).reflectors[0]?.restarts).toBe(0);
  });

  it('does not where it is told never to', async () => {
    const { clock, cluster, cache } = create({ resyncMs: 0, reflector: { idleLimitMs: 1e12 } });
    cluster.put(map('a'));
    const { seen, handler } = recorder();
    cache.watch(ConfigMap).subscribe(handler);
    cache.start();
    await clock.advance(100 * hours);
    expect(seen).toEqual(['added a initially']);
  });
});

describe('2.2 WatchCache, once synced', () => {
  it('stays so and serves what it has while its watch fails, and tells why it is behind', async () => {
    let isDown = false;
    const { clock, cluster, cache } = create({
      source: {
        isNamespaced: () => Promise.resolve(true),
        listWatch: (kind, selection) => {
          const sound = cluster.listWatch(kind, selection);
          return {
            list: (request) => (isDown ? Promise.reject(down()) : sound.list(request)),
            watch: (request) => (isDown ? failing() : sound.watch(request)),
          };
        },
      },
      reflector: { idleLimitMs: 1000 },
    });
    const down = (): Error => statusError(503, 'ServiceUnavailable', 'the server is away');
    // oxlint-disable-next-line require-yield
    async function* failing(): AsyncGenerator<never> {
      await Promise.resolve();
      throw down();
    }
    cluster.put(map('a'));
    const kind = cache.watch(ConfigMap);
    cache.start();
    await clock.advance(0);
    isDown = true;
    await clock.advance(60_000);
    expect(kind.lastError).toMatchObject({ message: 'the server is away' });
    expect([cache.synced, cache.list(ConfigMap).length]).toEqual([true, 1]);
    isDown = false;
    cluster.put(map('b'));
    await clock.advance(60_000);
    expect([kind.lastError, cache.list(ConfigMap).length]).toEqual([undefined, 2]);
  });
});

describe('2.12 KindCache.waitForVersion', () => {
  it('resolves when the cache has seen the version', async () => {
    const { clock, cluster, cache } = create();
    const kind = cache.watch(ConfigMap);
    cache.start();
    await clock.advance(0);
    const next = String(Number(cluster.version) + 1);
    const waiting = kind.waitForVersion(next, { timeoutMs: 5000 });
    cluster.put(map('a'));
    expect(await waiting).toBe(true);
    expect(await kind.waitForVersion(next, { timeoutMs: 5000 })).toBe(true);
    // The watchdog's, and that of the next repetition.
    expect(clock.pendingTimers).toBeLessThanOrEqual(2);
  });

  it('gives up after its time, with its signal, and where versions are no numbers', async () => {
    const { clock, cache } = create();
    const kind = cache.watch(ConfigMap);
    cache.start();
    await clock.advance(0);
    const late = kind.waitForVersion('99999', { timeoutMs: 5000 });
    await clock.advance(5000);
    expect(await late).toBe(false);
    const controller = new AbortController();
    const aborted = kind.waitForVersion('99999', { timeoutMs: 5000, signal: controller.signal });
    controller.abort();
    expect(await aborted).toBe(false);
    expect(await kind.waitForVersion('not-a-number', { timeoutMs: 5000 })).toBe(false);
  });
});

describe('2.1 isAtLeast', () => {
  it('compares numbers of any length, and nothing else', () => {
    expect(isAtLeast('10', '9')).toBe(true);
    expect(isAtLeast('9', '10')).toBe(false);
    expect(isAtLeast('90071992547409931', '90071992547409930')).toBe(true);
    expect(isAtLeast('same', 'same')).toBe(true);
    expect(isAtLeast('a', 'b')).toBeUndefined();
  });
});
