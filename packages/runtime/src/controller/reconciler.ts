import type { Clock, KubeObject, Logger } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';

import type { EventRecorder } from '../events/event-recorder.ts';
import type { ObjectKey } from '../object-key.ts';
import type { CacheReader } from '../watch/cache-reader.ts';
import type { Result } from './result.ts';

/**
 * Brings the world in line with one object.
 *
 * It is level-based: it is told which object, never what changed, and one call may stand for many
 * changes. The same object is never reconciled twice at a time. What to return and what throwing
 * means is with {@link Result}.
 */
export interface Reconciler<T extends KubeObject> {
  /**
   * @param object the caller's own copy of the object as the cache has it
   */
  reconcile(object: T, context: ReconcileContext): Promise<Result | void>;
  /** Called in place of `reconcile` for an object that is no longer there, to forget what was kept for it. */
  deleted?(context: ReconcileContext): Promise<void> | void;
}

/** A {@link Reconciler} that is only its method. */
export type ReconcileFunction<T extends KubeObject> = (
  object: T,
  context: ReconcileContext,
) => Promise<Result | void>;

/** What a run of a reconciler works with. */
export interface ReconcileContext {
  readonly name: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  /** The name of the object's cluster, where the program has several; `client`, `cache` and `events` are of it. */
  readonly cluster?: string;
  /** A UUID of this run; it is in every line of `log`. */
  readonly reconcileId: string;
  /**
   * Grows with each change of leader: a store outside the cluster that keeps the greatest it has seen can refuse what a
   * replica sends that has lost the lease without knowing. It is in every line of `log`. Absent without an election.
   */
  readonly fencingToken?: number;
  /** Runs of this object in a row that failed before this one. */
  readonly failures: number;
  /** Writes and uncached reads. */
  readonly client: KubeClient;
  /** Reads from the controller's watches, which cost no request. */
  readonly cache: CacheReader;
  /** Aborted at shutdown, when the controller's reconcile timeout is over, and when the lease is lost. */
  readonly signal: AbortSignal;
  /**
   * Aborted with `signal`, and when something asks for another run of the same object: its reason is
   * then RUNTIME_SUPERSEDED and names what did. Work that a newer state makes pointless, such as
   * waiting for health, ends on it. A run that throws the reason has not failed.
   */
  readonly superseded: AbortSignal;
  readonly log: Logger;
  readonly clock: Clock;
  readonly events: EventRecorder;
  /**
   * Says that this object was written in this version: the next run of the object first waits,
   * up to some seconds, until the cache has it, so that it does not act on what it changed itself.
   */
  readonly wrote: (object: KubeObject) => void;
  /** Asks for a run of another object of the controller's kind. */
  readonly enqueue: (key: ObjectKey) => void;
}
