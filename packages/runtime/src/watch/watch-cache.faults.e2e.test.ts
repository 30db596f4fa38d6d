import type { KubeObject } from '@gitops-toolkit/core';
import {
  FAULT_KINDS,
  type FaultKind,
  type FaultPlan,
  type FaultRule,
  seededFaults,
} from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { kindOf } from '../resource-kind.ts';
import { Churn } from '../testing/churn.ts';
import { randomFrom } from '../testing/random.ts';
import { Recorder, StoryCheck } from '../testing/recorder.ts';
import {
  createNamespace,
  eventually,
  faultSeeds,
  type FaultyServer,
  startFaultyServer,
} from '../testing/test-cluster.ts';
import { clusterSource } from './list-watch.ts';
import type { WatchSelection } from './selection.ts';
import { WatchCache } from './watch-cache.ts';

const ConfigMap = kindOf('v1', 'ConfigMap');

let rule: FaultRule = () => undefined;
let server: FaultyServer;
let sound: KubeClient;
beforeAll(async () => {
  server = await startFaultyServer((request) => rule(request));
  sound = new KubeClient(server.sound);
});
afterAll(async () => {
  await sound[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** A cache that sees the server through faults, and what it tells. */
interface Follower {
  readonly cache: WatchCache;
  readonly selection: WatchSelection;
  readonly story: StoryCheck;
}

function follow(
  client: KubeClient,
  namespace: string,
  options: { streamInitial: boolean; selection?: WatchSelection },
): Follower {
  const { streamInitial, selection = {} } = options;
  const cache = new WatchCache({
    source: clusterSource(client),
    namespaces: [namespace],
    reflector: { streamInitial, backoff: { baseMs: 5, maxMs: 50 } },
  });
  onTestFinished(() => cache[Symbol.asyncDispose]());
  const story = new StoryCheck();
  cache.watch(ConfigMap, selection).subscribe(story.handle);
  cache.start();
  return { cache, selection, story };
}

const versionsOf = (objects: readonly KubeObject[]): string[] =>
  objects.map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`).toSorted();

/** The cache has what the server has, to the version, and its handler was told no less and no more. */
async function expectEqual({ cache, selection, story }: Follower, namespace: string): Promise<void> {
  const { items } = await sound.list(ConfigMap, { namespace, ...selection });
  const wanted = versionsOf(items);
  await eventually(
    () => versionsOf(cache.list(ConfigMap)).join('\n') === wanted.join('\n'),
    'equal caches',
  ).catch(() => {});
  expect(versionsOf(cache.list(ConfigMap))).toEqual(wanted);
  await eventually(() => story.known.size === items.length, 'handlers that heard of everything');
  expect(story.known).toEqual(
    new Map(items.map(({ metadata }) => [metadata.uid ?? '', metadata.resourceVersion ?? ''])),
  );
  expect(story.problems).toEqual([]);
}

/**
 * Works on so many objects, with so many hands, for so many rounds, and for more until so many faults have happened: on a
 * busy machine there are fewer requests in a round.
 */
async function suffer(
  faults: FaultPlan,
  options: { objects: number; hands: number; rounds: number; minFaults: number; seed: number },
): Promise<void> {
  const { objects, hands, rounds, minFaults, seed } = options;
  const namespace = await createNamespace(sound);
  await using recorder = new Recorder(sound, namespace);
  await using distant = new KubeClient(server.faulty);
  const followers = [
    follow(distant, namespace, { streamInitial: true }),
    follow(distant, namespace, { streamInitial: false }),
    follow(distant, namespace, {
      streamInitial: true,
      selection: { labelSelector: 'third=yes', metadataOnly: true },
    }),
  ];
  const churn = new Churn({ client: distant, namespace, random: randomFrom(seed) });
  const work = async (hand: number): Promise<void> => {
    for (let round = 0; round < rounds || faults.total < minFaults; round++) {
      for (let i = hand; i < objects; i += hands) await churn.step(`map-${i}`);
    }
  };
  await Promise.all(Array.from({ length: hands }, (_, hand) => work(hand)));
  rule = () => undefined;
  for (const follower of followers) await expectEqual(follower, namespace);
  const { metadata } = await sound.list(ConfigMap, { namespace });
  await eventually(
    () =>
      [...churn.meant].every(([name, events]) => (recorder.happened.get(name)?.length ?? 0) >= events.length),
    `everything is on record up to ${metadata.resourceVersion}`,
  );
  recorder.happened.delete('kube-root-ca.crt');
  expect(recorder.happened).toEqual(churn.meant);
}

/** Says which seed failed, and what it did. */
async function named(faults: FaultPlan, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    (error as Error).message += `\n${faults.describe()}`;
    throw error;
  }
}

// A thousand faults take a while on a busy machine.
describe('2.1 caches behind faults', { timeout: 120_000 }, () => {
  it.each(FAULT_KINDS)('are equal to the server after %s', async (kind: FaultKind) => {
    const faults = seededFaults({ seed: 1, kinds: [kind], rate: 0.3, limit: 25, maxWatchEvents: 5 });
    // Watches that went on for ever would ask for nothing that could fail.
    const drops = seededFaults({ seed: 2, kinds: ['drop-watch'], rate: 1, maxWatchEvents: 15 });
    rule = (request) => faults.rule(request) ?? drops.rule(request);
    await named(faults, () => suffer(faults, { objects: 20, hands: 10, rounds: 8, minFaults: 3, seed: 1 }));
    expect(faults.counts[kind]).toBeGreaterThanOrEqual(3);
  });

  it.each(faultSeeds(2))(
    'are equal to the server after a thousand faults of every kind over a thousand objects (seed %i)',
    async (seed) => {
      const faults = seededFaults({ seed, rate: 0.4, limit: 1000, maxDelayMs: 20 });
      rule = faults.rule;
      await named(faults, () =>
        suffer(faults, { objects: 1000, hands: 48, rounds: 2, minFaults: 1000, seed }),
      );
      expect(faults.total).toBe(1000);
    },
  );
});
