import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** What can go wrong in starting and stopping test servers; each has a section in `docs/errors/envtest.md`. */
export type EnvtestErrorCode =
  | 'ENVTEST_BINARIES_MISSING'
  | 'ENVTEST_BINARY_FAILED'
  | 'ENVTEST_START_TIMEOUT'
  | 'ENVTEST_OPTION_INVALID';

/** A test server could not do what its caller asked. Errors of requests are answered to the client instead. */
export class EnvtestError extends ToolkitError {
  declare readonly code: EnvtestErrorCode;

  constructor(code: EnvtestErrorCode, message: string, options: ToolkitErrorOptions = {}) {
    super(code, message, options);
  }
}
