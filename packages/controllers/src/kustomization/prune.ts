import type { Kustomization } from '@gitops-toolkit/api';
import {
  addToInventory,
  ApplyError,
  type ChangeSet,
  createInventory,
  inventoryDifference,
  pruneObjects,
} from '@gitops-toolkit/apply';
import { isEqual, refKey } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';
import { ReconcileFailure } from '../reconcile-failure.ts';
import { changedSubjects } from './change-text.ts';
import { ownerOf } from './owner.ts';

/**
 * Deletes what the inventory holds and the last apply did not, and brings the inventory up to date: what
 * could not be deleted stays in it.
 *
 * @returns what was deleted, a line each
 * @throws ReconcileFailure `PruneFailed`
 */
export async function pruneStale(
  object: Kustomization,
  client: KubeClient,
  changes: ChangeSet,
  options: { readonly fieldManager: string; readonly signal: AbortSignal },
): Promise<string> {
  const status = (object.status ??= {});
  const wanted = createInventory(changes);
  const stale = inventoryDifference(status.inventory, wanted);
  const keepInventory = (inventory: typeof wanted) => {
    if (!isEqual(status.inventory, inventory)) status.inventory = inventory;
  };
  if (stale.length === 0 || !object.spec.prune) {
    keepInventory(wanted);
    return '';
  }
  try {
    const pruned = await pruneObjects(client, stale, {
      owner: ownerOf(object, options.fieldManager),
      signal: options.signal,
    });
    keepInventory(wanted);
    return changedSubjects(pruned);
  } catch (cause) {
    const done = new Set(
      cause instanceof ApplyError ? (cause.changes?.entries ?? []).map(({ ref }) => refKey(ref)) : [],
    );
    keepInventory(
      addToInventory(
        wanted,
        stale.filter((ref) => !done.has(refKey(ref))),
      ),
    );
    throw new ReconcileFailure('PruneFailed', { cause });
  }
}
