import type { Clock } from '@gitops-toolkit/core';
import { kubeTime } from '@gitops-toolkit/core';

import type { Registry } from './registry/registry.ts';
import type { Store } from './store/store.ts';
import type { StrategyContext } from './strategy/strategy.ts';
import { storeKey } from './store/store.ts';

/** What all parts of the server share. */
export interface Engine extends StrategyContext {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  /** The time as objects carry it. */
  now(): string;
}

export function createEngine(parts: {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newUid: () => string;
}): Engine {
  const { store, clock } = parts;
  return {
    ...parts,
    now: () => kubeTime(clock.now()),
    find: (resource, namespace, name) => store.bucket(resource).get(storeKey(namespace, name))?.object,
    list: (resource, namespace) =>
      store
        .bucket(resource)
        .range(namespace === undefined ? '' : `${namespace}/`)
        .map((entry) => entry.object),
  };
}
