import { gvkOf, type KubeObject, refOf } from '@gitops-toolkit/core';
import { builtinSchema, validate } from '@gitops-toolkit/schema';
import type { ApplyRun } from './apply-options.ts';
import { inventoryId } from './inventory.ts';

/** Fields by which an author speaks of an object that exists. */
const IDENTITY_FIELDS = ['uid', 'resourceVersion', 'managedFields'] as const;

/**
 * Whether an object is created without being asked about first: the inventory does not know it, and
 * its kind is one of which we can tell ourselves what a server would refuse for its form.
 */
export async function isExpectedNew(
  desired: KubeObject,
  inventoryIds: ReadonlySet<string>,
  run: ApplyRun,
): Promise<boolean> {
  if (IDENTITY_FIELDS.some((field) => desired.metadata[field] !== undefined)) return false;
  const schema = builtinSchema(gvkOf(desired));
  if (!schema) return false;
  const mapping = await run.client.mapping(desired).catch(() => undefined);
  if (!mapping) return false;
  const { namespace: _namespace, ...rest } = refOf(desired);
  // A namespace that a kind has no use for is not in the inventory.
  const ref = mapping.namespaced ? refOf(desired) : rest;
  return !inventoryIds.has(inventoryId(ref)) && validate(schema, desired).length === 0;
}
