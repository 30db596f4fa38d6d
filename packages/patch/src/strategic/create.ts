import { isRecord } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

import { PatchError } from '../errors.ts';
import { documentOf } from './apply.ts';
import { patchesConflict } from './conflicts.ts';
import { mapDifference } from './difference.ts';
import { mergeMap } from './merge.ts';

/** Says whether a patch may be used; see {@link requireKeyUnchanged}. */
export type PatchPrecondition = (patch: Readonly<Record<string, unknown>>) => boolean;

/** Choices of {@link createTwoWayMergePatch}. */
export interface TwoWayMergePatchOptions {
  /** Each must hold for the patch. @default none */
  readonly preconditions?: readonly PatchPrecondition[];
  /** Leaves out what would remove fields and items. @default false */
  readonly ignoreDeletions?: boolean;
  /** Leaves out everything else. @default false */
  readonly ignoreChangesAndAdditions?: boolean;
  /** Adds `$setElementOrder` where the order of a merged list matters. @default true */
  readonly setElementOrder?: boolean;
}

/** Choices of {@link createThreeWayMergePatch}. */
export interface ThreeWayMergePatchOptions {
  /** Each must hold for the patch. @default none */
  readonly preconditions?: readonly PatchPrecondition[];
  /**
   * Whether the patch may write over what others changed since. With `false` such a change is an
   * error. kubectl and Helm overwrite.
   *
   * @default true
   */
  readonly overwrite?: boolean;
}

/**
 * The strategic merge patch that turns `original` into `modified`: what a client sends that
 * changed an object it had read.
 *
 * @throws PatchError `PATCH_STRATEGIC_INVALID` where either is no map, a list item lacks the
 * merge key or the schema does not know a map or list that differs;
 * `PATCH_STRATEGIC_PRECONDITION`; `PATCH_LIMIT` where the objects are nested too deeply.
 *
 * @example
 * ```ts
 * import { createTwoWayMergePatch } from '@gitops-toolkit/patch';
 *
 * const before = { metadata: { labels: { app: 'web', tier: 'front' } } };
 * const after = { metadata: { labels: { app: 'web' } } };
 * createTwoWayMergePatch(before, after, undefined); // { metadata: { labels: { tier: null } } }
 * ```
 */
export function createTwoWayMergePatch(
  original: unknown,
  modified: unknown,
  schema: Schema | undefined,
  options: TwoWayMergePatchOptions = {},
): Record<string, unknown> {
  const patch = mapDifference(documentOf(original), documentOf(modified), schema, {
    ignoreDeletions: options.ignoreDeletions ?? false,
    ignoreChangesAndAdditions: options.ignoreChangesAndAdditions ?? false,
    setElementOrder: options.setElementOrder ?? true,
  });
  checkPreconditions(patch, options.preconditions);
  return patch;
}

/**
 * The strategic merge patch of a client-side apply: it brings `current` to what `modified` says,
 * removes what `original` (the configuration applied last) had and `modified` has no more, and
 * leaves alone what neither mentions. kubectl and Helm work like this.
 *
 * @throws PatchError as {@link createTwoWayMergePatch} does, and `PATCH_STRATEGIC_CONFLICT` where
 * `overwrite` is false and somebody changed a field of the patch since `original`.
 *
 * @example
 * ```ts
 * import { createThreeWayMergePatch } from '@gitops-toolkit/patch';
 *
 * const lastApplied = { data: { color: 'red', size: 'L' } };
 * const wanted = { data: { color: 'blue' } };
 * const live = { data: { color: 'red', size: 'L', added: 'by somebody else' } };
 * createThreeWayMergePatch(lastApplied, wanted, live, undefined); // { data: { size: null, color: 'blue' } }
 * ```
 */
export function createThreeWayMergePatch(
  original: unknown,
  modified: unknown,
  current: unknown,
  schema: Schema | undefined,
  options: ThreeWayMergePatchOptions = {},
): Record<string, unknown> {
  const [before, wanted, live] = [documentOf(original), documentOf(modified), documentOf(current)];
  const changes = mapDifference(live, wanted, schema, {
    ignoreDeletions: true,
    ignoreChangesAndAdditions: false,
    setElementOrder: true,
  });
  const deletions = mapDifference(before, wanted, schema, {
    ignoreDeletions: false,
    ignoreChangesAndAdditions: true,
    setElementOrder: true,
  });
  const patch = mergeMap(deletions, changes, schema, 'patch');
  checkPreconditions(patch, options.preconditions);
  if (options.overwrite === false) checkConflicts(patch, before, live, schema);
  return patch;
}

function checkPreconditions(
  patch: Record<string, unknown>,
  preconditions: readonly PatchPrecondition[] = [],
): void {
  if (preconditions.every((holds) => holds(patch))) return;
  throw new PatchError('PATCH_STRATEGIC_PRECONDITION', `precondition failed for: ${JSON.stringify(patch)}`);
}

function checkConflicts(
  patch: Record<string, unknown>,
  original: Record<string, unknown>,
  current: Record<string, unknown>,
  schema: Schema | undefined,
): void {
  const changed = mapDifference(original, current, schema, {
    ignoreDeletions: false,
    ignoreChangesAndAdditions: false,
    setElementOrder: false,
  });
  if (!patchesConflict(patch, changed, schema)) return;
  throw new PatchError(
    'PATCH_STRATEGIC_CONFLICT',
    `patch:\n${JSON.stringify(patch)}\nconflicts with changes made from original to current:\n${JSON.stringify(changed)}`,
    { hint: 'Read the object again, or overwrite the changes of others.' },
  );
}

/** A precondition that fails for a patch that touches a top-level field, such as `kind`. */
export function requireKeyUnchanged(key: string): PatchPrecondition {
  return (patch) => !Object.hasOwn(patch, key);
}

/** A precondition that fails for a patch that touches a field of `metadata`, such as `name`. */
export function requireMetadataKeyUnchanged(key: string): PatchPrecondition {
  return (patch) => {
    const metadata = Object.hasOwn(patch, 'metadata') ? patch['metadata'] : undefined;
    return !isRecord(metadata) || !Object.hasOwn(metadata, key);
  };
}
