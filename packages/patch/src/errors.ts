import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** The stable codes of {@link PatchError}. */
export type PatchErrorCode =
  | 'PATCH_CONFLICT'
  | 'PATCH_FIELDS_INVALID'
  | 'PATCH_JSON_INVALID'
  | 'PATCH_JSON_PATH'
  | 'PATCH_JSON_TEST_FAILED'
  | 'PATCH_LIMIT'
  | 'PATCH_MANAGED_FIELDS_FORBIDDEN'
  | 'PATCH_MANAGER_INVALID'
  | 'PATCH_OBJECT_MISMATCH'
  | 'PATCH_STRATEGIC_CONFLICT'
  | 'PATCH_STRATEGIC_INVALID'
  | 'PATCH_STRATEGIC_PRECONDITION'
  | 'PATCH_TYPE_MISMATCH';

/** A field that somebody else owns with another value. */
export interface FieldConflict {
  /** The name of the field manager that owns the field. */
  readonly manager: string;
  /** The field, as the API server writes it: `.spec.replicas`. */
  readonly path: string;
  /** How the owner came to own it. */
  readonly operation: 'Apply' | 'Update';
  /** The version that the owner wrote, where it owns by update. */
  readonly apiVersion?: string;
  /** The subresource through which the owner wrote, if any. */
  readonly subresource?: string;
  /** The cause as the API server words it: `conflict with "kubectl" using apps/v1`. */
  readonly message: string;
}

/** What a {@link PatchError} knows beside its code and message. */
export interface PatchErrorOptions extends ToolkitErrorOptions {
  readonly conflicts?: readonly FieldConflict[];
  readonly operationIndex?: number;
}

/** What this package throws. */
export class PatchError extends ToolkitError {
  declare readonly code: PatchErrorCode;
  /** All fields in conflict, in the order of the message; empty but for `PATCH_CONFLICT`. */
  readonly conflicts: readonly FieldConflict[];
  /** Which operation of a JSON patch failed, from 0. */
  readonly operationIndex?: number;

  constructor(code: PatchErrorCode, message: string, options: PatchErrorOptions = {}) {
    super(code, message, options);
    this.conflicts = options.conflicts ?? [];
    if (options.operationIndex !== undefined) this.operationIndex = options.operationIndex;
  }
}
