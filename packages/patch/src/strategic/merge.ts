import { createRecord, isEqual, isRecord, setOwn } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

import { guardDepth } from '../depth.ts';
import {
  DELETE_FROM_LIST,
  DIRECTIVE,
  hasDirective,
  invalid,
  listOfDirective,
  RETAIN_KEYS,
  SET_ORDER,
  withoutDirectives,
} from './directives.ts';
import {
  identity,
  itemIdentity,
  itemKind,
  keyedItem,
  kindOf,
  uniqueScalars,
  withoutScalars,
} from './list-items.ts';
import { checkOrder, isDeletion, orderMerged } from './list-order.ts';
import { listMeta, mapMeta, type PatchMeta } from './patch-meta.ts';

/** What the patch is merged into. */
export type MergeTarget =
  /** A document: directives do their work and vanish, `null`s delete. */
  | 'document'
  /** Another patch that will be applied later: directives and `null`s are carried over. */
  | 'patch';

type Fields = Record<string, unknown>;

/** Merges a patch into a map. Neither is changed; the result shares parts with both. */
export function mergeMap(
  original: Fields,
  patch: Fields,
  schema: Schema | undefined,
  target: MergeTarget,
  depth = 0,
): Fields {
  guardDepth(depth);
  if (Object.hasOwn(patch, DIRECTIVE)) return followDirective(patch);
  const result = retainKeys(original, patch, target);
  const ordered = mergeOrderedLists(result, patch, schema, target, depth);
  for (const key of Object.keys(patch)) {
    if (key === RETAIN_KEYS || key.startsWith(SET_ORDER) || ordered.has(key)) continue;
    if (key.startsWith(DELETE_FROM_LIST)) mergeDeletions(result, key, patch[key], schema, target);
    else mergeField(result, key, patch[key], schema, target, depth);
  }
  return result;
}

/** `$patch: replace` and `$patch: delete` on a map. */
function followDirective(patch: Fields): Fields {
  const directive = patch[DIRECTIVE];
  if (directive !== 'replace' && directive !== 'delete') {
    throw invalid(`unknown patch type: ${String(directive)} in map: ${JSON.stringify(patch)}`);
  }
  return directive === 'replace' ? copyWithout(patch, DIRECTIVE) : createRecord();
}

function copyWithout(fields: Fields, left?: string): Fields {
  const copy = createRecord();
  for (const key of Object.keys(fields)) if (key !== left) setOwn(copy, key, fields[key]);
  return copy;
}

/** A copy of the original with the keys that the patch lets it keep. */
function retainKeys(original: Fields, patch: Fields, target: MergeTarget): Fields {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return copyWithout(original);
  const retained = patch[RETAIN_KEYS];
  if (target === 'patch') return carryOver(copyWithout(original), RETAIN_KEYS, retained);
  if (!Array.isArray(retained)) throw invalid('invalid patch format of retainKeys');
  const names = new Set<unknown>(retained);
  for (const key of Object.keys(patch)) {
    if (key === RETAIN_KEYS || patch[key] === null || names.has(key)) continue;
    if (!key.startsWith(DELETE_FROM_LIST) && !key.startsWith(SET_ORDER))
      throw invalid('invalid patch format of retainKeys');
  }
  const kept = createRecord();
  for (const key of Object.keys(original)) if (names.has(key)) setOwn(kept, key, original[key]);
  return kept;
}

/** Two patches that are merged must give the same order, and retain the same keys. */
function carryOver(result: Fields, directive: string, value: unknown): Fields {
  if (Object.hasOwn(result, directive) && !isEqual(result[directive], value)) {
    throw invalid(
      `${directive} differs between the patches: ${JSON.stringify(result[directive])}, ${JSON.stringify(value)}`,
    );
  }
  setOwn(result, directive, value);
  return result;
}

/** Handles each `$setElementOrder/<list>` together with its list, and says which lists these were. */
function mergeOrderedLists(
  result: Fields,
  patch: Fields,
  schema: Schema | undefined,
  target: MergeTarget,
  depth: number,
): ReadonlySet<string> {
  const done = new Set<string>();
  for (const directive of Object.keys(patch)) {
    if (!directive.startsWith(SET_ORDER)) continue;
    const order = asList(patch[directive]);
    const key = listOfDirective(directive, SET_ORDER);
    if (target === 'patch') carryOver(result, directive, order);
    const before = Object.hasOwn(result, key) ? asList(result[key]) : undefined;
    const change = Object.hasOwn(patch, key) ? asList(patch[key]) : undefined;
    const meta = listMeta(schema, key);
    checkOrder(change ?? [], order, meta.mergeKey);
    if (!before && !change) continue;
    setOwn(result, key, mergeOrdered(before, change, order, meta, target, depth));
    done.add(key);
  }
  return done;
}

function mergeOrdered(
  before: readonly unknown[] | undefined,
  change: readonly unknown[] | undefined,
  order: readonly unknown[],
  meta: PatchMeta,
  target: MergeTarget,
  depth: number,
): unknown[] {
  itemKind(before ?? [], change ?? []);
  let merged = before ?? [];
  if (change) {
    merged = before
      ? mergeList(before, change, meta, target, depth)
      : (withoutDirectives(change, false) as readonly unknown[]);
  }
  return orderMerged(merged, order, serverOrder(before ?? [], change ?? [], meta.mergeKey), meta.mergeKey);
}

/**
 * The order of the server's list, which new items join in the places of deleted ones. That is an
 * accident of Go's implementation (it merges in the memory that it then reads the order from),
 * and part of its answer.
 */
function serverOrder(
  before: readonly unknown[],
  change: readonly unknown[],
  mergeKey: string,
): readonly unknown[] {
  const deleted = new Set(change.filter(isDeletion).map((item) => itemIdentity(item, mergeKey)));
  if (deleted.size === 0) return before;
  const kept = before.filter((item) => !deleted.has(itemIdentity(item, mergeKey)));
  const known = new Set(kept.map((item) => itemIdentity(item, mergeKey)));
  const added = change.filter((item) => !hasDirective(item) && !known.has(itemIdentity(item, mergeKey)));
  return [...kept, ...added.slice(0, before.length - kept.length)];
}

function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`expected a list, but received a ${kindOf(value)}`);
  return value;
}

function mergeDeletions(
  result: Fields,
  directive: string,
  removed: unknown,
  schema: Schema | undefined,
  target: MergeTarget,
): void {
  if (target === 'patch') {
    setOwn(result, directive, removed);
    return;
  }
  const key = listOfDirective(directive, DELETE_FROM_LIST);
  if (removed === null) delete result[key];
  const list = Object.hasOwn(result, key) ? result[key] : undefined;
  if (!Array.isArray(list) || !Array.isArray(removed) || list.length + removed.length === 0) return;
  listMeta(schema, key);
  if (itemKind(list, removed) === 'map') throw invalid('invalid patch format of primitive list');
  setOwn(result, key, withoutScalars(list, removed));
}

function mergeField(
  result: Fields,
  key: string,
  change: unknown,
  schema: Schema | undefined,
  target: MergeTarget,
  depth: number,
): void {
  if (change === null) {
    delete result[key];
    if (target === 'patch') setOwn(result, key, null);
    return;
  }
  const before = Object.hasOwn(result, key) ? result[key] : undefined;
  if (isRecord(before) && isRecord(change)) {
    const meta = mapMeta(schema, key);
    setOwn(
      result,
      key,
      meta.strategy === 'replace' ? change : mergeMap(before, change, meta.schema, target, depth + 1),
    );
  } else if (Array.isArray(before) && Array.isArray(change)) {
    setOwn(result, key, mergeList(before, change, listMeta(schema, key), target, depth));
  } else {
    const value = withoutDirectives(change, target === 'document');
    if (value === undefined) delete result[key];
    else setOwn(result, key, value);
  }
}

function mergeList(
  original: readonly unknown[],
  patch: readonly unknown[],
  meta: PatchMeta,
  target: MergeTarget,
  depth: number,
): readonly unknown[] {
  if (meta.strategy !== 'merge') return patch;
  if (original.length === 0 && patch.length === 0) return original;
  if (itemKind(original, patch) !== 'map') {
    return orderMerged(uniqueScalars([...original, ...patch]), patch, original, '');
  }
  if (meta.mergeKey === '') throw invalid('cannot merge lists without merge key');
  const { kept, changes } = followItemDirectives(original, patch, meta.mergeKey);
  return orderMerged(mergeItems(kept, changes, meta, target, depth), changes, kept, meta.mergeKey);
}

/** Takes out the elements that carry `$patch`, after having done what they say. */
function followItemDirectives(
  original: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
): { readonly kept: readonly unknown[]; readonly changes: readonly unknown[] } {
  const deleted = new Set<unknown>();
  const changes: unknown[] = [];
  let replace = false;
  for (const item of patch as readonly Fields[]) {
    if (!Object.hasOwn(item, DIRECTIVE)) changes.push(item);
    else if (item[DIRECTIVE] === 'delete') deleted.add(identity(keyedItem(item, mergeKey).key));
    else if (item[DIRECTIVE] === 'replace') replace = true;
    else if (item[DIRECTIVE] === 'merge') throw invalid('merging lists cannot yet be specified in the patch');
    else throw invalid(`unknown patch type: ${String(item[DIRECTIVE])} in map: ${JSON.stringify(item)}`);
  }
  if (replace) return { kept: changes, changes: [] };
  if (deleted.size === 0) return { kept: original, changes };
  const kept = (original as readonly Fields[]).filter(
    (item) => !Object.hasOwn(item, mergeKey) || !deleted.has(identity(item[mergeKey])),
  );
  return { kept, changes };
}

function mergeItems(
  original: readonly unknown[],
  changes: readonly unknown[],
  meta: PatchMeta,
  target: MergeTarget,
  depth: number,
): unknown[] {
  const merged = [...original] as Fields[];
  const positions = new Map<unknown, number>();
  merged.forEach((item, index) => {
    const id = Object.hasOwn(item, meta.mergeKey) ? identity(item[meta.mergeKey]) : undefined;
    if (id !== undefined && !positions.has(id)) positions.set(id, index);
  });
  for (const change of changes) {
    const { item, key } = keyedItem(change, meta.mergeKey);
    const position = positions.get(identity(key));
    if (position === undefined) {
      positions.set(identity(key), merged.push(item) - 1);
    } else {
      merged[position] = mergeMap(merged[position] as Fields, item, meta.schema, target, depth + 1);
    }
  }
  return merged;
}
