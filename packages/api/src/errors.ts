import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** Every code that {@link ApiError} has. `docs/errors/api.md` explains each. */
export type ApiErrorCode = 'API_INVALID_NAME' | 'API_NOT_STRUCTURAL';

/** What this package throws: a definition that no API server would take. */
export class ApiError extends ToolkitError {
  declare readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string, options?: ToolkitErrorOptions) {
    super(code, message, options);
  }
}
