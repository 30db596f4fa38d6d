import { isEqual, isRecord } from '@gitops-toolkit/core';
import type { Schema } from '../schema.ts';

/** Stands for "nothing to compare with", which `undefined` and `null` could be values of. */
export const NO_OLD: unique symbol = Symbol('no old value');

/** The old value of the same field, or {@link NO_OLD}. */
export function oldField(old: unknown, key: string): unknown {
  return isRecord(old) && Object.hasOwn(old, key) ? old[key] : NO_OLD;
}

/**
 * The old value of the same item. Only items of maps (`x-kubernetes-list-type: map`) have an
 * identity of their own, by their keys; those of other lists correspond to nothing.
 */
export function oldItem(old: unknown, item: unknown, list: Schema): unknown {
  const keys = list['x-kubernetes-list-map-keys'];
  if (list['x-kubernetes-list-type'] !== 'map' || !keys || !Array.isArray(old)) return NO_OLD;
  const match: unknown = old.find((candidate) => keys.every((key) => sameKey(candidate, item, key)));
  return match ?? NO_OLD;
}

function sameKey(a: unknown, b: unknown, key: string): boolean {
  return isRecord(a) && isRecord(b) && isEqual(a[key], b[key]);
}
