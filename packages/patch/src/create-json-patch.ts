import { isEqual, isRecord } from '@gitops-toolkit/core';

import type { JsonPatchOperation } from './json-patch.ts';
import { formatJsonPointer } from './json-pointer.ts';

/**
 * The JSON patch (RFC 6902) that makes one document of another, of `add`, `remove` and `replace` only.
 *
 * Maps are compared key by key. Of lists what they begin and end with alike is left alone; what is between is compared
 * item by item, and added or removed at its end. Keys that are `undefined` are not there.
 *
 * @example
 * ```ts
 * import { createJsonPatch } from '@gitops-toolkit/patch';
 *
 * createJsonPatch({ spec: { paused: true } }, { spec: { replicas: 3 } });
 * // [ { op: 'remove', path: '/spec/paused' }, { op: 'add', path: '/spec/replicas', value: 3 } ]
 * ```
 */
export function createJsonPatch(from: unknown, to: unknown): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  compare(from, to, [], operations);
  return operations;
}

type Path = readonly string[];

function compare(from: unknown, to: unknown, path: Path, operations: JsonPatchOperation[]): void {
  if (isEqual(from, to)) return;
  if (isRecord(from) && isRecord(to)) compareMaps(from, to, path, operations);
  else if (Array.isArray(from) && Array.isArray(to)) compareLists(from, to, path, operations);
  else operations.push({ op: 'replace', path: formatJsonPointer(path), value: to });
}

function compareMaps(
  from: Record<string, unknown>,
  to: Record<string, unknown>,
  path: Path,
  operations: JsonPatchOperation[],
): void {
  const has = (map: Record<string, unknown>, key: string): boolean =>
    Object.hasOwn(map, key) && map[key] !== undefined;
  for (const key of Object.keys(from)) {
    if (has(from, key) && !has(to, key))
      operations.push({ op: 'remove', path: formatJsonPointer([...path, key]) });
  }
  for (const key of Object.keys(to)) {
    if (!has(to, key)) continue;
    const place = [...path, key];
    if (has(from, key)) compare(from[key], to[key], place, operations);
    else operations.push({ op: 'add', path: formatJsonPointer(place), value: to[key] });
  }
}

function compareLists(
  from: readonly unknown[],
  to: readonly unknown[],
  path: Path,
  operations: JsonPatchOperation[],
): void {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && isEqual(from[start], to[start])) start++;
  let tail = 0;
  while (tail < shorter - start && isEqual(from.at(-1 - tail), to.at(-1 - tail))) tail++;
  const [fromEnd, toEnd] = [from.length - tail, to.length - tail];
  const both = Math.min(fromEnd, toEnd);
  const place = (index: number): Path => [...path, String(index)];
  for (let i = start; i < both; i++) compare(from[i], to[i], place(i), operations);
  // From the last on, so that no removal moves what the next one is about.
  for (let i = fromEnd - 1; i >= both; i--)
    operations.push({ op: 'remove', path: formatJsonPointer(place(i)) });
  for (let i = both; i < toEnd; i++)
    operations.push({ op: 'add', path: formatJsonPointer(place(i)), value: to[i] });
}
