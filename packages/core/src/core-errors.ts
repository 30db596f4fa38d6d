import { ToolkitError, type ToolkitErrorOptions } from './errors.ts';

/** The codes of {@link CoreError}; each has a section in `docs/errors/core.md`. */
export type CoreErrorCode =
  | 'ARCHIVE_INVALID'
  | 'ARCHIVE_LIMIT'
  | 'ARCHIVE_UNSAFE'
  | 'COMMAND_LINE_INVALID'
  | 'DIGEST_INVALID'
  | 'DIGEST_UNSUPPORTED'
  | 'DURATION_INVALID'
  | 'SEMVER_CONSTRAINT_INVALID'
  | 'SEMVER_VERSION_INVALID'
  | 'WORKER_CRASHED'
  | 'WORKER_HEAP_LIMIT'
  | 'WORKER_OUTPUT_LIMIT'
  | 'WORKER_POOL_CLOSED'
  | 'WORKER_TIMEOUT';

/** What the parsers, archives and workers of core throw. */
export class CoreError extends ToolkitError {
  declare readonly code: CoreErrorCode;

  constructor(code: CoreErrorCode, message: string, options: ToolkitErrorOptions = {}) {
    super(code, message, options);
  }
}
