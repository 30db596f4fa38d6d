import { getOwn } from '@gitops-toolkit/core';
import { fieldError, type FieldError, type Schema, validate } from '@gitops-toolkit/schema';
import { brokenRules } from './builder/rules.ts';

/** What a definition says of its objects. */
export interface ObjectShape {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: Schema;
}

/** What is wrong with an object: its type, else what its schema says, else the rules that it breaks. */
export function checkObject(shape: ObjectShape, object: unknown): FieldError[] {
  const wrongType = typeErrors(shape, object);
  if (wrongType.length > 0) return wrongType;
  const errors = validate(shape.schema, object);
  return errors.length > 0 ? errors : brokenRules(shape.schema, object);
}

function typeErrors(shape: ObjectShape, object: unknown): FieldError[] {
  return (['kind', 'apiVersion'] as const)
    .filter((field) => getOwn(object, field) !== shape[field])
    .map((field) =>
      fieldError('FieldValueInvalid', field, getOwn(object, field) ?? '', `must be ${shape[field]}`),
    );
}
