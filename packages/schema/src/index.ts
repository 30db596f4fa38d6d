export {
  fieldError,
  type FieldError,
  type FieldErrorType,
  fieldErrorText,
  invalidMessage,
  notSupported,
  tooLong,
  tooMany,
} from './field-error.ts';
export type { Schema, SchemaKind, SchemaType, ValidationRule } from './schema.ts';
export { applyDefaults } from './structural/apply-defaults.ts';
export { prune, type PruneOptions, type PruneResult } from './structural/prune.ts';
export { validate, type ValidateOptions } from './structural/validate.ts';
export {
  builtinResource,
  type BuiltinResource,
  builtinResources,
  type BuiltinSubresource,
} from './builtin/resources.ts';
export { builtinSchema } from './builtin/schemas.ts';
export { SchemaError, type SchemaErrorCode } from './errors.ts';
export { checkStructural, type CheckStructuralOptions } from './check/check-structural.ts';
