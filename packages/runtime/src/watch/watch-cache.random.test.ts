import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it, onTestFinished } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { kindOf } from '../resource-kind.ts';
import { FaultySource } from '../testing/faulty-source.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { randomFrom } from '../testing/random.ts';
import { WatchCache } from './watch-cache.ts';

const ConfigMap = kindOf('v1', 'ConfigMap');

/** Creates, changes, deletes or makes again one of a few objects. */
function disturb(cluster: MemoryCluster, random: (limit: number) => number): void {
  const ref = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: `team-${random(3)}`,
    name: `map-${random(6)}`,
  };
  const key = `|ConfigMap|${ref.namespace}|${ref.name}`;
  const { namespace, name } = ref;
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name },
    data: { value: random(1000) },
  };
  const action = random(10);
  if (action === 0) cluster.compact();
  if (action < 7) cluster.put(object);
  else if (cluster.objects.has(key)) {
    cluster.delete(ref);
    if (action === 9) cluster.put(object);
  }
}

function versions(objects: Iterable<KubeObject>): string[] {
  return [...objects]
    .map(({ metadata }) => `${metadata.uid}@${metadata.resourceVersion}`)
    .toSorted((a, b) => (a < b ? -1 : 1));
}

describe('2.1 WatchCache on a server that fails at random', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'has everything in the end, and told a consistent story (seed %i)',
    async (seed) => {
      const random = randomFrom(seed);
      const clock = new FakeClock();
      const cluster = new MemoryCluster();
      const source = new FaultySource(cluster, random);
      const cache = new WatchCache({
        source,
        clock,
        reflector: { streamInitial: seed % 2 === 0, random: () => random(1000) / 1000 },
        ...(seed % 3 === 0 && { namespaces: ['team-0', 'team-1', 'team-2'] }),
      });
      onTestFinished(() => cache[Symbol.asyncDispose]());
      const known = new Map<string, string>();
      const problems: string[] = [];
      const kind = cache.watch(ConfigMap);
      kind.subscribe(({ type, object }) => {
        const { uid = '', resourceVersion = '' } = object.metadata;
        if (known.has(uid) !== (type !== 'added')) problems.push(`${type} of ${uid}`);
        if (type === 'deleted') known.delete(uid);
        else known.set(uid, resourceVersion);
      });
      cache.start();
      source.percent = 25;
      for (let step = 0; step < 400; step++) {
        disturb(cluster, random);
        await clock.advance(random(4) === 0 ? random(5000) : 0);
      }
      source.percent = 0;
      await clock.advance(120_000);
      expect(problems).toEqual([]);
      expect(versions(cache.list(ConfigMap))).toEqual(versions(cluster.objects.values()));
      expect(known).toEqual(
        new Map(cache.list(ConfigMap).map(({ metadata }) => [metadata.uid, metadata.resourceVersion])),
      );
      expect(kind.reflectors.every((reflector) => reflector.state === 'watching')).toBe(true);
      expect(kind.reflectors.some((reflector) => reflector.restarts + reflector.relists > 0)).toBe(true);
    },
  );
});
