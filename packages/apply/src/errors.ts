import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';
import type { ChangeSet } from './change-set.ts';
import type { ResourceStatus } from './health/read-status.ts';

/** The codes of {@link ApplyError}; `docs/errors/apply.md` says what to do about each. */
export type ApplyErrorCode =
  | 'APPLY_DRY_RUN_FAILED'
  | 'APPLY_FAILED'
  | 'APPLY_READ_FAILED'
  | 'APPLY_CLEANUP_FAILED'
  | 'APPLY_RECREATE_FAILED'
  | 'APPLY_PRUNE_FAILED'
  | 'APPLY_HEALTH_TIMEOUT'
  | 'APPLY_HEALTH_FAILED'
  | 'APPLY_TERMINATION_TIMEOUT'
  | 'APPLY_INVENTORY_INVALID'
  | 'APPLY_IGNORE_RULE_INVALID';

/** What an {@link ApplyError} is made of, beside its code and message. */
export interface ApplyErrorOptions extends ToolkitErrorOptions {
  readonly changes?: ChangeSet;
  readonly statuses?: readonly ResourceStatus[];
}

/** Objects could not be applied, pruned, or did not become healthy. */
export class ApplyError extends ToolkitError {
  declare readonly code: ApplyErrorCode;
  /** What was done before the failure: it is in the cluster, and belongs into the inventory. */
  readonly changes: ChangeSet | undefined;
  /** How the objects were when waiting for them ended. */
  readonly statuses: readonly ResourceStatus[] | undefined;

  constructor(code: ApplyErrorCode, message: string, options: ApplyErrorOptions = {}) {
    super(code, message, options);
    this.changes = options.changes;
    this.statuses = options.statuses;
  }

  /** The same error with what was done before it. */
  withChanges(changes: ChangeSet): ApplyError {
    const { message, cause, object, source, hint, retry, retryAfterMs, statuses } = this;
    return new ApplyError(this.code, message, {
      cause,
      ...(object && { object }),
      ...(source && { source }),
      ...(hint !== undefined && { hint }),
      retry,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(statuses && { statuses }),
      changes,
    });
  }
}
