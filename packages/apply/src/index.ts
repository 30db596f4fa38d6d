/**
 * Makes a cluster have a set of objects, and tells whether they are healthy.
 *
 * - {@link applyResources}: server-side apply in stages, with drift detection and take-over of what
 *   kubectl wrote; the result is a {@link ChangeSet}.
 * - {@link diffResources}: what it would do.
 * - {@link Inventory}: which objects a reconciler has applied; {@link inventoryDifference} tells which
 *   are no longer wanted, and {@link pruneObjects} deletes them.
 * - {@link computeStatus}: the health of one object by the rules of kstatus; {@link waitForHealth}
 *   waits for many.
 *
 * ```ts no-run
 * import { applyResources, createInventory, inventoryDifference, pruneObjects, waitForHealth } from '@gitops-toolkit/apply';
 * import type { Inventory } from '@gitops-toolkit/apply';
 * import type { Resource } from '@gitops-toolkit/core';
 * import type { KubeClient } from '@gitops-toolkit/kube';
 *
 * async function reconcile(client: KubeClient, wanted: Resource[], before: Inventory): Promise<Inventory> {
 *   const owner = { fieldManager: 'portal', group: 'portal.example.com', name: 'web', namespace: 'portal' };
 *   const changes = await applyResources(client, wanted, { owner });
 *   const after = createInventory(changes);
 *   await pruneObjects(client, inventoryDifference(before, after), { owner });
 *   await waitForHealth(client, changes.entries.map(({ ref }) => ref), { timeoutMs: 60_000 });
 *   return after;
 * }
 * ```
 *
 * @module
 */
export { applyResources } from './apply.ts';
export { ApplyMemory, type ApplyMemoryOptions } from './apply-memory.ts';
export type { ApplyResourcesOptions } from './apply-options.ts';
export { type Action, type ChangeSet, type ChangeSetEntry, formatChangeSet } from './change-set.ts';
export { type DiffOptions, diffResources, type ResourceDiff } from './diff.ts';
export { hasDrifted } from './drift.ts';
export { ApplyError, type ApplyErrorCode, type ApplyErrorOptions } from './errors.ts';
export { type FieldManagerMatch, supersededManagers, takeOver } from './field-managers.ts';
export { aggregateStatus } from './health/aggregate.ts';
export type { ObjectStatus, StatusName } from './health/object-status.ts';
export type { ReadStatus, ResourceStatus } from './health/read-status.ts';
export { computeStatus, type ComputeStatusOptions } from './health/status.ts';
export type { IgnoreRule, IgnoreTarget } from './ignore-rules.ts';
export {
  addToInventory,
  createInventory,
  type Inventory,
  inventoryDifference,
  type InventoryEntry,
  inventoryEntry,
  inventoryId,
  inventoryRefs,
  parseInventoryEntry,
} from './inventory.ts';
export { findOwnedObjects, type FindOwnedOptions } from './find-owned.ts';
export { isOwnedBy, type Owner, type OwnerIdentity, ownerLabels } from './owner.ts';
export { pruneObjects, type PruneOptions } from './prune.ts';
export { isSecret, maskSecrets } from './sanitize.ts';
export { isSelected, type MetadataSelector, type Selectors, selectorsOf } from './selectors.ts';
export { sortForApply, type Stage, stagesOf } from './stages.ts';
export { waitForTermination, type WaitForTerminationOptions } from './termination.ts';
export { type HealthResult, jobsWithTtl, waitForHealth, type WaitForHealthOptions } from './wait.ts';
