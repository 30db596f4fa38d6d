import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** Every code that {@link ApiError} has. `docs/errors/api.md` explains each. */
export type ApiErrorCode = 'API_INVALID_NAME' | 'API_NOT_A_CRD' | 'API_NOT_STRUCTURAL' | 'API_NO_RESOURCES';

/** What this package throws: a definition that no API server would take, or a file that holds no resources. */
export class ApiError extends ToolkitError {
  declare readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string, options?: ToolkitErrorOptions) {
    super(code, message, options);
  }
}
