/**
 * Structural schemas of Kubernetes: what an API server does with an object before it stores it.
 *
 * - A {@link Schema} says what an object may be: a CRD's `openAPIV3Schema`, or that of a built-in kind
 *   ({@link builtinSchema}), derived from a real API server.
 * - {@link prune}, {@link applyDefaults} and {@link validate} are the three steps of a write, in this order.
 * - A {@link FieldError} is one thing that is wrong, in the API server's words; {@link invalidMessage} makes
 *   the message of a `Status` of several.
 * - {@link checkStructural} says whether a CRD's schema would be accepted.
 *
 * @example
 * ```ts
 * import { applyDefaults, prune, type Schema, validate } from '@gitops-toolkit/schema';
 * const schema: Schema = {
 *   type: 'object',
 *   properties: { spec: { type: 'object', properties: { size: { type: 'integer', minimum: 1, default: 1 } } } },
 * };
 * const { value, pruned } = prune(schema, { apiVersion: 'a.io/v1', kind: 'A', spec: { colour: 'red' } });
 * const stored = applyDefaults(schema, value);
 * console.log(pruned, stored, validate(schema, stored)); // [ 'spec.colour' ] { …, spec: { size: 1 } } []
 * ```
 *
 * @module
 */
export {
  applyDefaults,
  checkStructural,
  type CheckStructuralOptions,
  fieldError,
  type FieldError,
  type FieldErrorType,
  fieldErrorText,
  invalidMessage,
  notSupported,
  prune,
  type PruneOptions,
  type PruneResult,
  type Schema,
  type SchemaKind,
  type SchemaType,
  tooLong,
  tooMany,
  validate,
  type ValidateOptions,
  type ValidationRule,
} from './structural/index.ts';
export {
  builtinResource,
  type BuiltinResource,
  builtinResources,
  type BuiltinSubresource,
} from './builtin/resources.ts';
export { builtinSchema } from './builtin/schemas.ts';
export { SchemaError, type SchemaErrorCode } from './errors.ts';
