import type { ManagedFieldsEntry } from '@gitops-toolkit/core';

import { FieldSet } from '../structured/field-set.ts';

/** Picks entries of `managedFields`. Those of subresources are never picked. */
export interface ManagerSelector {
  /** The manager's name, or what it begins with. */
  readonly name: string;
  /** @default any */
  readonly operation?: 'Apply' | 'Update';
  /** Whether the name must be just this, and not only begin with it. @default false */
  readonly exact?: boolean;
}

/**
 * Hands what other managers own to one that applies: their entries are joined into its own, and
 * where it has none, the first is renamed. Without this, fields that kubectl or Helm once set
 * would stay for good when they vanish from the configuration.
 *
 * @returns The new entries, or `undefined` where nothing is to be taken over.
 * @throws PatchError `PATCH_FIELDS_INVALID` where an entry to be joined cannot be read.
 *
 * @example
 * ```ts
 * import { takeOverFields } from '@gitops-toolkit/patch';
 *
 * const entry = { apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:color': {} } } } as const;
 * takeOverFields([{ ...entry, manager: 'kubectl-edit', operation: 'Update' }], 'flux', [{ name: 'kubectl' }]);
 * // the same entry with manager: 'flux', operation: 'Apply'
 * ```
 */
export function takeOverFields(
  entries: readonly ManagedFieldsEntry[],
  manager: string,
  from: readonly ManagerSelector[],
): ManagedFieldsEntry[] | undefined {
  const isOwn = (entry: ManagedFieldsEntry): boolean =>
    entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
  const isTaken = (entry: ManagedFieldsEntry): boolean =>
    !isOwn(entry) && from.some((selector) => selects(selector, entry));
  const taken = entries.filter(isTaken);
  if (taken.length === 0) return undefined;
  const [target = taken[0] as ManagedFieldsEntry, ...copies] = entries.filter(isOwn);
  const joined = [target, ...copies, ...taken].reduce(
    (fields, entry) => fields.union(FieldSet.fromFieldsV1(entry.fieldsV1 ?? {})),
    FieldSet.EMPTY,
  );
  const own: ManagedFieldsEntry = { ...target, manager, operation: 'Apply', fieldsV1: joined.toFieldsV1() };
  return [...entries.filter((entry) => !isOwn(entry) && !isTaken(entry)), own];
}

/**
 * The entries without those of some managers, whose fields nobody owns from then on.
 *
 * @returns The new entries, or `undefined` where there is nothing to leave out. Where none would
 * be left it is a single empty entry: the API server takes an empty list for "as before".
 */
export function disownFields(
  entries: readonly ManagedFieldsEntry[],
  managers: readonly ManagerSelector[],
): ManagedFieldsEntry[] | undefined {
  const left = entries.filter((entry) => !managers.some((selector) => selects(selector, entry)));
  if (left.length === entries.length) return undefined;
  return left.length > 0 ? left : [{}];
}

function selects({ name, operation, exact = false }: ManagerSelector, entry: ManagedFieldsEntry): boolean {
  if (entry.subresource || (operation && entry.operation !== operation)) return false;
  const { manager = '' } = entry;
  return exact ? manager === name : manager.startsWith(name);
}
