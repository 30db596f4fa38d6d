import { errorMessage } from '@gitops-toolkit/core';

import { internalError, StatusError } from '../status-error.ts';
import { jsonAnswer, type TextAnswer } from './answer.ts';

/** The answer to whatever a handler threw. */
export function errorAnswer(error: unknown): TextAnswer {
  const status = error instanceof StatusError ? error : unexpected(error);
  const answer = jsonAnswer(status.body(), status.code);
  const retry = status.details?.retryAfterSeconds;
  return retry === undefined ? answer : { ...answer, headers: { 'retry-after': String(retry) } };
}

function unexpected(error: unknown): StatusError {
  const known = internalError(errorMessage(error));
  return new StatusError(500, 'InternalError', `Internal error occurred: ${known.message}`, {
    causes: [{ message: known.message }],
  });
}
