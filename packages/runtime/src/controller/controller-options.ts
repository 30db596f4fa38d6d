import type { KubeObject } from '@gitops-toolkit/core';

import type { ObjectKey } from '../object-key.ts';
import type { RateLimiter } from '../queue/rate-limiter.ts';
import type { ResourceKind } from '../resource-kind.ts';
import type { WatchSelection } from '../watch/selection.ts';
import type { IndexFunction } from '../watch/store-index.ts';
import type { Mapper } from './mappers.ts';
import type { Predicate } from './predicate.ts';
import type { Reconciler } from './reconciler.ts';

/** Another kind that a controller watches. */
export interface WatchedKind<S extends KubeObject = KubeObject> {
  readonly kind: ResourceKind<S>;
  readonly selection?: WatchSelection;
  readonly predicate?: Predicate<S>;
  /** Without one the kind is kept in the cache, and its changes cause no run. */
  readonly mapper?: Mapper<S>;
}

/** A reason for runs that is no watch: a webhook, a message queue, a timer. Called at the start, ended by the signal. */
export type TriggerSource = (enqueue: (key: ObjectKey) => void, signal: AbortSignal) => Promise<void>;

/** What a controller is made of; `controller()` builds it step by step. */
export interface ControllerOptions<T extends KubeObject = KubeObject> {
  readonly kind: ResourceKind<T>;
  readonly reconciler: Reconciler<T>;
  /** @default the kind in lower case */
  readonly name?: string;
  /** Which objects of the kind the controller sees. @default all */
  readonly selection?: WatchSelection;
  /** Which changes of the kind cause a run. @default all */
  readonly predicate?: Predicate<T>;
  readonly watches?: readonly WatchedKind[];
  /** Indexes over the kind, by name. */
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>;
  readonly triggers?: readonly TriggerSource[];
  /** @default 1 */
  readonly concurrency?: number;
  /** @default none */
  readonly timeoutMs?: number;
  /** @default 750 ms and 15 min */
  readonly retries?: { readonly minDelayMs?: number; readonly maxDelayMs?: number };
  /** Says how long failed objects wait, in place of `retries`. */
  readonly rateLimiter?: RateLimiter<string>;
  /** @default 0 */
  readonly jitterPercent?: number;
  /**
   * A run begins when the cache has what the runs before it wrote with their `client`, of any object, or after 5 s:
   * no run acts on a state from before what this controller did itself. Only kinds that are watched count.
   * @default false
   */
  readonly seesOwnWrites?: boolean;
  /** @default true */
  readonly needsLeader?: boolean;
}
