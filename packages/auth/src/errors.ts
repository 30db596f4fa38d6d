import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** The codes of {@link AuthError}; each has a section in `docs/errors/auth.md`. */
export type AuthErrorCode = 'AUTH_PLACEHOLDER';

/** What this package throws. */
export class AuthError extends ToolkitError {
  declare readonly code: AuthErrorCode;

  constructor(code: AuthErrorCode, message: string, options: ToolkitErrorOptions = {}) {
    super(code, message, options);
  }
}
