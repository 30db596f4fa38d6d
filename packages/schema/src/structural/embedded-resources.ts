import { isRecord } from '@gitops-toolkit/core';
import { fieldError, type FieldError } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { NO_OLD } from './correlate.ts';
import { isEmbeddedResource, objectMetaSchema } from './object-meta.ts';
import { ValueValidator } from './value-validator.ts';

/** What is wrong with the type and metadata of the objects inside of an object. */
export function embeddedResourceErrors(schema: Schema, value: unknown, path: string): FieldError[] {
  const errors: FieldError[] = [];
  visit(schema, value, path, errors);
  return errors;
}

function visit(schema: Schema, value: unknown, path: string, errors: FieldError[]): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) value.forEach((item, i) => visit(items, item, `${path}[${i}]`, errors));
  } else if (isRecord(value)) {
    if (isEmbeddedResource(schema)) checkResource(value, path, errors);
    for (const key of Object.keys(value)) {
      const property =
        schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
      const { additionalProperties: additional } = schema;
      if (property) visit(property, value[key], path === '' ? key : `${path}.${key}`, errors);
      else if (typeof additional === 'object') visit(additional, value[key], `${path}[${key}]`, errors);
    }
  }
}

const KIND =
  "may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

function checkResource(resource: Record<string, unknown>, path: string, errors: FieldError[]): void {
  checkTypeField(resource, 'apiVersion', path, errors, (text) =>
    text.split('/').length > 2 ? `unexpected GroupVersion string: ${text}` : undefined,
  );
  checkTypeField(resource, 'kind', path, errors, (text) =>
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text.toLowerCase()) ? undefined : KIND,
  );
  if (!Object.hasOwn(resource, 'metadata')) return;
  const validator = new ValueValidator(`${path}.metadata`);
  validator.validate(objectMetaSchema, resource['metadata'], NO_OLD);
  errors.push(...validator.errors);
}

function checkTypeField(
  resource: Record<string, unknown>,
  key: 'apiVersion' | 'kind',
  path: string,
  errors: FieldError[],
  complaint: (text: string) => string | undefined,
): void {
  const field = `${path}.${key}`;
  const value = resource[key];
  if (!Object.hasOwn(resource, key)) {
    errors.push(fieldError('FieldValueRequired', field, undefined));
  } else if (typeof value !== 'string') {
    errors.push(fieldError('FieldValueInvalid', field, value, 'must be a string'));
  } else if (value === '') {
    errors.push(fieldError('FieldValueInvalid', field, value, 'must not be empty'));
  } else {
    const text = complaint(value);
    if (text !== undefined) errors.push(fieldError('FieldValueInvalid', field, value, text));
  }
}
