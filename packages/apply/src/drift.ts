import { createRecord, isEqual, type KubeObject, setOwn } from '@gitops-toolkit/core';

/**
 * Whether an apply would change an object: its labels, its annotations, or anything outside of
 * `metadata` and `status`.
 *
 * @param live the object as it is.
 * @param merged the answer of a dry run.
 */
export function hasDrifted(live: KubeObject, merged: KubeObject): boolean {
  return (
    !isEqual(live.metadata.labels ?? {}, merged.metadata.labels ?? {}) ||
    !isEqual(live.metadata.annotations ?? {}, merged.metadata.annotations ?? {}) ||
    !isEqual(content(live), content(merged))
  );
}

/** What an author writes of an object, beside its metadata. */
function content(object: KubeObject): Record<string, unknown> {
  const rest = createRecord();
  for (const [key, value] of Object.entries(object)) {
    if (key !== 'metadata' && key !== 'status') setOwn(rest, key, value);
  }
  return rest;
}
