import { type KubeObject, sleep } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { EventRecorder } from '../events/event-recorder.ts';
import { FakeClock } from '../fake-clock.ts';
import { kindOf } from '../resource-kind.ts';
import { FaultySource } from '../testing/faulty-source.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { randomFrom } from '../testing/random.ts';
import { WatchCache } from '../watch/watch-cache.ts';
import { controller } from './builder.ts';
import { requeueAfter } from './result.ts';

const App = kindOf<KubeObject & { spec?: { size: number } }>('example.com/v1', 'App');

describe('2.5 Controller in a world that fails at random', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'brings every object to its last state, one run at a time (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const clock = new FakeClock();
      const cluster = new MemoryCluster();
      const source = new FaultySource(cluster, random);
      const cache = new WatchCache({ source, clock, reflector: { random: () => 0.5 } });
      const applied = new Map<string, number>();
      const active = new Set<string>();
      const twice: string[] = [];
      let isCalm = false;
      const described = controller(App, {
        async reconcile(object, { name, signal, superseded }) {
          if (active.has(name)) twice.push(name);
          active.add(name);
          try {
            const dice = isCalm ? 99 : random(100);
            await sleep(random(3000), { clock, signal: dice < 30 ? superseded : signal });
            if (dice < 20) throw new Error('boom');
            applied.set(name, object.spec?.size ?? -1);
            return dice < 60 ? requeueAfter(random(20_000)) : undefined;
          } finally {
            active.delete(name);
          }
        },
        deleted: ({ name }) => void applied.delete(name),
      }).concurrency(3);
      const created = described.create({
        client: cluster.client,
        cache,
        events: new EventRecorder({ sinks: [] }),
        clock,
      });
      cache.start();
      const ended = new AbortController();
      const running = created.run(ended.signal);
      source.percent = 15;
      for (let step = 0; step < 250; step++) {
        const name = `app-${random(7)}`;
        const ref = { apiVersion: 'example.com/v1', kind: 'App', namespace: 'apps', name };
        if (random(5) > 0) {
          const { apiVersion, kind, namespace } = ref;
          cluster.put({ apiVersion, kind, metadata: { namespace, name }, spec: { size: step } });
        } else if (cluster.objects.has(`example.com|App|apps|${name}`)) cluster.delete(ref);
        await clock.advance(random(2000));
      }
      source.percent = 0;
      isCalm = true;
      // Longer than the longest delay after failures.
      await clock.advance(3_600_000);
      const wanted = [...cluster.objects.values()].map((object) => [
        object.metadata.name,
        (object['spec'] as { size: number }).size,
      ]);
      expect(twice).toEqual([]);
      expect(applied).toEqual(new Map(wanted as [string, number][]));
      expect(created.queue.length + created.queue.waiting + created.activeRuns).toBe(0);
      ended.abort(new Error('test is over'));
      await running;
      await cache[Symbol.asyncDispose]();
      expect(clock.pendingTimers).toBe(0);
    },
  );
});
