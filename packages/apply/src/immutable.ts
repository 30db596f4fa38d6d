import { errorMessage } from '@gitops-toolkit/core';
import { isConflict, isInvalid } from '@gitops-toolkit/kube';

/**
 * Whether a refusal may be over a field that cannot change, so that recreating the object would
 * help. Any 409 and 422 counts, as with kubectl: built-in kinds do not say it in one way.
 */
export function isImmutableError(error: unknown): boolean {
  // Webhooks and CEL rules refuse with other codes, and say it in their message.
  return isConflict(error) || isInvalid(error) || /is\simmutable|immutable\sfield/.test(errorMessage(error));
}
