import type { ManagedFieldsEntry } from '@gitops-toolkit/core';

import { PatchError } from '../errors.ts';
import { FieldSet } from '../structured/field-set.ts';
import type { FieldOwner } from '../structured/ownership.ts';

/** What tells the entries of `managedFields` apart. */
export interface ManagerIdentity {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  /** Who applies has one entry, whatever the version. */
  readonly apiVersion?: string;
  readonly subresource?: string;
}

/** The contents of `metadata.managedFields`. */
export interface Managed {
  /** By the text of {@link managerId}. */
  readonly owners: ReadonlyMap<string, FieldOwner>;
  /** When each owner last changed anything; those unknown are missing. */
  readonly times: ReadonlyMap<string, string>;
}

export const NOTHING_MANAGED: Managed = { owners: new Map(), times: new Map() };

/** The identity as text, which is also the order of messages about several managers. */
export function managerId(identity: ManagerIdentity): string {
  const { manager, operation, apiVersion, subresource } = identity;
  return JSON.stringify({
    manager: manager || undefined,
    operation,
    apiVersion: operation === 'Apply' ? undefined : apiVersion || undefined,
    subresource: subresource || undefined,
  });
}

/** The reverse of {@link managerId}. */
export function parseManagerId(id: string): ManagerIdentity {
  const { manager = '', ...rest } = JSON.parse(id) as Partial<ManagerIdentity>;
  return { manager, operation: 'Update', ...rest };
}

/**
 * Reads `metadata.managedFields`.
 *
 * @throws PatchError `PATCH_FIELDS_INVALID` where an entry is malformed.
 */
export function decodeManaged(entries: readonly ManagedFieldsEntry[] | null | undefined): Managed {
  if (!entries || entries.length === 0) return NOTHING_MANAGED;
  const owners = new Map<string, FieldOwner>();
  const times = new Map<string, string>();
  for (const [index, entry] of entries.entries()) {
    const { operation, apiVersion } = checkEntry(entry, index);
    const id = managerId({ ...entry, manager: entry.manager ?? '', operation, apiVersion });
    owners.set(id, {
      apiVersion,
      applied: operation === 'Apply',
      fields: FieldSet.fromFieldsV1(entry.fieldsV1 ?? {}),
    });
    if (entry.time) times.set(id, entry.time);
  }
  return { owners, times };
}

function checkEntry(
  entry: ManagedFieldsEntry,
  index: number,
): { operation: 'Apply' | 'Update'; apiVersion: string } {
  const { operation, apiVersion, fieldsType } = entry;
  if (operation !== 'Apply' && operation !== 'Update') throw invalid('operation must be `Apply` or `Update`');
  if (!apiVersion) throw invalid('apiVersion must not be empty');
  if (!fieldsType) throw invalid(`missing fieldsType in managed fields entry ${index}`);
  if (fieldsType !== 'FieldsV1')
    throw invalid(`invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${index}`);
  return { operation, apiVersion };
}

function invalid(message: string): PatchError {
  return new PatchError('PATCH_FIELDS_INVALID', `failed to decode managed fields: ${message}`);
}

/** Writes `metadata.managedFields`, in the order of the API server. */
export function encodeManaged({ owners, times }: Managed): ManagedFieldsEntry[] {
  return [...owners].map(([id, owner]) => encodeEntry(id, owner, times.get(id))).sort(compareEntries);
}

function encodeEntry(id: string, owner: FieldOwner, time: string | undefined): ManagedFieldsEntry {
  const { manager, subresource } = parseManagerId(id);
  return {
    ...(manager === '' ? {} : { manager }),
    operation: owner.applied ? 'Apply' : 'Update',
    apiVersion: owner.apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: owner.fields.toFieldsV1(),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compareText(a.operation, b.operation) ||
    secondsOf(a.time) - secondsOf(b.time) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

function compareText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Entries without a time come first. */
export function secondsOf(time: string | undefined): number {
  const seconds = time === undefined ? 0 : Math.floor(Date.parse(time) / 1000);
  return Number.isNaN(seconds) ? 0 : seconds;
}
