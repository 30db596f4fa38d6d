import { fieldErrorText, type FieldError } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { completenessErrors } from './completeness.ts';
import { defaultErrors } from './default-values.ts';
import { wellFormedErrors } from './well-formed.ts';
import { fieldErrors, hasUnsupportedFields } from './schema-fields.ts';
import { invariantErrors } from './invariants.ts';

/** How {@link checkStructural} names places. */
export interface CheckStructuralOptions {
  /**
   * Where the schema stands in its CRD. A CRD whose versions differ has
   * `spec.versions[0].schema.openAPIV3Schema` and so on.
   * @default 'spec.validation.openAPIV3Schema'
   */
  readonly path?: string;
}

/**
 * Checks that a CRD's schema is structural: a type at every node, logic without structure, no
 * references, lists and maps that fit their `x-kubernetes-*` extensions, defaults that are valid.
 * The errors are those with which the API server refuses the CRD. CEL rules are checked for their
 * form; they are not compiled.
 *
 * @param schema the schema as it was read: whatever it holds, nothing is thrown.
 *
 * @example
 * ```ts
 * import { checkStructural } from '@gitops-toolkit/schema';
 * const errors = checkStructural({ type: 'object', properties: { spec: {} } });
 * console.log(errors[0]?.field); // spec.validation.openAPIV3Schema.properties[spec].type
 * ```
 */
export function checkStructural(schema: Schema, options: CheckStructuralOptions = {}): FieldError[] {
  const { path = 'spec.validation.openAPIV3Schema' } = options;
  const malformed = wellFormedErrors(schema, path);
  if (malformed.length > 0) return malformed;
  const errors: FieldError[] = [];
  if (schema.nullable) {
    errors.push({
      type: 'FieldValueForbidden',
      field: `${path}.nullable`,
      message: 'Forbidden: nullable cannot be true at the root',
    });
  }
  // A schema with fields that structural ones lack is only told about these.
  if (!hasUnsupportedFields(schema)) {
    const structural = [...invariantErrors(schema, path), ...completenessErrors(schema, path)].sort(byText);
    errors.push(...(structural.length > 0 ? structural : defaultErrors(schema, path)));
  }
  return [...errors, ...fieldErrors(schema, path)];
}

function byText(a: FieldError, b: FieldError): number {
  const left = fieldErrorText(a);
  const right = fieldErrorText(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
