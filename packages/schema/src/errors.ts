import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** Every code that {@link SchemaError} has. `docs/errors/schema.md` explains each. */
export type SchemaErrorCode = 'SCHEMA_UNKNOWN_DEFINITION';

/**
 * What this package throws. Invalid objects and invalid schemas are no exceptions: they are lists
 * of `FieldError`s.
 */
export class SchemaError extends ToolkitError {
  declare readonly code: SchemaErrorCode;

  constructor(code: SchemaErrorCode, message: string, options?: ToolkitErrorOptions) {
    super(code, message, options);
  }
}
