import { type KubeObject, type ObjectRef, refOf } from '@gitops-toolkit/core';
import type { ApplyRun } from './apply-options.ts';
import type { Action } from './change-set.ts';
import { cleanupPatch, type PatchOperation } from './cleanup.ts';
import { hasDrifted } from './drift.ts';
import { dryRunError } from './dry-run-error.ts';
import { respectIgnored, withoutIgnored } from './ignore-rules.ts';
import { isImmutableError } from './immutable.ts';
import type { DryRun } from './look.ts';
import { isSelected } from './selectors.ts';

/** What is to be done about an object, found without writing anything. */
export interface Plan {
  /** What is wanted. */
  readonly desired: KubeObject;
  /** As the cluster names it. */
  readonly ref: ObjectRef;
  readonly action: Action;
  /** What is sent; absent where nothing is to be done. */
  readonly payload?: KubeObject;
  /** The object as it is in the cluster. */
  readonly live?: KubeObject;
  /** The object as it will be. */
  readonly merged?: KubeObject;
  /** To be sent first. */
  readonly cleanup?: readonly PatchOperation[];
  /** To be deleted first. */
  readonly recreates?: boolean;
  /**
   * It was not dry-run: where it is refused, nothing was done and the API server is to be asked.
   * `absent` is written only where there is no object of the name.
   */
  readonly unchecked?: 'absent' | 'live';
}

/** The plan by what was seen and what a dry run came to. */
export function decide(
  desired: KubeObject,
  live: KubeObject | undefined,
  dryRun: DryRun,
  run: ApplyRun,
): Plan {
  if (isSelected(live, run.selectors.exclude)) return skipped(desired, live);
  if ('error' in dryRun) return planRecreation(desired, live, dryRun.error, run);
  return planChange(desired, live, dryRun.merged, run);
}

/** The plan where a list is enough for it: the object is new, or as it should be. All else is read first. */
export function settled(
  desired: KubeObject,
  seen: KubeObject | undefined,
  dryRun: DryRun,
  run: ApplyRun,
): Plan | undefined {
  if ('error' in dryRun || isSelected(seen, run.selectors.exclude)) return undefined;
  if (!seen && !isNew(dryRun.merged)) return undefined;
  const plan = planChange(desired, seen, dryRun.merged, run);
  return plan.action === 'configured' ? undefined : plan;
}

/** The plan to leave an object alone. */
export function skipped(desired: KubeObject, live: KubeObject | undefined): Plan {
  return { desired, ref: refOf(live ?? desired), action: 'skipped', ...(live && { live }) };
}

/** The API server numbers what it stores; what a dry run would create has no number. */
function isNew(merged: KubeObject): boolean {
  return !merged.metadata.resourceVersion;
}

function planChange(
  desired: KubeObject,
  live: KubeObject | undefined,
  merged: KubeObject,
  run: ApplyRun,
): Plan {
  const ref = refOf(merged);
  if (isNew(merged)) return { desired, ref, action: 'created', payload: desired, merged };
  if (!live) return { desired, ref, action: 'configured', payload: desired, merged };
  const ignored = run.ignoredPaths(merged);
  const isDrifted =
    ignored.length === 0
      ? hasDrifted(live, merged)
      : hasDrifted(withoutIgnored(live, ignored), withoutIgnored(merged, ignored));
  const cleanup = cleanupOf(desired, live, run);
  if (!isDrifted && !cleanup) return { desired, ref, action: 'unchanged', live, merged };
  const payload = respectIgnored(desired, { live, merged }, ignored, run.owner.fieldManager);
  return { desired, ref, action: 'configured', payload, live, merged, ...(cleanup && { cleanup }) };
}

/** The patch that takes over what others left; none where the author wants to share. */
export function cleanupOf(
  desired: KubeObject,
  live: KubeObject,
  run: ApplyRun,
): PatchOperation[] | undefined {
  const { merge } = run.selectors;
  if (isSelected(desired, merge) || isSelected(live, merge)) return undefined;
  return cleanupPatch(live, run.cleanup, run.owner.fieldManager);
}

function planRecreation(
  desired: KubeObject,
  live: KubeObject | undefined,
  error: unknown,
  run: ApplyRun,
): Plan {
  const { force } = run.selectors;
  const mayForce = run.force || isSelected(desired, force) || isSelected(live, force);
  // An object that is not there cannot have refused to change.
  if (!live || !mayForce || !isImmutableError(error)) throw dryRunError(error, desired);
  return { desired, ref: refOf(live), action: 'created', payload: desired, live, recreates: true };
}
