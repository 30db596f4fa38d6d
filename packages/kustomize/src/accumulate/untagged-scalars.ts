/**
 * Scalars that kustomize has written without saying what type they are: a name with a prefix, a field that was made.
 * Whatever is written over such a scalar later has the type that its text reads as, where a text from a file stays a
 * text.
 */
const written = new WeakMap<object, Map<string | number, unknown>>();

/** Takes note of such a scalar in a map or list. */
export function noteUntagged(holder: object, key: string | number, value: unknown): void {
  const entries = written.get(holder);
  if (entries) entries.set(key, value);
  else written.set(holder, new Map([[key, value]]));
}

/** Whether a value in a map or list is still the one that was written so. */
export function isUntagged(holder: object, key: string | number, value: unknown): boolean {
  const entries = written.get(holder);
  return entries !== undefined && entries.has(key) && entries.get(key) === value;
}
