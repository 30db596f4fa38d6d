import { isRecord } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

import { invalid } from './directives.ts';
import { kindOf } from './list-items.ts';
import { mergeMap } from './merge.ts';

/**
 * Applies a strategic merge patch, as kube-apiserver does for built-in kinds: like a JSON merge
 * patch, but lists whose schema says so merge by key, and directives (`$patch`, `$retainKeys`,
 * `$setElementOrder/<list>`, `$deleteFromPrimitiveList/<list>`) say what plain values cannot.
 *
 * Neither document is changed; what the patch does not touch is shared with `original`.
 *
 * @param schema The schema of the object: `x-kubernetes-patch-strategy` and
 * `x-kubernetes-patch-merge-key` say which lists merge. Without one every list is replaced.
 * @throws PatchError `PATCH_STRATEGIC_INVALID` where either is no map, a list item lacks the
 * merge key, a directive is malformed, or the schema does not know a map or list of the patch;
 * `PATCH_LIMIT` where the patch is nested too deeply.
 *
 * @example
 * ```ts
 * import { applyStrategicMergePatch } from '@gitops-toolkit/patch';
 * import { builtinSchema } from '@gitops-toolkit/schema';
 *
 * const pod = { spec: { containers: [{ name: 'app', image: 'app:1' }, { name: 'proxy', image: 'proxy:1' }] } };
 * const patch = { spec: { containers: [{ name: 'app', image: 'app:2' }] } };
 * const schema = builtinSchema({ group: '', version: 'v1', kind: 'Pod' });
 * applyStrategicMergePatch(pod, patch, schema); // both containers, app with image app:2
 * ```
 */
export function applyStrategicMergePatch(
  original: unknown,
  patch: unknown,
  schema: Schema | undefined,
): unknown {
  return mergeMap(documentOf(original), documentOf(patch), schema, 'document');
}

/** A document of strategic merge; `null` and nothing stand for an empty one. */
export function documentOf(value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  if (!isRecord(value))
    throw invalid(`invalid JSON document: expected a map, but received a ${kindOf(value)}`);
  return value;
}
