/**
 * Structural schemas without those of the built-in kinds, which are most of what the whole package loads: what a
 * program needs that knows its schemas, such as the definitions of `@gitops-toolkit/api`.
 *
 * @module
 */
export { checkStructural, type CheckStructuralOptions } from '../check/check-structural.ts';
export {
  fieldError,
  type FieldError,
  type FieldErrorType,
  fieldErrorText,
  invalidMessage,
  notSupported,
  tooLong,
  tooMany,
} from '../field-error.ts';
export type { Schema, SchemaKind, SchemaType, ValidationRule } from '../schema.ts';
export { applyDefaults } from './apply-defaults.ts';
export { prune, type PruneOptions, type PruneResult } from './prune.ts';
export { validate, type ValidateOptions } from './validate.ts';
