import { fieldError, type FieldError } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { isEmbeddedResource } from '../structural/object-meta.ts';
import { prune } from '../structural/prune.ts';
import { validate } from '../structural/validate.ts';

/** Which defaults the schema itself would refuse. Below additional properties there are none. */
export function defaultErrors(schema: Schema, path: string): FieldError[] {
  const errors = ownErrors(schema, `${path}.default`);
  if (schema.items) errors.push(...defaultErrors(schema.items, `${path}.items`));
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    errors.push(...defaultErrors(child, `${path}.properties[${key}]`));
  }
  return errors;
}

function ownErrors(schema: Schema, path: string): FieldError[] {
  const value = schema.default;
  if (value === undefined || value === null) return [];
  const { pruned } = prune(schema, value, { resource: isEmbeddedResource(schema) });
  const errors = validate(schema, value, { path });
  if (pruned.length === 0) return errors;
  return [fieldError('FieldValueInvalid', path, value, 'must not have unknown fields'), ...errors];
}
