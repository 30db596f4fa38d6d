import { KustomizeError } from '../errors.ts';

/** A patch that cannot be read, or not be applied to its target. */
export function invalidPatch(message: string, hint?: string): KustomizeError {
  return new KustomizeError('KUSTOMIZE_INVALID_PATCH', message, hint === undefined ? {} : { hint });
}
