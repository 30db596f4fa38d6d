import { isRecord } from '@gitops-toolkit/core';

import { DIRECTIVE, hasDirective, invalid, SET_ORDER } from './directives.ts';
import { itemIdentity } from './list-items.ts';

/**
 * Puts a merged list in order: the items that `patchOrder` names in that order, the others in the
 * order of the server, and both interleaved so that the server's order is kept where the patch
 * has nothing against it. Items to be deleted come last of their part.
 */
export function orderMerged(
  merged: readonly unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  mergeKey: string,
): unknown[] {
  const named = positions(patchOrder, mergeKey);
  const server = positions(serverOrder, mergeKey);
  const patchItems: unknown[] = [];
  const serverItems: unknown[] = [];
  for (const item of merged) (named.has(itemIdentity(item, mergeKey)) ? patchItems : serverItems).push(item);
  return interleave(
    sortByPosition(serverItems, server, mergeKey),
    sortByPosition(patchItems, named, mergeKey),
    server,
    mergeKey,
  );
}

/** Sorts by the positions in `order`; items with `$patch: delete` go to the end. */
export function sortLike(items: readonly unknown[], order: readonly unknown[], mergeKey: string): unknown[] {
  return sortByPosition(items, positions(order, mergeKey), mergeKey);
}

type Positions = ReadonlyMap<unknown, number>;

function positions(order: readonly unknown[], mergeKey: string): Positions {
  const map = new Map<unknown, number>();
  order.forEach((item, index) => {
    const id = itemIdentity(item, mergeKey);
    if (!map.has(id)) map.set(id, index);
  });
  return map;
}

function sortByPosition(items: readonly unknown[], order: Positions, mergeKey: string): unknown[] {
  const position = (item: unknown): number => order.get(itemIdentity(item, mergeKey)) ?? order.size;
  const kept = items.filter((item) => !isDeletion(item)).map((item) => ({ item, at: position(item) }));
  kept.sort((a, b) => a.at - b.at);
  return [...kept.map(({ item }) => item), ...items.filter(isDeletion)];
}

function interleave(
  left: readonly unknown[],
  right: readonly unknown[],
  server: Positions,
  mergeKey: string,
): unknown[] {
  const position = (item: unknown): number | undefined => server.get(itemIdentity(item, mergeKey));
  const result: unknown[] = [];
  let next = 0;
  for (const item of right) {
    const limit = position(item);
    while (next < left.length && limit !== undefined) {
      const at = position(left[next]);
      if (at === undefined || at >= limit) break;
      result.push(left[next++]);
    }
    result.push(item);
  }
  return [...result, ...left.slice(next)];
}

/** Refuses a patch whose list is not in the order that its `$setElementOrder` gives. */
export function checkOrder(patch: readonly unknown[], order: readonly unknown[], mergeKey: string): void {
  if (order.length === 0) return;
  let next = 0;
  for (const item of patch) {
    if (hasDirective(item)) continue;
    const id = itemIdentity(item, mergeKey);
    while (next < order.length && itemIdentity(order[next], mergeKey) !== id) next++;
    if (next++ >= order.length) {
      throw invalid(
        `The order in patch list:\n${JSON.stringify(patch)}\n doesn't match ${SET_ORDER} list:\n${JSON.stringify(order)}\n`,
      );
    }
  }
}

export function isDeletion(item: unknown): boolean {
  return isRecord(item) && Object.hasOwn(item, DIRECTIVE) && item[DIRECTIVE] === 'delete';
}
