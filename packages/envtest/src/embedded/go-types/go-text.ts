import { isRecord } from '@gitops-toolkit/core';

/** A value as Go's `%v` prints it: `map[a:1 b:[x y]]`, with the keys in order. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map((item) => goText(item)).join(' ')}]`;
  if (!isRecord(value)) return String(value as string | number | boolean);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key])}`);
  return `map[${entries.join(' ')}]`;
}
