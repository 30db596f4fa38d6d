import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** The codes of {@link AuthError}; each has a section in `docs/errors/auth.md`. */
export type AuthErrorCode =
  | 'AUTH_ANSWER_INVALID'
  | 'AUTH_CONFIGURATION_INVALID'
  | 'AUTH_REFUSED'
  | 'AUTH_REQUEST_FAILED';

/** What getting a token fails with. No message holds a secret. */
export class AuthError extends ToolkitError {
  declare readonly code: AuthErrorCode;

  constructor(code: AuthErrorCode, message: string, options: ToolkitErrorOptions = {}) {
    super(code, message, options);
  }
}

/** The error for what is missing or wrong in a Secret, an annotation or the environment. */
export function misconfigured(message: string, hint?: string): AuthError {
  return new AuthError('AUTH_CONFIGURATION_INVALID', message, hint === undefined ? {} : { hint });
}
