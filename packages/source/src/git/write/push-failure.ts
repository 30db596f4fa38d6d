import { mask } from '@gitops-toolkit/core';
import { SourceError } from '../../errors.ts';

/** What `isomorphic-git` fails with, as an error of ours; what is ours already stays. */
export function pushFailure(error: unknown, branch: string, secrets: readonly string[]): unknown {
  if (!(error instanceof Error) || error instanceof SourceError) return error;
  const { code, data } = error as { code?: unknown; data?: unknown };
  const words = mask(error.message.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, 1000), secrets).slice(0, 300);
  const options = { cause: error, retry: 'backoff' } as const;
  switch (code) {
    case 'PushRejectedError':
    case 'GitPushError':
      return new SourceError('GIT_PUSH_REJECTED', `the branch ${branch} takes no push: ${words}`, {
        ...options,
        hint: 'Somebody else has pushed meanwhile, or the branch is protected.',
      });
    case 'NotFoundError':
      return new SourceError('GIT_REF_NOT_FOUND', `the repository has no branch ${branch}`, options);
    case 'HttpError': {
      const status = (data as { statusCode?: unknown } | undefined)?.statusCode;
      if (status === 401 || status === 403)
        return new SourceError('GIT_AUTHENTICATION_FAILED', `the server answers ${status}`, {
          ...options,
          hint: 'Check the credentials, and that they may write to the repository.',
        });
      if (status === 404)
        return new SourceError('GIT_REPOSITORY_NOT_FOUND', 'the server answers 404', options);
      return new SourceError('GIT_HTTP_STATUS', `the server answers ${String(status)}`, options);
    }
    default:
      return typeof code === 'string' ? new SourceError('GIT_PROTOCOL', words, options) : error;
  }
}
