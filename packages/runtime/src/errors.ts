import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** Every code of a {@link RuntimeError}; `docs/errors/runtime.md` has a section for each. */
export type RuntimeErrorCode =
  | 'RUNTIME_ACCESS_DENIED'
  | 'RUNTIME_CACHE_SYNC_TIMEOUT'
  | 'RUNTIME_CERTIFICATE_INVALID'
  | 'RUNTIME_CLUSTER_DROPPED'
  | 'RUNTIME_CLUSTER_INVALID'
  | 'RUNTIME_CLUSTER_NOT_FOUND'
  | 'RUNTIME_CONTROLLER_NAME_TAKEN'
  | 'RUNTIME_CONVERSION_FAILED'
  | 'RUNTIME_DEPENDENCY_CYCLE'
  | 'RUNTIME_FLAG_INVALID'
  | 'RUNTIME_INDEX_CONFLICT'
  | 'RUNTIME_INDEX_UNKNOWN'
  | 'RUNTIME_LEASE_LOST'
  | 'RUNTIME_NOT_CACHED'
  | 'RUNTIME_NOTIFICATION_FAILED'
  | 'RUNTIME_NOT_OBSERVED'
  | 'RUNTIME_OPTION_INVALID'
  | 'RUNTIME_PATCH_CONFLICT'
  | 'RUNTIME_RECONCILE_TIMEOUT'
  | 'RUNTIME_SECRET_INVALID'
  | 'RUNTIME_SELECTOR_INVALID'
  | 'RUNTIME_SHUTDOWN_TIMEOUT'
  | 'RUNTIME_STOPPED'
  | 'RUNTIME_SUPERSEDED'
  | 'RUNTIME_TERMINAL'
  | 'RUNTIME_WATCH_ENDED'
  | 'RUNTIME_WATCH_STALLED'
  | 'RUNTIME_WEBHOOK_PATH_TAKEN'
  | 'RUNTIME_WEBHOOK_TIMEOUT';

/** What this package throws, and the reasons of the signals that it aborts. */
export class RuntimeError extends ToolkitError {
  declare readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string, options: ToolkitErrorOptions = {}) {
    super(code, message, options);
  }
}
