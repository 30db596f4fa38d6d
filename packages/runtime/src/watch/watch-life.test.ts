import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it, onTestFinished } from 'vitest';

import { controller } from '../controller/builder.ts';
import { EventRecorder } from '../events/event-recorder.ts';
import { FakeClock } from '../fake-clock.ts';
import { kindOf } from '../resource-kind.ts';
import { AgeingSource } from '../testing/ageing-source.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { randomFrom } from '../testing/random.ts';
import { WatchCache } from './watch-cache.ts';

const minute = 60_000;
const ConfigMap = kindOf<KubeObject & { data?: Record<string, string> }>('v1', 'ConfigMap');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('2.1 a day in the life of a watch', () => {
  it('leaves no trace in memory, whatever ends watches, and misses nothing', async () => {
    const random = randomFrom(1);
    const clock = new FakeClock();
    const cluster = new MemoryCluster();
    const source = new AgeingSource(cluster, clock);
    const cache = new WatchCache({ source, clock, reflector: { random: () => random(1000) / 1000 } });
    const events = new EventRecorder({ sinks: [] });
    const { client } = cluster;
    let runs = 0;
    const counting = controller(ConfigMap, async () => {
      runs++;
      return { requeueAfterMs: 20 * minute };
    }).create({ client, cache, events, clock });
    const stop = new AbortController();
    cache.start();
    const running = counting.run(stop.signal);
    onTestFinished(async () => {
      stop.abort();
      await running;
      await cache[Symbol.asyncDispose]();
    });

    const liveFor = async (hours: number): Promise<void> => {
      for (let n = 0; n < hours * 60; n++) {
        const name = `map-${random(200)}`;
        const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name };
        const isThere = cache.get(ConfigMap, { namespace: 'apps', name }) !== undefined;
        if (isThere && random(4) === 0) cluster.delete(ref);
        else
          cluster.put({
            ...ref,
            metadata: { namespace: 'apps', name },
            data: { value: `value ${random(1e6)}` },
          });
        await clock.advance(minute);
        cluster.bookmark();
        if (n % 5 === 0) cluster.compact();
        if (n % 15 === 0) source.rotateToken();
        if (n % 60 === 30) {
          // What happens while nobody watches is compacted away before the next watch begins.
          source.break();
          cluster.put({
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { namespace: 'apps', name: 'late' },
            data: {},
          });
          cluster.compact();
        }
      }
    };
    const heap = (): number => {
      collectGarbage();
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };

    // Until the engine has compiled and cached what it will.
    await liveFor(12);
    const [before, timers] = [heap(), clock.pendingTimers];
    await liveFor(24);
    await clock.advance(5 * minute);
    const after = heap();

    const versions = (objects: Iterable<KubeObject>): string[] =>
      [...objects].map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).toSorted();
    expect(versions(cache.list(ConfigMap))).toEqual(versions(cluster.objects.values()));
    const [reflector] = cache.watch(ConfigMap).reflectors;
    expect(reflector?.relists).toBeGreaterThan(20);
    expect(source.watches).toBeGreaterThan(36 * 6);
    expect(runs).toBeGreaterThan(1000);
    expect(cluster.watchers.size).toBe(1);
    expect(clock.pendingTimers).toBeLessThanOrEqual(timers);
    expect(after / before).toBeLessThan(1.05);
  });
});
