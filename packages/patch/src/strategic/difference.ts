import { createRecord, isEqual, setOwn } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

import { guardDepth } from '../depth.ts';
import { DELETE_FROM_LIST, DIRECTIVE, invalid, RETAIN_KEYS, SET_ORDER } from './directives.ts';
import {
  identity,
  itemIdentity,
  itemKind,
  keyedItem,
  kindOf,
  sortedByKey,
  sortedScalars,
  uniqueScalars,
} from './list-items.ts';
import { sortLike } from './list-order.ts';
import { listMeta, mapMeta, type PatchMeta } from './patch-meta.ts';

/** Which differences go into a patch. */
export interface DifferenceOptions {
  readonly ignoreDeletions: boolean;
  readonly ignoreChangesAndAdditions: boolean;
  readonly setElementOrder: boolean;
}

type Fields = Record<string, unknown>;

/**
 * The strategic merge patch that turns one map into another.
 *
 * @param retainKeys Whether to list the keys that the map keeps.
 */
export function mapDifference(
  original: Fields,
  modified: Fields,
  schema: Schema | undefined,
  options: DifferenceOptions,
  retainKeys = false,
  depth = 0,
): Fields {
  guardDepth(depth);
  const patch = createRecord();
  for (const key of Object.keys(modified)) {
    if (Object.hasOwn(original, key)) {
      addFieldDifference(patch, key, original[key], modified[key], schema, options, depth);
    } else if (!options.ignoreChangesAndAdditions) {
      setOwn(patch, key, modified[key]);
    }
  }
  const dropped = Object.keys(original).filter((key) => !Object.hasOwn(modified, key));
  if (!options.ignoreDeletions) for (const key of dropped) setOwn(patch, key, null);
  if (retainKeys) addRetainedKeys(patch, original, modified, dropped);
  return patch;
}

function addRetainedKeys(
  patch: Fields,
  original: Fields,
  modified: Fields,
  dropped: readonly string[],
): void {
  const retained = Object.keys(modified).filter((key) => modified[key] !== null);
  const clears = dropped.some((key) => original[key] !== null);
  if (retained.length > 0 && (clears || Object.keys(patch).length > 0))
    patch[RETAIN_KEYS] = sortedScalars(retained);
}

function addFieldDifference(
  patch: Fields,
  key: string,
  before: unknown,
  after: unknown,
  schema: Schema | undefined,
  options: DifferenceOptions,
  depth: number,
): void {
  if (key === DIRECTIVE) {
    if (typeof before !== 'string' || typeof after !== 'string')
      throw invalid(`invalid value for special key: ${DIRECTIVE}`);
    if (before !== after) patch[key] = after;
    return;
  }
  const kind = kindOf(before);
  if (kind !== kindOf(after) || (kind !== 'map' && kind !== 'list')) {
    if (!options.ignoreChangesAndAdditions && !isEqual(before, after)) setOwn(patch, key, after);
  } else if (kind === 'map') {
    addMapDifference(patch, key, before as Fields, after as Fields, schema, options, depth);
  } else {
    addListDifference(patch, key, before as unknown[], after as unknown[], schema, options, depth);
  }
}

function addMapDifference(
  patch: Fields,
  key: string,
  before: Fields,
  after: Fields,
  schema: Schema | undefined,
  options: DifferenceOptions,
  depth: number,
): void {
  // Equal values need no knowledge of the field, so that fields without a schema pass.
  const meta = unlessEqual(before, after, () => mapMeta(schema, key));
  if (!meta) return;
  if (meta.strategy === 'replace') {
    if (!options.ignoreChangesAndAdditions) setOwn(patch, key, after);
    return;
  }
  const nested = mapDifference(before, after, meta.schema, options, meta.retainKeys, depth + 1);
  if (Object.keys(nested).length > 0) setOwn(patch, key, nested);
}

function unlessEqual(before: unknown, after: unknown, lookUp: () => PatchMeta): PatchMeta | undefined {
  try {
    return lookUp();
  } catch (error) {
    if (isEqual(before, after)) return undefined;
    throw error;
  }
}

function addListDifference(
  patch: Fields,
  key: string,
  before: readonly unknown[],
  after: readonly unknown[],
  schema: Schema | undefined,
  options: DifferenceOptions,
  depth: number,
): void {
  const meta = unlessEqual(before, after, () => listMeta(schema, key));
  if (!meta) return;
  if (meta.strategy !== 'merge') {
    if (!options.ignoreChangesAndAdditions && !isEqual(before, after)) setOwn(patch, key, after);
    return;
  }
  const { changes, deletions, order } = listDifference(before, after, meta, options, depth);
  if (changes.length > 0) setOwn(patch, key, changes);
  if (deletions.length > 0) setOwn(patch, `${DELETE_FROM_LIST}/${key}`, deletions);
  if (order.length > 0) setOwn(patch, `${SET_ORDER}/${key}`, order);
}

interface ListDifference {
  readonly changes: readonly unknown[];
  /** Scalars to take out; items that are maps carry their own `$patch: delete`. */
  readonly deletions: readonly unknown[];
  readonly order: readonly unknown[];
}

const NOTHING: ListDifference = { changes: [], deletions: [], order: [] };

function listDifference(
  before: readonly unknown[],
  after: readonly unknown[],
  meta: PatchMeta,
  options: DifferenceOptions,
  depth: number,
): ListDifference {
  if (before.length === 0) {
    return after.length === 0 || options.ignoreChangesAndAdditions ? NOTHING : { ...NOTHING, changes: after };
  }
  return itemKind(before, after) === 'map'
    ? keyedDifference(before, after, meta, options, depth)
    : scalarDifference(before, after, options);
}

function keyedDifference(
  before: readonly unknown[],
  after: readonly unknown[],
  meta: PatchMeta,
  options: DifferenceOptions,
  depth: number,
): ListDifference {
  const { changed, deleted } = itemDifferences(before, after, meta, options, depth);
  const changes = [...sortLike(changed, after, meta.mergeKey), ...deleted];
  const needed =
    (!options.ignoreChangesAndAdditions &&
      (changes.length > 0 || !sameOrder(before, after, meta.mergeKey))) ||
    (!options.ignoreDeletions && changes.length > 0);
  const order = options.setElementOrder && needed ? after.map((item) => keyOnly(item, meta.mergeKey)) : [];
  return { changes, deletions: [], order };
}

/** Walks both lists in the order of their keys, so that items pair up. */
function itemDifferences(
  before: readonly unknown[],
  after: readonly unknown[],
  meta: PatchMeta,
  options: DifferenceOptions,
  depth: number,
): { changed: unknown[]; deleted: unknown[] } {
  const { mergeKey } = meta;
  const changed: unknown[] = [];
  const deleted: unknown[] = [];
  const olds = sortedByKey(before, mergeKey);
  const news = sortedByKey(after, mergeKey);
  let o = 0;
  let n = 0;
  while (o < olds.length || n < news.length) {
    const old = olds[o];
    const current = news[n];
    const oldText = old && String(old[mergeKey]);
    const newText = current && String(current[mergeKey]);
    if (old && current && oldText === newText) {
      const nested = mapDifference(old, current, meta.schema, options, meta.retainKeys, depth + 1);
      if (Object.keys(nested).length > 0) {
        setOwn(nested, mergeKey, current[mergeKey]);
        changed.push(nested);
      }
      o++;
      n++;
    } else if (current && (!old || (oldText as string) > (newText as string))) {
      if (!options.ignoreChangesAndAdditions) changed.push(current);
      n++;
    } else if (old) {
      if (!options.ignoreDeletions) deleted.push({ ...keyOnly(old, mergeKey), [DIRECTIVE]: 'delete' });
      o++;
    }
  }
  return { changed, deleted };
}

function keyOnly(item: unknown, mergeKey: string): Fields {
  const fields = createRecord();
  setOwn(fields, mergeKey, keyedItem(item, mergeKey).key);
  return fields;
}

function sameOrder(before: readonly unknown[], after: readonly unknown[], mergeKey: string): boolean {
  return (
    before.length === after.length &&
    before.every((item, index) => itemIdentity(item, mergeKey) === itemIdentity(after[index], mergeKey))
  );
}

function scalarDifference(
  before: readonly unknown[],
  after: readonly unknown[],
  options: DifferenceOptions,
): ListDifference {
  const changes = options.ignoreChangesAndAdditions ? [] : sortLike(surplus(after, before), after, '');
  const deletions = options.ignoreDeletions ? [] : uniqueScalars(sortedScalars(surplus(before, after)));
  // Go compares with the original as it sorted it: a list that is merely out of order counts as changed.
  const reordered = !options.ignoreChangesAndAdditions && !isEqual(sortedScalars(before), after);
  const needed = options.setElementOrder && (deletions.length > 0 || reordered);
  return { changes, deletions, order: needed ? after : [] };
}

/** The items that `list` has more often than `other`. */
function surplus(list: readonly unknown[], other: readonly unknown[]): unknown[] {
  const counts = new Map<unknown, number>();
  for (const item of other) counts.set(identity(item), (counts.get(identity(item)) ?? 0) + 1);
  return list.filter((item) => {
    const left = counts.get(identity(item)) ?? 0;
    counts.set(identity(item), left - 1);
    return left <= 0;
  });
}
