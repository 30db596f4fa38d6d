import { createRecord, isRecord, setOwn } from '@gitops-toolkit/core';

import { PatchError } from '../errors.ts';

/** Says in a map or a list element what to do with it as a whole. */
export const DIRECTIVE = '$patch';
/** Lists the only keys that a map keeps. */
export const RETAIN_KEYS = '$retainKeys';
/** `$deleteFromPrimitiveList/<list>` names the items to take from a list of scalars. */
export const DELETE_FROM_LIST = '$deleteFromPrimitiveList';
/** `$setElementOrder/<list>` gives the order of the items of a merged list. */
export const SET_ORDER = '$setElementOrder';

/** The error for a patch, or a document, that strategic merge cannot handle. */
export function invalid(message: string): PatchError {
  return new PatchError('PATCH_STRATEGIC_INVALID', message);
}

/** The list that a key such as `$setElementOrder/ports` is about. */
export function listOfDirective(key: string, prefix: string): string {
  if (!key.startsWith(`${prefix}/`)) {
    throw invalid(`invalid patch format of ${prefix === SET_ORDER ? 'setElementOrder' : 'primitive'} list`);
  }
  return key.slice(prefix.length + 1);
}

/** Whether the value is a map that carries `$patch`. */
export function hasDirective(value: unknown): boolean {
  return isRecord(value) && Object.hasOwn(value, DIRECTIVE);
}

/**
 * What remains of a value from a patch where the document has nothing to merge it with: maps that
 * carry `$patch` are left out, at any depth; with `dropNulls` also the `null`s in maps.
 *
 * @returns `undefined` where the value itself is such a map.
 */
export function withoutDirectives(value: unknown, dropNulls: boolean): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item: unknown) => withoutDirectives(item, dropNulls))
      .filter((item) => item !== undefined);
  }
  if (!isRecord(value)) return value;
  if (hasDirective(value)) return undefined;
  const kept = createRecord();
  for (const key of Object.keys(value)) {
    if (dropNulls && value[key] === null) continue;
    const item = withoutDirectives(value[key], dropNulls);
    if (item !== undefined) setOwn(kept, key, item);
  }
  return kept;
}
