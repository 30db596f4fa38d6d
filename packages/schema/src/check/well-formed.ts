import type { FieldError } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { validate } from '../structural/validate.ts';

const string: Schema = { type: 'string' };
const number: Schema = { type: 'number' };
const boolean: Schema = { type: 'boolean' };
const strings: Schema = { type: 'array', items: string };
const any: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

const rule: Schema = {
  type: 'object',
  properties: {
    rule: string,
    message: string,
    messageExpression: string,
    reason: string,
    fieldPath: string,
    optionalOldSelf: boolean,
  },
};

/** The fields of a schema. It is filled in below, since schemas contain schemas. */
const properties: Record<string, Schema> = {};
const schemaSchema: Schema = { type: 'object', properties };
const schemas: Schema = { type: 'array', items: schemaSchema };
const namedSchemas: Schema = { type: 'object', additionalProperties: schemaSchema };

Object.assign(properties, {
  type: string,
  format: string,
  title: string,
  description: string,
  nullable: boolean,
  properties: namedSchemas,
  additionalProperties: { anyOf: [{ type: 'object' }, { type: 'boolean' }], properties },
  // A list of schemas is well-formed, though it is never structural.
  items: { anyOf: [{ type: 'object' }, { type: 'array' }], properties, items: schemaSchema },
  required: strings,
  enum: { type: 'array', items: any },
  pattern: string,
  minLength: number,
  maxLength: number,
  minItems: number,
  maxItems: number,
  uniqueItems: boolean,
  minProperties: number,
  maxProperties: number,
  minimum: number,
  exclusiveMinimum: boolean,
  maximum: number,
  exclusiveMaximum: boolean,
  multipleOf: number,
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  not: schemaSchema,
  'x-kubernetes-preserve-unknown-fields': boolean,
  'x-kubernetes-int-or-string': boolean,
  'x-kubernetes-embedded-resource': boolean,
  'x-kubernetes-list-type': string,
  'x-kubernetes-list-map-keys': strings,
  'x-kubernetes-map-type': string,
  'x-kubernetes-validations': { type: 'array', items: rule },
} satisfies Record<string, Schema>);

/** Where a schema's own fields have the wrong types, so that nothing else can be said of it. */
export function wellFormedErrors(schema: unknown, path: string): FieldError[] {
  return validate(schemaSchema, schema, { path });
}
