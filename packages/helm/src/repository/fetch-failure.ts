import { errorMessage, findToolkitError } from '@gitops-toolkit/core';
import { HelmError } from '../errors.ts';

/** What a fetch function threw, with Helm's words in front; whether a retry can help is for its error to say. */
export function fetchFailure(message: string, cause: unknown): HelmError {
  const known = findToolkitError(cause);
  return new HelmError('HELM_FETCH_FAILED', `${message}: ${errorMessage(cause)}`, {
    cause,
    retry: known?.retry ?? 'backoff',
    ...(known?.retryAfterMs !== undefined && { retryAfterMs: known.retryAfterMs }),
    hint: known?.hint ?? 'Look at the address of the repository, at credentials and at proxies.',
  });
}

/** There is no function for a scheme. */
export function noFetch(scheme: string): HelmError {
  return new HelmError('HELM_FETCH_FAILED', `scheme ${JSON.stringify(scheme)} not supported`, {
    hint: 'Repositories are http:, https:, oci: or file:; what fetches them is passed as fetch.http, fetch.oci and fetch.ociTags.',
  });
}
