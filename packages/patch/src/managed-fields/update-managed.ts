import { isRecord, type KubeObject, type ManagedFieldsEntry } from '@gitops-toolkit/core';

import { PatchError } from '../errors.ts';
import { blankObject } from './builtin-types.ts';
import { decodeManaged, encodeManaged, type Managed, NOTHING_MANAGED } from './entries.ts';
import { type ManagedWriteOptions, withoutManagedFields } from './managed-write.ts';
import { recordUpdate } from './record-update.ts';

/** What {@link updateManaged} needs to know about a write. */
export interface UpdateManagedOptions extends ManagedWriteOptions {
  /** The whole object as it will be stored. */
  readonly updated: KubeObject;
}

/**
 * Brings `metadata.managedFields` up to date after a write that was no server-side apply: a
 * create, an update, or a patch of any other kind.
 *
 * What changed is the writer's from now on. Entries that the written object brings along are
 * taken for what they are, unless it is a subresource that is written; an explicit empty list, or
 * one of a single empty entry, means that nothing is to be managed.
 *
 * Never fails, as the API server does not either: where who owns what cannot be worked out
 * because the object does not fit its schema, the entries stay as they were.
 *
 * @returns The updated object with its entries. Neither argument is changed.
 *
 * @example
 * ```ts
 * import { updateManaged } from '@gitops-toolkit/patch';
 *
 * const updated = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app' }, data: { color: 'red' } };
 * const options = { live: undefined, updated, manager: 'kubectl-create', schema: undefined, time: '2026-01-31T12:00:00Z' };
 * updateManaged(options).metadata.managedFields?.[0]?.fieldsV1; // { 'f:data': { '.': {}, 'f:color': {} } }
 * ```
 */
export function updateManaged(options: UpdateManagedOptions): KubeObject {
  const { live, updated, manager } = options;
  const object = withoutManagedFields(updated);
  const managed = managedBefore(options);
  // An object that nobody's fields are known of stays like that until it is first applied.
  if (managed.owners.size === 0 && live?.metadata.uid) return object;
  const from = live ? withoutManagedFields(live) : blankObject(updated, options.schema);
  try {
    return withEntries(object, recordUpdate(from, { object, managed }, manager, options));
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    const entries = live?.metadata.managedFields;
    return entries ? { ...object, metadata: { ...object.metadata, managedFields: entries } } : object;
  }
}

/** The entries to start from. */
function managedBefore({ live, updated, subresource }: UpdateManagedOptions): Managed {
  const entries = updated.metadata.managedFields;
  if (!subresource) {
    if (isReset(entries)) return NOTHING_MANAGED;
    const managed = decodeOrNothing(entries);
    // Clients that do not know of the field leave it out.
    if (managed.owners.size > 0) return managed;
  }
  return decodeOrNothing(live?.metadata.managedFields);
}

function isReset(entries: readonly ManagedFieldsEntry[] | null | undefined): boolean {
  if (!Array.isArray(entries)) return false;
  const [first] = entries as unknown[];
  return entries.length === 0 || (entries.length === 1 && isRecord(first) && Object.keys(first).length === 0);
}

function decodeOrNothing(entries: readonly ManagedFieldsEntry[] | null | undefined): Managed {
  try {
    return decodeManaged(entries);
  } catch (error) {
    if (error instanceof PatchError) return NOTHING_MANAGED;
    throw error;
  }
}

/** The object with the entries; without the field where there are none. */
export function withEntries(object: KubeObject, managed: Managed): KubeObject {
  const bare = withoutManagedFields(object);
  if (managed.owners.size === 0) return bare;
  return { ...bare, metadata: { ...bare.metadata, managedFields: encodeManaged(managed) } };
}
