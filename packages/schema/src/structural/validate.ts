import type { FieldError } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { NO_OLD } from './correlate.ts';
import { embeddedResourceErrors } from './embedded-resources.ts';
import { duplicateItems } from './list-types.ts';
import { ValueValidator } from './value-validator.ts';

/** How {@link validate} reads a value. */
export interface ValidateOptions {
  /** Where the value stands within its object; the errors' fields begin with it. @default '' */
  readonly path?: string;
  /**
   * The value as it was before an update. Errors about parts that did not change are forgiven
   * (ratcheting), so that a schema may become stricter without locking up what is stored.
   */
  readonly old?: unknown;
}

/**
 * Validates a value against a schema, in the words of the API server.
 *
 * Checked are types, formats, enums, bounds, patterns (RE2, in linear time), required fields, the
 * junctors, the type and metadata of embedded resources, and the uniqueness of sets and maps.
 * CEL rules (`x-kubernetes-validations`) are not evaluated here, and unknown fields are no errors:
 * those are {@link prune}'s affair. Errors about the fields of a map come in the order of its keys.
 *
 * @returns the errors, none for a valid value. Never throws.
 *
 * @example
 * ```ts
 * import { type Schema, validate } from '@gitops-toolkit/schema';
 * const schema: Schema = { type: 'object', properties: { replicas: { type: 'integer', minimum: 0 } } };
 * for (const error of validate(schema, { replicas: 'three' }, { path: 'spec' })) {
 *   console.log(error.field, error.message);
 * }
 * ```
 */
export function validate(schema: Schema, value: unknown, options: ValidateOptions = {}): FieldError[] {
  const { path = '', old } = options;
  const validator = new ValueValidator(path);
  validator.validate(schema, value, old === undefined ? NO_OLD : old);
  const errors = validator.errors;
  errors.push(...embeddedResourceErrors(schema, value, path));
  const duplicates = duplicateItems(schema, value, path);
  // A list that had duplicates before may keep them, or others: the keys no longer tell items apart.
  if (duplicates.length > 0 && (old === undefined || duplicateItems(schema, old, path).length === 0)) {
    errors.push(...duplicates);
  }
  return errors;
}
