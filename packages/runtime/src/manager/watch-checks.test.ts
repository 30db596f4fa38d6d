import { afterEach, describe, expect, it } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { kindOf } from '../resource-kind.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { WatchCache } from '../watch/watch-cache.ts';
import { watchChecks } from './watch-checks.ts';

const Deployment = kindOf('apps/v1', 'Deployment');
const ConfigMap = kindOf('v1', 'ConfigMap');

const caches: WatchCache[] = [];
afterEach(async () => {
  for (const cache of caches.splice(0)) await cache[Symbol.asyncDispose]();
});

function setUp(): { clock: FakeClock; cluster: MemoryCluster; cache: WatchCache; failing: () => string[] } {
  const clock = new FakeClock();
  const cluster = new MemoryCluster();
  const cache = new WatchCache({ source: cluster, clock, reflector: { idleLimitMs: 1e9 } });
  caches.push(cache);
  return {
    clock,
    cluster,
    cache,
    failing: () =>
      Object.entries(watchChecks(cache.kinds, { limitMs: 300_000, clock })).flatMap(([name, check]) => {
        try {
          void check();
          return [];
        } catch (error) {
          return [`${name}: ${(error as Error).message}`];
        }
      }),
  };
}

describe('2.1 watchChecks', () => {
  it('fail until a kind is complete, and once nothing came of it for five minutes', async () => {
    const { clock, cluster, cache, failing } = setUp();
    cache.watch(Deployment);
    cache.watch(ConfigMap, { metadataOnly: true });
    cache.watch(ConfigMap);
    expect(failing()).toEqual([
      'watch-Deployment.apps: Deployment is not complete',
      'watch-ConfigMap: ConfigMap is not complete',
    ]);
    cache.start();
    await clock.advance(300_000);
    expect(failing()).toEqual([]);
    cluster.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'apps', name: 'a' } });
    await clock.advance(1);
    expect(failing()).toEqual(['watch-Deployment.apps: nothing came of Deployment for 300001 ms']);
  });
});
