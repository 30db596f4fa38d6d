import { isRecord, NumberLiteral } from '@gitops-toolkit/core';

import { invalid } from './directives.ts';

/** The JSON type of a value; strategic merge never merges across two of them. */
export type ValueKind = 'map' | 'list' | 'string' | 'number' | 'boolean' | 'null';

export function kindOf(value: unknown): ValueKind {
  if (isRecord(value)) return 'map';
  if (Array.isArray(value)) return 'list';
  if (value === null || value === undefined) return 'null';
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : 'number';
}

/**
 * The one kind that all items have.
 *
 * @throws PatchError `PATCH_STRATEGIC_INVALID` where there is no item, where kinds are mixed, and
 * for lists of lists.
 */
export function itemKind(...lists: readonly (readonly unknown[])[]): ValueKind {
  let kind: ValueKind | undefined;
  for (const list of lists) {
    for (const item of list) {
      const current = kindOf(item);
      kind ??= current;
      if (kind === 'list') throw invalid('lists of lists are not supported');
      if (kind === 'null' || kind !== current) {
        throw invalid(`list element types are not identical: ${JSON.stringify(lists)}`);
      }
    }
  }
  if (!kind) throw invalid('no elements in any of the given slices');
  return kind;
}

/** Something that is the same for equal scalars, to look them up by. */
export function identity(value: unknown): unknown {
  if (!(value instanceof NumberLiteral)) return value;
  const number = Number(value.json);
  return Number.isSafeInteger(number) || !Number.isInteger(number) ? number : `#${value.json}`;
}

/** A map of a merged list, and the value of the merge key in it. */
export function keyedItem(
  item: unknown,
  mergeKey: string,
): { readonly item: Record<string, unknown>; readonly key: unknown } {
  if (!isRecord(item)) throw invalid(`expected a map in a merged list, but received a ${kindOf(item)}`);
  if (!Object.hasOwn(item, mergeKey)) {
    throw invalid(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
  }
  return { item, key: item[mergeKey] };
}

/** What tells the items of a list apart: the value of the merge key, or the scalar itself. */
export function itemIdentity(item: unknown, mergeKey: string): unknown {
  return identity(mergeKey === '' ? item : keyedItem(item, mergeKey).key);
}

/** The items that `removed` does not have. */
export function withoutScalars(list: readonly unknown[], removed: readonly unknown[]): unknown[] {
  const gone = new Set(removed.map(identity));
  return list.filter((item) => !gone.has(identity(item)));
}

/** The items in their order, each once. */
export function uniqueScalars(list: readonly unknown[]): unknown[] {
  const seen = new Set<unknown>();
  return list.filter((item) => {
    const id = identity(item);
    return !seen.has(id) && seen.add(id);
  });
}

/** Sorted by their text, as Go's strategic merge does: `10` comes before `9`. */
export function sortedScalars(list: readonly unknown[]): unknown[] {
  return sortedBy(list, (item) => String(item));
}

/** Sorted by the text of their merge keys. */
export function sortedByKey(list: readonly unknown[], mergeKey: string): Record<string, unknown>[] {
  const items = list.map((item) => keyedItem(item, mergeKey).item);
  return sortedBy(items, (item) => String(item[mergeKey]));
}

function sortedBy<T>(list: readonly T[], text: (item: T) => string): T[] {
  return list
    .map((item) => ({ item, text: text(item) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item);
}
