import type { Schema } from '@gitops-toolkit/schema';

/** How {@link mergeStrategic} treats lists. */
export interface MergeStrategicOptions {
  /** The schema of the object: says which lists are merged, and by which keys. */
  readonly schema?: Schema;
  /** Where new elements of a merged list go. @default 'prepend' */
  readonly newElements?: 'prepend' | 'append';
  /** Guess the merge key of lists that no schema knows, from the usual names. @default false */
  readonly inferKeys?: boolean;
}
/** Merges a strategic merge patch into a value by kustomize's rules. */
export declare function mergeStrategic(
  target: unknown,
  patch: unknown,
  options?: MergeStrategicOptions,
): unknown;
