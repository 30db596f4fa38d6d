import { fieldError, type FieldError } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { embeddedResourceErrors } from '../structural/embedded-resources.ts';
import { isEmbeddedResource } from '../structural/object-meta.ts';
import { prune } from '../structural/prune.ts';
import { validate } from '../structural/validate.ts';

/** Which defaults the schema itself would refuse. Below additional properties there are none. */
export function defaultErrors(schema: Schema, path: string): FieldError[] {
  // What stands for a whole object has to be one.
  return nodeErrors({ ...schema, 'x-kubernetes-embedded-resource': true }, path);
}

function nodeErrors(schema: Schema, path: string): FieldError[] {
  const errors = ownErrors(schema, `${path}.default`);
  if (schema.items) errors.push(...nodeErrors(schema.items, `${path}.items`));
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    errors.push(...nodeErrors(child, `${path}.properties[${key}]`));
  }
  return errors;
}

function ownErrors(schema: Schema, path: string): FieldError[] {
  const value = schema.default;
  if (value === undefined || value === null) return [];
  const { pruned } = prune(schema, value, { resource: isEmbeddedResource(schema) });
  const unknown =
    pruned.length === 0 ? [] : [fieldError('FieldValueInvalid', path, value, 'must not have unknown fields')];
  const resource = embeddedResourceErrors(schema, value, path);
  return [...unknown, ...(resource.length > 0 ? resource : validate(schema, value, { path }))];
}
