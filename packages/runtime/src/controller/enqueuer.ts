import { errorMessage, type KubeObject, type Logger, refOf } from '@gitops-toolkit/core';

import { keyOf, keyString, type ObjectKey } from '../object-key.ts';
import { lowPriority } from '../queue/work-queue.ts';
import type { ChangeHandler } from '../watch/handler-lane.ts';
import type { ObjectChange, ObjectUpdated } from '../watch/object-change.ts';
import type { CacheReader } from '../watch/cache-reader.ts';
import type { WatchedKind } from './controller-options.ts';
import type { Predicate } from './predicate.ts';

/** Asks for a run. `cause` is the object whose change is the reason. */
export type Enqueue = (
  key: string,
  options: { readonly priority: number; readonly cause: KubeObject },
) => void;

interface EnqueuerOptions {
  readonly enqueue: Enqueue;
  readonly cache: CacheReader;
  readonly log: Logger;
}

/** Turns changes of the controller's own kind into runs. */
export function enqueueSelf<T extends KubeObject>(
  predicate: Predicate<T> | undefined,
  { enqueue, log }: EnqueuerOptions,
): ChangeHandler<T> {
  return (change) => {
    if (!passes(predicate, change, log)) return;
    enqueue(keyString(keyOf(change.object)), { priority: priorityOf(change), cause: change.object });
  };
}

/** Turns changes of another kind into runs of the objects that they concern. */
export function enqueueMapped(
  { predicate, mapper }: Required<Pick<WatchedKind, 'mapper'>> & Pick<WatchedKind, 'predicate'>,
  { enqueue, cache, log }: EnqueuerOptions,
): ChangeHandler<KubeObject> {
  return async (change) => {
    if (!passes(predicate, change, log)) return;
    const keys = new Set<string>();
    const collect = (mapped: Iterable<ObjectKey>): void => {
      for (const key of mapped) keys.add(keyString(key));
    };
    // What the old state concerned may have to let go of it.
    if (change.type === 'updated') collect(await mapper(change.old, { cache, log }));
    collect(await mapper(change.object, { cache, log }));
    for (const key of keys) enqueue(key, { priority: priorityOf(change), cause: change.object });
  };
}

/** A predicate that fails must not lose a change: better a run too many. */
function passes<T extends KubeObject>(
  predicate: Predicate<T> | undefined,
  change: ObjectChange<T>,
  log: Logger,
): boolean {
  if (!predicate) return true;
  try {
    return predicate(change);
  } catch (error) {
    log.error('a predicate failed; the change counts', {
      error,
      reason: errorMessage(error),
      object: refOf(change.object),
    });
    return true;
  }
}

/** What was there before, and what is only repeated, waits for what is new. */
function priorityOf(change: ObjectChange): number {
  const isOld = change.type === 'added' ? change.initial : change.type === 'updated' && isRepetition(change);
  return isOld ? lowPriority : 0;
}

function isRepetition({ old, object }: ObjectUpdated): boolean {
  return old.metadata.resourceVersion === object.metadata.resourceVersion;
}
