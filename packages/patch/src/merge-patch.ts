import { createRecord, isEqual, isRecord, setOwn } from '@gitops-toolkit/core';

import { guardDepth } from './depth.ts';

/**
 * Applies a JSON merge patch (RFC 7386): maps merge key by key, `null` deletes, anything else
 * replaces.
 *
 * Neither argument is changed; what the patch does not touch is shared with `target`.
 *
 * @throws PatchError `PATCH_LIMIT` where the patch is nested too deeply.
 *
 * @example
 * ```ts
 * import { applyMergePatch } from '@gitops-toolkit/patch';
 *
 * const service = { spec: { type: 'ClusterIP', sessionAffinity: 'None' } };
 * applyMergePatch(service, { spec: { type: 'NodePort', sessionAffinity: null } }); // { spec: { type: 'NodePort' } }
 * ```
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  return merge(target, patch, 0);
}

function merge(target: unknown, patch: unknown, depth: number): unknown {
  if (!isRecord(patch)) return patch;
  guardDepth(depth);
  const base = isRecord(target) ? target : {};
  const result = copyRecord(base);
  let changed = base !== target;
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    const exists = Object.hasOwn(base, key);
    if (value === null) {
      if (exists) changed = delete result[key];
      continue;
    }
    const merged = merge(exists ? base[key] : undefined, value, depth + 1);
    if (exists && merged === base[key]) continue;
    setOwn(result, key, merged);
    changed = true;
  }
  return changed ? result : target;
}

function copyRecord(record: Record<string, unknown>): Record<string, unknown> {
  const copy = createRecord();
  for (const key of Object.keys(record)) setOwn(copy, key, record[key]);
  return copy;
}

/**
 * The JSON merge patch that turns `from` into `to`: `{}` where they are equal, and `to` itself
 * where one of them is not a map.
 *
 * Merge patches cannot say "set to null": a `null` that is only in `to` is left out when it comes
 * to be applied.
 *
 * @throws PatchError `PATCH_LIMIT` where the values are nested too deeply.
 *
 * @example
 * ```ts
 * import { createMergePatch } from '@gitops-toolkit/patch';
 *
 * createMergePatch({ data: { a: '1', b: '2' } }, { data: { a: '1', c: '3' } }); // { data: { b: null, c: '3' } }
 * ```
 */
export function createMergePatch(from: unknown, to: unknown): unknown {
  if (!isRecord(from) || !isRecord(to)) return to;
  return difference(from, to, 0);
}

function difference(
  from: Record<string, unknown>,
  to: Record<string, unknown>,
  depth: number,
): Record<string, unknown> {
  guardDepth(depth);
  const patch = createRecord();
  for (const key of Object.keys(from)) {
    if (!Object.hasOwn(to, key)) setOwn(patch, key, null);
  }
  for (const key of Object.keys(to)) {
    const before = Object.hasOwn(from, key) ? from[key] : undefined;
    const after = to[key];
    if (before === after) continue;
    if (isRecord(before) && isRecord(after)) {
      const nested = difference(before, after, depth + 1);
      if (Object.keys(nested).length > 0) setOwn(patch, key, nested);
    } else if (!isEqual(before, after)) {
      setOwn(patch, key, after);
    }
  }
  return patch;
}
