import { cloneValue } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema/builtin';
import type { MergeContext } from './merge-context.ts';
import { mergeValues } from './merge-value.ts';
import { mergeSchemaOf } from './merge-schema.ts';
import { findBuiltinSchema } from './schema-registry.ts';

/** How {@link mergeStrategic} treats lists. */
export interface MergeStrategicOptions {
  /**
   * The schema of the object: says which lists are merged, and by which keys. Without it, it is looked up
   * among Kubernetes' own by the `apiVersion` and `kind` of the target.
   */
  readonly schema?: Schema;
  /** Where new elements of a merged list go. @default 'prepend' */
  readonly newElements?: 'prepend' | 'append';
  /** Merge lists that no schema knows by `name`, where every element has one. @default false */
  readonly inferKeys?: boolean;
}

/**
 * Merges a strategic merge patch into a value by kustomize's rules, which are not those of the API
 * server: `$patch: delete | replace | merge` work, `$retainKeys` and the other directives are data; new
 * elements of a list come first.
 *
 * Neither argument is changed. The result is `undefined` where the patch deletes the whole.
 *
 * @throws KustomizeError KUSTOMIZE_INVALID_PATCH when target and patch are of different kinds somewhere,
 *   or a `$patch` is unknown.
 *
 * @example
 * ```ts
 * import { mergeStrategic } from '@gitops-toolkit/kustomize';
 * const web = { apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 80, name: 'http' }] } };
 * mergeStrategic(web, { spec: { ports: [{ port: 80, name: 'web' }] } });
 * ```
 */
export function mergeStrategic(
  target: unknown,
  patch: unknown,
  options: MergeStrategicOptions = {},
): unknown {
  const context: MergeContext = {
    findSchema: findBuiltinSchema,
    newElements: options.newElements ?? 'prepend',
    inferKeys: options.inferKeys ?? false,
  };
  const schema = options.schema && mergeSchemaOf(options.schema);
  return mergeValues(cloneValue(target), cloneValue(patch), schema, context, []);
}
