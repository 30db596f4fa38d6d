import { isEqual, isRecord } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

import { DIRECTIVE, RETAIN_KEYS } from './directives.ts';
import { itemIdentity, itemKind, sortedScalars, uniqueScalars } from './list-items.ts';
import { listMeta, mapMeta, type PatchMeta } from './patch-meta.ts';

/** Whether two patches of one object want different things of a field. */
export function patchesConflict(
  left: Record<string, unknown>,
  right: Record<string, unknown>,
  schema: Schema | undefined,
): boolean {
  return valuesConflict(left, right, { schema, strategy: undefined, retainKeys: false, mergeKey: '' });
}

function valuesConflict(left: unknown, right: unknown, meta: PatchMeta): boolean {
  if (isRecord(left)) return !isRecord(right) || mapsConflict(left, right, meta);
  if (Array.isArray(left)) return !Array.isArray(right) || listsConflict(left, right, meta);
  return !isEqual(left, right);
}

function mapsConflict(
  left: Record<string, unknown>,
  right: Record<string, unknown>,
  meta: PatchMeta,
): boolean {
  // A directive is about the whole map.
  if (Object.hasOwn(left, DIRECTIVE) !== Object.hasOwn(right, DIRECTIVE)) return true;
  if (Object.hasOwn(left, DIRECTIVE) && left[DIRECTIVE] !== right[DIRECTIVE]) return true;
  if (meta.strategy === 'replace') return false;
  return Object.keys(left).some(
    (key) =>
      key !== DIRECTIVE &&
      key !== RETAIN_KEYS &&
      Object.hasOwn(right, key) &&
      valuesConflict(left[key], right[key], fieldMeta(meta.schema, key, left[key])),
  );
}

function fieldMeta(schema: Schema | undefined, key: string, value: unknown): PatchMeta {
  return Array.isArray(value) ? listMeta(schema, key) : mapMeta(isRecord(value) ? schema : undefined, key);
}

function listsConflict(left: readonly unknown[], right: readonly unknown[], meta: PatchMeta): boolean {
  const kind = itemKind(left, right);
  const items: PatchMeta = { ...meta, strategy: undefined, mergeKey: '' };
  if (meta.strategy === 'merge') {
    // Additions to a list of scalars never exclude one another.
    if (kind !== 'map') return false;
    const byKey = new Map(right.map((item) => [itemIdentity(item, meta.mergeKey), item]));
    return left.some((item) => {
      const other = byKey.get(itemIdentity(item, meta.mergeKey));
      return other !== undefined && valuesConflict(item, other, items);
    });
  }
  if (left.length !== right.length) return true;
  const [a, b] =
    kind === 'map' ? [left, right] : [left, right].map((list) => sortedScalars(uniqueScalars(list)));
  return (a ?? []).some((item, index) => valuesConflict(item, b?.[index], items));
}
