import type { Kustomization } from '@gitops-toolkit/api';
import { addToInventory, findOwnedObjects } from '@gitops-toolkit/apply';
import type { KubeClient } from '@gitops-toolkit/kube';
import { conditions } from '@gitops-toolkit/runtime';
import { ownerOf } from './owner.ts';

/**
 * Whether no run of a Kustomization has come to its end yet: each leaves a verdict, and on record what it made.
 * Objects of the first run are made before they are on record, which saves it a request.
 */
export function isFirstRun(object: Kustomization): boolean {
  return !conditions.isTrue(object, 'Ready') && !conditions.isFalse(object, 'Ready');
}

/** First runs that were cut off before they could put on record what they had made: by the end of a process. */
export class InterruptedRuns {
  /** By uid, of each object that was met: whether another process may have made something for it. */
  readonly #suspects = new Map<string, boolean>();

  /**
   * Looks at an object that is about to be run.
   *
   * @param isNew nobody can have made something for it
   */
  meet(object: Kustomization, isNew: boolean): void {
    const { uid = '' } = object.metadata;
    if (!this.#suspects.has(uid)) this.#suspects.set(uid, !isNew && isFirstRun(object));
  }

  /**
   * Puts on record what an interrupted run of the object has made, where there may have been one.
   *
   * @throws KubeError where the cluster cannot be asked; the next call asks again
   */
  async record(
    object: Kustomization,
    client: KubeClient,
    { fieldManager, signal }: { readonly fieldManager: string; readonly signal: AbortSignal },
  ): Promise<void> {
    const { uid = '' } = object.metadata;
    if (!this.#suspects.get(uid)) return;
    const found = await findOwnedObjects(client, ownerOf(object, fieldManager), { signal });
    this.#suspects.set(uid, false);
    if (found.length === 0) return;
    const status = (object.status ??= {});
    status.inventory = addToInventory(status.inventory ?? { entries: [] }, found);
  }

  /** Forgets an object that is gone. */
  delete(object: Kustomization): void {
    this.#suspects.delete(object.metadata.uid ?? '');
  }
}
