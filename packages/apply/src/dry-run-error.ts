import { errorMessage, type KubeObject, refOf, refString, ToolkitError } from '@gitops-toolkit/core';
import { isNotFound, KubeError } from '@gitops-toolkit/kube';
import { ApplyError } from './errors.ts';

/** The refusal of a dry run, in Flux's words: the object, the reason, and the server's message. */
export function dryRunError(error: unknown, desired: KubeObject): ApplyError {
  const object = refOf(desired);
  return new ApplyError('APPLY_DRY_RUN_FAILED', `${refString(object)} ${outcome(error)}`, {
    cause: error,
    object,
    ...retryOf(error),
  });
}

function outcome(error: unknown): string {
  const message = errorMessage(error);
  if (isNotFound(error) && error.code === 'KUBE_STATUS') return `not found: ${message}`;
  const reason = reasonOf(error);
  return `dry-run failed${reason === '' ? '' : ` (${reason})`}: ${message}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof KubeError) || error.code !== 'KUBE_STATUS') return '';
  const isFieldConflict = error.details?.causes?.some(({ reason }) => reason === 'FieldManagerConflict');
  return isFieldConflict ? 'FieldManagerConflict' : error.reason;
}

/** Another attempt helps where it would help the request underneath. */
export function retryOf(error: unknown): { retry: 'backoff' | 'terminal'; retryAfterMs?: number } {
  if (!(error instanceof ToolkitError)) return { retry: 'backoff' };
  const { retry, retryAfterMs } = error;
  return { retry, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
