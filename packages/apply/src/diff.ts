import type { KubeObject, ObjectRef, Resource } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';
import { prepare } from './apply.ts';
import { type ApplyResourcesOptions, createRun } from './apply-options.ts';
import type { Action } from './change-set.ts';
import { withoutIgnored } from './ignore-rules.ts';
import { mapLimited } from './map-limited.ts';
import { OwnedObjects } from './owned-objects.ts';
import { planObject } from './plan-stage.ts';
import { maskSecrets } from './sanitize.ts';
import { sortForApply } from './stages.ts';

/** What an apply would do to an object. */
export interface ResourceDiff {
  readonly ref: ObjectRef;
  readonly action: Action;
  /** The object as it is; absent where there is none. Values of Secrets are masked. */
  readonly before?: KubeObject;
  /** The object as it would be; absent where it would not change or cannot be told. */
  readonly after?: KubeObject;
}

/** Options of {@link diffResources}: those of an apply, without what only writing needs. */
export type DiffOptions = Omit<
  ApplyResourcesOptions,
  'inventory' | 'memory' | 'onApplied' | 'waitTimeoutMs' | 'waitPollMs' | 'readStatus'
>;

/**
 * What {@link applyResources} would do, found by dry runs; nothing is written. Objects whose
 * namespace or definition is in the same set and not in the cluster yet cannot be dry-run, and fail.
 *
 * @throws ApplyError `APPLY_DRY_RUN_FAILED`, `APPLY_READ_FAILED`.
 */
export async function diffResources(
  client: KubeClient,
  resources: readonly Resource[],
  options: DiffOptions,
): Promise<ResourceDiff[]> {
  options.signal?.throwIfAborted();
  const run = createRun(client, options);
  const objects = sortForApply(await prepare(resources, run));
  // Nothing will define a kind while we look.
  const context = { run, defined: new Set<string>(), owned: new OwnedObjects(objects, run), careful: true };
  return mapLimited(objects, run.concurrency, async (object) => {
    const { ref, action, live, merged } = await planObject(object, context);
    const isChanged = action === 'created' || action === 'configured';
    const ignored = merged ? run.ignoredPaths(merged) : [];
    const shown = maskSecrets(
      live && shownPart(live, ignored),
      isChanged && merged ? shownPart(merged, ignored) : undefined,
    );
    return {
      ref,
      action,
      ...(shown.before && { before: shown.before }),
      ...(shown.after && { after: shown.after }),
    };
  });
}

/** Who owns which field is not what people compare. */
function shownPart(object: KubeObject, ignored: readonly (readonly string[])[]): KubeObject {
  const { managedFields: _dropped, ...metadata } = object.metadata;
  return withoutIgnored({ ...object, metadata }, ignored);
}
