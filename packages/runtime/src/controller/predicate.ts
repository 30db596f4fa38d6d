import { isEqual, type KubeObject } from '@gitops-toolkit/core';

import { requestedAtAnnotation } from '../status/reconcile-request.ts';
import type { ObjectChange } from '../watch/object-change.ts';

/** Whether a change is worth a run. Predicates save runs, not memory: selectors and `metadataOnly` do that. */
export type Predicate<T extends KubeObject = KubeObject> = (change: ObjectChange<T>) => boolean;

/** Passes additions and deletions, and updates for which the function gives different values. */
function whenDifferent(valueOf: (object: KubeObject) => unknown): Predicate {
  return (change) => change.type !== 'updated' || !isEqual(valueOf(change.old), valueOf(change.object));
}

/**
 * The spec changed, as the API server counts in `metadata.generation`. Kinds without a status
 * subresource count every write; changes of metadata are never counted.
 */
export const generationChanged: Predicate = whenDifferent((object) => object.metadata.generation);

/** An annotation was added, removed or changed. */
export const annotationsChanged: Predicate = whenDifferent((object) => object.metadata.annotations ?? {});

/** A label was added, removed or changed. */
export const labelsChanged: Predicate = whenDifferent((object) => object.metadata.labels ?? {});

/** The finalizers changed. */
export const finalizersChanged: Predicate = whenDifferent((object) => object.metadata.finalizers ?? []);

/** Anything changed: drops updates that only repeat what the cache had. */
export const resourceVersionChanged: Predicate = whenDifferent((object) => object.metadata.resourceVersion);

/** Somebody asked for a run with the annotation `reconcile.fluxcd.io/requestedAt`, as `flux reconcile` does. */
export const reconcileRequested: Predicate = whenDifferent(
  (object) => object.metadata.annotations?.[requestedAtAnnotation],
);

/** An update in which one annotation got another value. */
export function annotationChanged(name: string): Predicate {
  return whenDifferent((object) => object.metadata.annotations?.[name]);
}

/** An update in which what the function picks got another value; additions and deletions pass. */
export function changed<T extends KubeObject>(pick: (object: T) => unknown): Predicate<T> {
  return whenDifferent(pick as (object: KubeObject) => unknown) as Predicate<T>;
}

/** All of them pass. */
export function and<T extends KubeObject>(...predicates: readonly Predicate<T>[]): Predicate<T> {
  return (change) => predicates.every((predicate) => predicate(change));
}

/** One of them passes. */
export function or<T extends KubeObject>(...predicates: readonly Predicate<T>[]): Predicate<T> {
  return (change) => predicates.some((predicate) => predicate(change));
}

/** It does not pass. */
export function not<T extends KubeObject>(predicate: Predicate<T>): Predicate<T> {
  return (change) => !predicate(change);
}
