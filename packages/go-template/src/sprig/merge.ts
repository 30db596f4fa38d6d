import { createRecord, isRecord, setOwn } from '@gitops-toolkit/core';
import { countValue } from '../execute/limits.ts';
import { isTrue } from '../value/truth.ts';
import { type GoMap, isGoMap, nilMap, typedList, typedMap, typeMark } from '../value/typed.ts';

/**
 * Merges maps into the first, as the Go package `mergo` does. Without `overwrites` what is not empty stays; with it,
 * what is in a later map counts, empty or not.
 */
export function merge(target: GoMap | null, sources: readonly (GoMap | null)[], overwrites: boolean): GoMap {
  if (target === null && sources.every((source) => source === null)) return nilMap('map[string]interface {}');
  // Of nothing, mergo makes a map.
  const merged = target ?? typedMap('map[string]interface {}');
  for (const source of sources) if (source) mergeMap(merged, source, overwrites);
  return merged;
}

function mergeMap(target: GoMap, source: GoMap, overwrites: boolean): void {
  for (const [key, value] of Object.entries(source)) {
    countValue(value);
    const current = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isGoMap(current) && isGoMap(value)) mergeMap(current, value, overwrites);
    else if (
      current === undefined ||
      (overwrites ? isTrue(value) || !isTrue(current) || isWritten(value) : !isTrue(current))
    ) {
      setOwn(target, key, value);
    }
  }
}

/** With `mergeOverwrite`, nil and the empty overwrite as well. */
function isWritten(value: unknown): boolean {
  return value !== undefined;
}

/** A copy of maps and lists; what cannot change is shared. */
export function deepCopy(value: unknown): unknown {
  countValue(value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (isRecord(value)) return copyEntries(value, createRecord());
  if (Array.isArray(value)) {
    const items = value.map(deepCopy);
    const type = typeMark(value);
    return type === undefined ? items : typedList(type, items);
  }
  if (value instanceof Uint8Array) return value.slice();
  if (!isGoMap(value)) return value;
  return copyEntries(value, typedMap(typeMark(value) ?? 'map[string]interface {}'));
}

function copyEntries(map: GoMap, copy: GoMap): GoMap {
  for (const key of Object.keys(map)) copy[key] = deepCopy(map[key]);
  return copy;
}
