import { type Clock, type KubeObject, refOf } from '@gitops-toolkit/core';
import { isNotFound } from '@gitops-toolkit/kube';

import { type PatchClient, retryOnConflict } from './retry-on-conflict.ts';

/** How finalizers are written. */
export interface FinalizerOptions {
  /** Under whose name `managedFields` lists the change. */
  readonly fieldManager?: string;
  readonly clock?: Clock;
  /** From 0 to below 1, for the waiting between tries. @default Math.random */
  readonly random?: () => number;
  /** Ends waiting and requests. */
  readonly signal?: AbortSignal;
}

/** Whether the object has the finalizer. */
export function hasFinalizer(object: KubeObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

/**
 * Adds a finalizer, so that the object stays until {@link removeFinalizer}. To be called, and waited
 * for, before anything is made that would have to be cleaned up.
 *
 * The object is changed to what the cluster has.
 *
 * @returns `false` where it was there, and where the object is being deleted: the API server
 * takes no new finalizers then
 * @throws KubeError where the object is not there; RuntimeError RUNTIME_PATCH_CONFLICT
 */
export async function addFinalizer(
  client: PatchClient,
  object: KubeObject,
  finalizer: string,
  options: FinalizerOptions = {},
): Promise<boolean> {
  if (hasFinalizer(object, finalizer) || object.metadata.deletionTimestamp !== undefined) return false;
  await changeFinalizers(client, object, { add: [finalizer] }, options);
  return true;
}

/**
 * Removes a finalizer when everything is cleaned up. An object that is gone already is fine.
 *
 * The object is changed to what the cluster has.
 *
 * @returns whether there was something to remove
 * @throws KubeError; RuntimeError RUNTIME_PATCH_CONFLICT
 */
export async function removeFinalizer(
  client: PatchClient,
  object: KubeObject,
  finalizer: string,
  options: FinalizerOptions = {},
): Promise<boolean> {
  if (!hasFinalizer(object, finalizer)) return false;
  try {
    await changeFinalizers(client, object, { remove: [finalizer] }, options);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    object.metadata.finalizers = without(object, [finalizer]);
  }
  return true;
}

/** The finalizers of an object after a change. Others' stay as they are. */
export function changedFinalizers(
  object: KubeObject,
  change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
): string[] {
  const kept = without(object, change.remove ?? []);
  return [...kept, ...(change.add ?? []).filter((finalizer) => !kept.includes(finalizer))];
}

async function changeFinalizers(
  client: PatchClient,
  object: KubeObject,
  change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
  options: FinalizerOptions,
): Promise<void> {
  const { fieldManager, clock, random, signal } = options;
  const call = { ...(fieldManager !== undefined && { fieldManager }), ...(signal && { signal }) };
  const write = (base: KubeObject): Promise<KubeObject> => {
    // The list is replaced as a whole: the version makes sure that nobody else's entry gets lost.
    const { resourceVersion } = base.metadata;
    const body = { metadata: { resourceVersion, finalizers: changedFinalizers(base, change) } };
    return client.patch(refOf(object), { type: 'merge', body }, call);
  };
  const written = await retryOnConflict(object, write, {
    client,
    ...(clock && { clock }),
    ...(random && { random }),
    ...(signal && { signal }),
  });
  const { finalizers = [], resourceVersion } = written.metadata;
  object.metadata.finalizers = finalizers;
  if (resourceVersion !== undefined) object.metadata.resourceVersion = resourceVersion;
}

function without(object: KubeObject, removed: readonly string[]): string[] {
  return (object.metadata.finalizers ?? []).filter((finalizer) => !removed.includes(finalizer));
}
