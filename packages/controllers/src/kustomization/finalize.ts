import type { Kustomization } from '@gitops-toolkit/api';
import { inventoryRefs, pruneObjects, waitForTermination } from '@gitops-toolkit/apply';
import { parseDuration } from '@gitops-toolkit/core';
import { isForbidden, type KubeClient } from '@gitops-toolkit/kube';
import { type ReconcileContext, removeFinalizer, requeueAfter, type Result } from '@gitops-toolkit/runtime';
import { failureText } from '../reconcile-failure.ts';
import { changedSubjects } from './change-text.ts';
import { timeoutOf } from './health.ts';
import { clientFor } from './impersonation.ts';
import type { InterruptedRuns } from './interrupted-runs.ts';
import type { KustomizationOptions } from './options.ts';
import { ownerOf } from './owner.ts';

/** How an object that is being deleted is brought to its end. */
export interface FinalizeOptions extends KustomizationOptions {
  readonly finalizer: string;
  readonly interrupted: InterruptedRuns;
}

/**
 * Deletes what a Kustomization applied, as its deletion policy says, and lets it go.
 *
 * Where the user that it applied as is gone, the objects stay and an event says so: the Kustomization would
 * otherwise hold its namespace for ever.
 */
export async function finalize(
  object: Kustomization,
  context: ReconcileContext,
  options: FinalizeOptions,
): Promise<Result | void> {
  const write = { fieldManager: `gotk-${options.fieldManager}`, signal: context.signal };
  if (wantsDeletion(object)) {
    try {
      await using applier = await clientFor(object, context.client, { ...options, signal: context.signal });
      const { fieldManager, interrupted } = options;
      await interrupted.record(object, applier.client, { fieldManager, signal: context.signal });
      await deleteObjects(object, applier.client, context, fieldManager);
    } catch (error) {
      if (context.signal.aborted) throw error;
      const text = `pruning for deleted resource failed: ${failureText(error)}`;
      context.events.warning(object, 'PruneFailed', text);
      context.log.error(text, { error });
      const { interval, retryInterval = interval } = object.spec;
      if (!isForbidden(error)) return requeueAfter(parseDuration(retryInterval));
    }
  }
  await removeFinalizer(context.client, object, options.finalizer, write);
}

/** A suspended object never deletes anything. */
function wantsDeletion({ spec }: Kustomization): boolean {
  const { deletionPolicy = 'MirrorPrune', prune, suspend } = spec;
  if (suspend || deletionPolicy === 'Orphan') return false;
  return deletionPolicy === 'MirrorPrune' ? prune : true;
}

async function deleteObjects(
  object: Kustomization,
  client: KubeClient,
  context: ReconcileContext,
  fieldManager: string,
): Promise<void> {
  const refs = inventoryRefs(object.status?.inventory);
  if (refs.length === 0) return;
  const { signal, clock } = context;
  const deleted = await pruneObjects(client, refs, { owner: ownerOf(object, fieldManager), signal });
  const text = changedSubjects(deleted);
  if (text !== '') context.events.normal(object, 'ReconciliationSucceeded', text);
  if (object.spec.deletionPolicy !== 'WaitForTermination') return;
  const gone = deleted.entries.filter(({ action }) => action === 'deleted').map(({ ref }) => ref);
  try {
    await waitForTermination(client, gone, { timeoutMs: timeoutOf(object), signal, clock });
  } catch (error) {
    signal.throwIfAborted();
    context.log.error('failed to wait for resources termination', { error });
  }
}
