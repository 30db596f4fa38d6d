import { errorMessage } from '@gitops-toolkit/core';
import type { HttpError } from '@gitops-toolkit/core/http';
import { SourceError } from '../../errors.ts';

/** The error for a connection that does not come about, or breaks. */
export function connectionFailed(words: string, cause?: unknown): SourceError {
  return new SourceError('GIT_CONNECTION_FAILED', `the SSH server ${words}`, {
    retry: 'backoff',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error for a server that takes too long. */
export function timedOut(words: string): SourceError {
  return new SourceError('GIT_TIMEOUT', `the SSH server ${words}`, {
    retry: 'backoff',
    hint: 'The server or the network is slow or hangs; raise the timeout if that is expected.',
  });
}

/** An address that the policy refuses will be refused again, a proxy may be there later. */
export function notDialled(error: HttpError): SourceError {
  const { hint, retry } = error;
  return new SourceError('GIT_CONNECTION_FAILED', errorMessage(error), {
    cause: error,
    retry,
    ...(hint === undefined ? {} : { hint }),
  });
}
