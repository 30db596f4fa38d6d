import * as all from './predicate.ts';

/**
 * Which changes are worth a run, ready-made.
 *
 * @example
 * ```ts
 * import { predicates } from '@gitops-toolkit/runtime';
 * const { generationChanged, or, reconcileRequested } = predicates;
 * const before = { apiVersion: 'v1', kind: 'Site', metadata: { name: 'shop', generation: 1 } };
 * const after = { ...before, metadata: { name: 'shop', generation: 2 } };
 * console.log(or(generationChanged, reconcileRequested)({ type: 'updated', old: before, object: after })); // true
 * ```
 */
export const predicates: typeof all = all;
