import type { KubeObject } from '@gitops-toolkit/core';

import type { ObjectKey } from '../object-key.ts';
import type { ResourceKind } from '../resource-kind.ts';

/** Which of a kind's cached objects to list. */
export interface CacheListOptions {
  /** @default all namespaces that are watched */
  readonly namespace?: string;
  /** Labels that an object must have, with their values. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A selector of labels as Kubernetes writes it: `tier in (front,back),!canary`. Both have to hold where `labels` is given. */
  readonly labelSelector?: string;
}

/**
 * Reads from watched kinds, without a request. The objects are shared: they are frozen in
 * development and must not be changed; `cloneValue` of core makes a copy to change.
 *
 * Every method throws `RUNTIME_NOT_CACHED` for a kind that nobody watches: a watch is never started
 * by a read, since an unexpected one may hold a cluster's every Secret in memory.
 */
export interface CacheReader {
  /** The object, or `undefined` where the cache has none. */
  get<T extends KubeObject>(kind: ResourceKind<T>, key: ObjectKey): T | undefined;
  /**
   * The kind's objects, in no particular order.
   *
   * @throws RuntimeError RUNTIME_SELECTOR_INVALID where `labelSelector` is none
   */
  list<T extends KubeObject>(kind: ResourceKind<T>, options?: CacheListOptions): T[];
  /**
   * The objects that an index holds under a value.
   *
   * @throws RuntimeError RUNTIME_INDEX_UNKNOWN where the kind has no such index
   */
  byIndex<T extends KubeObject>(kind: ResourceKind<T>, index: string, value: string): T[];
}
