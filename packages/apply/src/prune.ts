import { errorMessage, type ObjectRef, refString } from '@gitops-toolkit/core';
import { isNoMatch, isNotFound, type KubeClient } from '@gitops-toolkit/kube';
import { signalOf } from './signal-of.ts';
import type { Action, ChangeSet } from './change-set.ts';
import { ApplyError } from './errors.ts';
import { mapLimited } from './map-limited.ts';
import { isOwnedBy, type OwnerIdentity } from './owner.ts';
import { runsOfKind } from './runs-of-kind.ts';
import { isSelected, type Selectors, selectorsOf } from './selectors.ts';
import { sortRefs } from './stages.ts';

/** Options of {@link pruneObjects}. */
export interface PruneOptions {
  /** Only objects whose labels name this owner are deleted. */
  readonly owner: OwnerIdentity;
  /** @default 'Background' */
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** The labels and annotations that authors steer with. @default those of the owner's group */
  readonly selectors?: Selectors;
  /** Requests at once. @default 4 */
  readonly concurrency?: number;
  /** Looked at before and during every request. */
  readonly signal?: AbortSignal;
}

/**
 * Deletes objects in the reverse of the order in which they are applied. One that is gone counts as
 * deleted; one that another owner has taken, or that is labelled to be kept, is skipped. All are
 * tried before an error is thrown.
 *
 * @throws ApplyError `APPLY_PRUNE_FAILED` with `changes`, what was deleted or skipped: the others
 * are still there.
 */
export async function pruneObjects(
  client: KubeClient,
  refs: readonly ObjectRef[],
  options: PruneOptions,
): Promise<ChangeSet> {
  const sorted = sortRefs(refs).toReversed();
  const actions = new Map<ObjectRef, Action>();
  const failures: { readonly ref: ObjectRef; readonly error: unknown }[] = [];
  for (const group of runsOfKind(sorted, ({ kind }) => kind)) {
    await mapLimited(group, options.concurrency ?? 4, async (ref) => {
      options.signal?.throwIfAborted();
      try {
        actions.set(ref, await pruneObject(client, ref, options));
      } catch (error) {
        options.signal?.throwIfAborted();
        failures.push({ ref, error });
      }
    });
  }
  const entries = sorted.flatMap((ref) => {
    const action = actions.get(ref);
    return action ? [{ ref, action }] : [];
  });
  if (failures.length === 0) return { entries };
  const texts = failures.map(({ ref, error }) => `${refString(ref)} ${errorMessage(error)};`);
  throw new ApplyError('APPLY_PRUNE_FAILED', `delete failed, errors: ${texts.join('')}`, {
    cause: failures[0]?.error,
    ...(failures[0] && { object: failures[0].ref }),
    retry: 'backoff',
    changes: { entries },
  });
}

async function pruneObject(client: KubeClient, ref: ObjectRef, options: PruneOptions): Promise<Action> {
  const { owner, selectors = selectorsOf(owner.group), propagationPolicy = 'Background' } = options;
  try {
    const live = await client.find(ref, signalOf(options));
    if (!live) return 'deleted';
    if (!isOwnedBy(live, owner) || isSelected(live, selectors.keep)) return 'skipped';
    const { uid } = live.metadata;
    // One that was created anew in between is not what we have looked at.
    const preconditions = uid === undefined ? {} : { preconditions: { uid } };
    await client.delete(ref, { propagationPolicy, ...preconditions, ...signalOf(options) });
    return 'deleted';
  } catch (error) {
    // With its definition all objects of a kind are gone.
    if (isNotFound(error) || isNoMatch(error)) return 'deleted';
    throw error;
  }
}
