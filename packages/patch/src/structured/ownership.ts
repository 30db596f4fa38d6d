import { isEqual } from '@gitops-toolkit/core';

import type { Comparison } from './compare.ts';
import { FieldSet } from './field-set.ts';
import { withNamedFields } from './named-fields.ts';
import type { PathElement } from './path-element.ts';
import { TypedValue } from './typed-value.ts';

/** What one manager owns. */
export interface FieldOwner {
  /** The version in which the fields are named. */
  readonly apiVersion: string;
  /** Whether the manager applies its configuration; else it writes what it likes. */
  readonly applied: boolean;
  readonly fields: FieldSet;
}

/** Owners by an identifier of the manager. */
export type FieldOwners = ReadonlyMap<string, FieldOwner>;

/** What {@link structuredApply} and {@link structuredUpdate} share. */
export interface StructuredWriteOptions {
  /** The value as it is; `null` where there is none. */
  readonly live: TypedValue;
  /** Who owns what of it. */
  readonly owners: FieldOwners;
  /** Who writes. */
  readonly manager: string;
  /** The version of `live` and of what is written. */
  readonly apiVersion: string;
  /**
   * Converts a value to a version, to look at fields that are owned in another one.
   *
   * @returns `undefined` where the version does not exist: what is owned in it is owned no more.
   * @default every version has the same fields
   */
  readonly convert?: (value: TypedValue, apiVersion: string) => TypedValue | undefined;
  /** The fields that a write in a version cannot touch and nobody comes to own. @default none */
  readonly ignored?: (apiVersion: string) => FieldSet | undefined;
}

/** Choices of {@link structuredApply}. */
export interface StructuredApplyOptions extends StructuredWriteOptions {
  /** What the manager wants. */
  readonly config: TypedValue;
  /** Whether to take fields that others own with another value. */
  readonly force: boolean;
}

/** Choices of {@link structuredUpdate}. */
export interface StructuredUpdateOptions extends StructuredWriteOptions {
  /** The whole value as it will be. */
  readonly updated: TypedValue;
}

/** A field that is owned by another manager with another value. */
export interface OwnershipConflict {
  /** The identifier of the owner. */
  readonly manager: string;
  readonly path: readonly PathElement[];
}

/** What became of an apply. */
export type StructuredApplyResult =
  | {
      readonly conflicts: readonly [];
      /** The new value; `undefined` where it is equal to the live one. */
      readonly value: TypedValue | undefined;
      readonly owners: FieldOwners;
    }
  /** Nothing may be written. */
  | {
      readonly conflicts: readonly OwnershipConflict[];
      readonly value: undefined;
      readonly owners: undefined;
    };

/**
 * Merges a configuration into a value, removes what the manager applied before and applies no
 * more, and works out who owns what from then on. Server-side apply for values of any kind: for
 * Kubernetes objects there is {@link applyManaged}.
 *
 * @throws PatchError what `convert` throws.
 *
 * @example
 * ```ts
 * import { structuredApply, TypedValue } from '@gitops-toolkit/patch';
 *
 * const live = TypedValue.of(null, undefined);
 * const config = TypedValue.of({ color: 'red' }, undefined);
 * const options = { live, config, owners: new Map(), manager: 'me', apiVersion: 'v1', force: false };
 * const { value, owners } = structuredApply(options);
 * value?.value; // { color: 'red' }
 * owners?.get('me')?.fields.toFieldsV1(); // { 'f:color': {} }
 * ```
 */
export function structuredApply(options: StructuredApplyOptions): StructuredApplyResult {
  const { live, config, manager, apiVersion } = options;
  const owners = reconcileOwners(options);
  const last = owners.get(manager);
  const fields = withoutIgnored(config.toFieldSet(), options);
  owners.set(manager, { apiVersion, applied: true, fields });
  const value = prune(live.merge(config), owners, last, options);
  const { conflicts } = giveUpOwnership(value, owners, options, options.force);
  if (conflicts.length > 0) return { conflicts, value: undefined, owners: undefined };
  return { conflicts: [], value: isEqual(live.value, value.value) ? undefined : value, owners };
}

/**
 * Works out who owns what after a write that was no apply: the writer comes to own what it
 * changed, and whoever owned that before does no more.
 *
 * @throws PatchError what `convert` throws.
 */
export function structuredUpdate(options: StructuredUpdateOptions): FieldOwners {
  const { manager, apiVersion } = options;
  const owners = reconcileOwners(options);
  const { comparison } = giveUpOwnership(options.updated, owners, options, true);
  const before = owners.get(manager)?.fields ?? FieldSet.EMPTY;
  const written = before.difference(comparison.removed).union(comparison.modified).union(comparison.added);
  setOwner(owners, manager, { apiVersion, applied: false, fields: withoutIgnored(written, options) });
  return owners;
}

type Owners = Map<string, FieldOwner>;

function setOwner(owners: Owners, manager: string, owner: FieldOwner): void {
  if (owner.fields.isEmpty()) owners.delete(manager);
  else owners.set(manager, owner);
}

function convert(
  value: TypedValue,
  apiVersion: string,
  options: StructuredWriteOptions,
): TypedValue | undefined {
  return options.convert ? options.convert(value, apiVersion) : value;
}

function withoutIgnored(fields: FieldSet, options: StructuredWriteOptions): FieldSet {
  const ignored = options.ignored?.(options.apiVersion);
  return ignored ? fields.recursiveDifference(ignored) : fields;
}

/** The owners, with sets that fit today's schemas; those of versions that are gone left out. */
function reconcileOwners(options: StructuredWriteOptions): Owners {
  const owners: Owners = new Map();
  const converted = new Map<string, TypedValue | undefined>();
  for (const [manager, owner] of options.owners) {
    const { apiVersion } = owner;
    if (!converted.has(apiVersion)) converted.set(apiVersion, convert(options.live, apiVersion, options));
    const live = converted.get(apiVersion);
    if (!live) continue;
    const fields = live.reconcile(owner.fields);
    owners.set(manager, fields === owner.fields ? owner : { ...owner, fields });
  }
  return owners;
}

/**
 * Takes from everybody but the writer what the write removes and, unless that would be a
 * conflict, what it changes.
 */
function giveUpOwnership(
  written: TypedValue,
  owners: Owners,
  options: StructuredWriteOptions,
  force: boolean,
): { comparison: Comparison; conflicts: OwnershipConflict[] } {
  const comparisons = new VersionedComparisons(options.live, written, options);
  const comparison = comparisons.in(options.apiVersion, options.live, written);
  const lost = new Map<string, FieldSet>();
  const conflicts: OwnershipConflict[] = [];
  for (const [manager, owner] of owners) {
    if (manager === options.manager) continue;
    const change = comparisons.at(owner.apiVersion);
    if (!change) {
      owners.delete(manager);
      continue;
    }
    const taken = owner.fields.intersection(change.modified).union(owner.fields.intersection(change.added));
    if (!force) for (const path of taken.paths()) conflicts.push({ manager, path });
    lost.set(manager, taken.union(change.removed));
  }
  if (conflicts.length > 0) return { comparison, conflicts };
  for (const [manager, owner] of owners) {
    const fields = owner.fields.difference(lost.get(manager) ?? FieldSet.EMPTY);
    if (fields !== owner.fields || fields.isEmpty()) setOwner(owners, manager, { ...owner, fields });
  }
  return { comparison, conflicts };
}

/** The change as it looks in every version in which somebody owns fields; each is compared once. */
class VersionedComparisons {
  readonly #live: TypedValue;
  readonly #written: TypedValue;
  readonly #options: StructuredWriteOptions;
  readonly #known = new Map<string, Comparison | undefined>();

  constructor(live: TypedValue, written: TypedValue, options: StructuredWriteOptions) {
    this.#live = live;
    this.#written = written;
    this.#options = options;
  }

  /** @returns `undefined` where the version does not exist. */
  at(apiVersion: string): Comparison | undefined {
    if (!this.#known.has(apiVersion)) {
      const live = convert(this.#live, apiVersion, this.#options);
      const written = live && convert(this.#written, apiVersion, this.#options);
      if (written) this.in(apiVersion, live, written);
      else this.#known.set(apiVersion, undefined);
    }
    return this.#known.get(apiVersion);
  }

  in(apiVersion: string, live: TypedValue, written: TypedValue): Comparison {
    const { added, modified, removed } = live.compare(written);
    const ignored = this.#options.ignored?.(apiVersion) ?? FieldSet.EMPTY;
    const comparison = {
      added: added.recursiveDifference(ignored),
      modified: modified.recursiveDifference(ignored),
      removed: removed.recursiveDifference(ignored),
    };
    this.#known.set(apiVersion, comparison);
    return comparison;
  }
}

/**
 * Removes what the manager applied last time, applies no more, and nobody else owns. What others
 * own inside of it keeps it alive.
 */
function prune(
  merged: TypedValue,
  owners: FieldOwners,
  last: FieldOwner | undefined,
  options: StructuredApplyOptions,
): TypedValue {
  if (!last || last.fields.isEmpty()) return merged;
  const now = owners.get(options.manager) as FieldOwner;
  // The usual case: what was applied last time is applied again.
  if (now.apiVersion === last.apiVersion && last.fields.isSubsetOf(now.fields)) return merged;
  const converted = convert(merged, last.apiVersion, options);
  if (!converted) return merged;
  const lastFields = withNamedFields(last.fields, TypedValue.atomOf(converted));
  const bare = converted.removeItems(lastFields);
  const owned = addBackOwned(converted, bare, last.apiVersion, owners, options);
  const pruned = addBackForeign(converted, owned, lastFields, last.apiVersion, options);
  return convert(pruned, now.apiVersion, options) ?? merged;
}

/** Puts back what anybody owns, version by version; the one that was pruned in comes first. */
function addBackOwned(
  merged: TypedValue,
  pruned: TypedValue,
  prunedVersion: string,
  owners: FieldOwners,
  options: StructuredWriteOptions,
): TypedValue {
  const byVersion = new Map<string, FieldSet>();
  for (const { apiVersion, fields } of owners.values()) {
    byVersion.set(apiVersion, (byVersion.get(apiVersion) ?? FieldSet.EMPTY).union(fields));
  }
  const versions = [...byVersion.keys()].sort(
    (a, b) => Number(b === prunedVersion) - Number(a === prunedVersion),
  );
  let whole = merged;
  let result = pruned;
  for (const apiVersion of versions) {
    const fields = byVersion.get(apiVersion) as FieldSet;
    const wholeThere = convert(whole, apiVersion, options);
    const resultThere = wholeThere && convert(result, apiVersion, options);
    if (!resultThere) continue;
    const atom = TypedValue.atomOf(wholeThere);
    const kept = withNamedFields(resultThere.toFieldSet(), atom).union(withNamedFields(fields, atom));
    whole = wholeThere;
    result = whole.removeItems(withNamedFields(whole.toFieldSet(), atom).difference(kept));
  }
  return result;
}

/** Puts back what the manager did not own last time: it was lost with something that contained it. */
function addBackForeign(
  merged: TypedValue,
  pruned: TypedValue,
  lastFields: FieldSet,
  lastVersion: string,
  options: StructuredWriteOptions,
): TypedValue {
  const prunedThere = convert(pruned, lastVersion, options);
  if (!prunedThere) return merged;
  const atom = TypedValue.atomOf(merged);
  const left = withNamedFields(prunedThere.toFieldSet(), atom);
  const gone = withNamedFields(merged.toFieldSet(), atom).difference(left);
  return merged.removeItems(gone.intersection(lastFields));
}
