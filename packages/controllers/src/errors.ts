import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** The codes of {@link ControllersError}; each is explained in `docs/errors/controllers.md`. */
export type ControllersErrorCode =
  | 'CONTROLLERS_DEPENDENCY_NOT_READY'
  | 'CONTROLLERS_FIELD_UNSUPPORTED'
  | 'CONTROLLERS_INCLUDE_CONFLICT'
  | 'CONTROLLERS_INCLUDE_UNAVAILABLE'
  | 'CONTROLLERS_PATH_NOT_FOUND'
  | 'CONTROLLERS_SECRET_INVALID'
  | 'CONTROLLERS_SOURCE_NOT_READY'
  | 'CONTROLLERS_SPEC_INVALID'
  | 'CONTROLLERS_TIMEOUT'
  | 'CONTROLLERS_TRUSTED_ROOT_INVALID'
  | 'CONTROLLERS_UNHEALTHY'
  | 'CONTROLLERS_VARIABLES_INVALID';

/** What the reconcilers throw themselves; failures of the packages below come through as they are. */
export class ControllersError extends ToolkitError {
  declare readonly code: ControllersErrorCode;

  constructor(code: ControllersErrorCode, message: string, options?: ToolkitErrorOptions) {
    super(code, message, options);
  }
}
