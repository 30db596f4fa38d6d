import { PatchError } from './errors.ts';

/** Kubernetes' own objects stay below 40 levels; a recursion of this depth still fits the stack. */
const MAX_DEPTH = 500;

/**
 * Refuses values that are nested so deeply that walking them could exhaust the stack.
 *
 * @throws PatchError `PATCH_LIMIT`
 */
export function guardDepth(depth: number): void {
  if (depth > MAX_DEPTH) {
    throw new PatchError('PATCH_LIMIT', `the value is nested more than ${MAX_DEPTH} levels deep`);
  }
}
