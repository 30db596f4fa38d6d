import type { ManagedFieldsEntry } from '@gitops-toolkit/core';

import { FieldSet } from '../structured/field-set.ts';
import type { FieldOwner } from '../structured/ownership.ts';
import { fieldElement, type PathElement } from '../structured/path-element.ts';
import { decodeManaged, encodeManaged } from './entries.ts';

const SCALE_VERSION = 'autoscaling/v1';
const SCALE_REPLICAS: readonly PathElement[] = ['f:spec', 'f:replicas'];

/** Where a kind that can be scaled keeps its number of replicas. */
export interface ScaleMapping {
  /** The version of the kind that is served. */
  readonly apiVersion: string;
  /** The field by version, as field names: `{ 'apps/v1': ['spec', 'replicas'] }`. */
  readonly replicasPaths: Readonly<Record<string, readonly string[]>>;
}

/**
 * The `managedFields` of the `scale` subresource: of an object's entries those that own the
 * number of replicas, with the field where a `Scale` has it.
 *
 * @throws PatchError `PATCH_FIELDS_INVALID` where an entry is malformed.
 */
export function scaleManagedFields(
  entries: readonly ManagedFieldsEntry[] | undefined,
  { replicasPaths }: ScaleMapping,
): ManagedFieldsEntry[] {
  const { owners, times } = decodeManaged(entries);
  const scaled = new Map<string, FieldOwner>();
  for (const [id, owner] of owners) {
    const path = replicasPath(replicasPaths, owner.apiVersion);
    if (!path || !owner.fields.has(path)) continue;
    scaled.set(id, { ...owner, apiVersion: SCALE_VERSION, fields: FieldSet.fromPaths([SCALE_REPLICAS]) });
  }
  return encodeManaged({ owners: scaled, times });
}

/**
 * The `managedFields` of an object whose `scale` subresource was written: who owns the number of
 * replicas there owns it here, and nobody else does.
 *
 * @param entries The object's entries before the write.
 * @param scaleEntries The entries of the `Scale` after it.
 * @throws PatchError `PATCH_FIELDS_INVALID` where an entry is malformed.
 */
export function unscaleManagedFields(
  entries: readonly ManagedFieldsEntry[] | undefined,
  scaleEntries: readonly ManagedFieldsEntry[] | undefined,
  { apiVersion, replicasPaths }: ScaleMapping,
): ManagedFieldsEntry[] {
  const { owners, times } = decodeManaged(entries);
  const scaled = new Map(decodeManaged(scaleEntries).owners);
  const result = new Map<string, FieldOwner>();
  for (const [id, owner] of owners) {
    const path = replicasPath(replicasPaths, owner.apiVersion);
    if (!path) continue;
    const keeps = scaled.delete(id) || !owner.fields.has(path);
    const fields = keeps ? owner.fields : owner.fields.difference(FieldSet.fromPaths([path]));
    if (!fields.isEmpty()) result.set(id, { ...owner, fields });
  }
  const path = replicasPath(replicasPaths, apiVersion);
  for (const [id, owner] of scaled) {
    if (path && owner.fields.has(SCALE_REPLICAS)) {
      result.set(id, { apiVersion, applied: owner.applied, fields: FieldSet.fromPaths([path]) });
    }
  }
  return encodeManaged({ owners: result, times });
}

function replicasPath(paths: ScaleMapping['replicasPaths'], apiVersion: string): PathElement[] | undefined {
  return Object.hasOwn(paths, apiVersion) ? paths[apiVersion]?.map(fieldElement) : undefined;
}
