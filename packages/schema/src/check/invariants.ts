import { isEqual } from '@gitops-toolkit/core';
import { fieldError, type FieldError } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { compilePattern } from '../pattern/compile-pattern.ts';

type Level = 'root' | 'item' | 'field';

const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }];

/** Where structure is missing, and where it stands among logic, which may only restrict. */
export function invariantErrors(schema: Schema, path: string): FieldError[] {
  return structureErrors(schema, 'root', path);
}

function structureErrors(schema: Schema, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.type === 'array' && !schema.items) {
    errors.push(fieldError('FieldValueRequired', `${path}.items`, undefined, 'must be specified'));
  }
  if (schema.items) errors.push(...structureErrors(schema.items, 'item', `${path}.items`));
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    errors.push(...structureErrors(child, 'field', `${path}.properties[${key}]`));
  }
  errors.push(...additionalErrors(schema, level, path), ...extensionErrors(schema, path));
  const isAnyOf = isEqual(schema.anyOf, INT_OR_STRING);
  const isAllOf = isEqual(schema.allOf?.[0]?.anyOf, INT_OR_STRING);
  errors.push(...logicErrors(schema, isAnyOf, isAllOf, path));
  errors.push(...typeErrors(schema, level, path), ...resourceErrors(schema, level, path));
  return errors;
}

function additionalErrors(schema: Schema, level: Level, path: string): FieldError[] {
  const { additionalProperties: additional } = schema;
  if (additional === undefined) return [];
  const field = `${path}.additionalProperties`;
  const errors: FieldError[] = [];
  if (level === 'root') errors.push(forbidden(field, 'must not be used at the root'));
  if (typeof additional === 'object') errors.push(...structureErrors(additional, 'field', field));
  if (schema['x-kubernetes-embedded-resource']) {
    errors.push(forbidden(field, 'must not be used if x-kubernetes-embedded-resource is set'));
  }
  return errors;
}

function extensionErrors(schema: Schema, path: string): FieldError[] {
  if (!schema['x-kubernetes-int-or-string']) return [];
  const clashing = ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const;
  return clashing
    .filter((name) => schema[name])
    .map((name) =>
      fieldError(
        'FieldValueInvalid',
        `${path}.${name}`,
        true,
        'must be false if x-kubernetes-int-or-string is true',
      ),
    );
}

const MISSING_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function typeErrors(schema: Schema, level: Level, path: string): FieldError[] {
  const field = `${path}.type`;
  const type = schema.type ?? '';
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-embedded-resource'] && type !== 'object') {
    const kind = type === '' ? 'FieldValueRequired' : 'FieldValueInvalid';
    errors.push(fieldError(kind, field, type, 'must be object if x-kubernetes-embedded-resource is true'));
  } else if (
    type === '' &&
    !schema['x-kubernetes-int-or-string'] &&
    !schema['x-kubernetes-preserve-unknown-fields']
  ) {
    errors.push(fieldError('FieldValueRequired', field, undefined, MISSING_TYPE[level]));
  }
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.push(fieldError('FieldValueInvalid', field, type, 'must be object at the root'));
  }
  return errors;
}

/** Whole objects have a type and metadata, of which a schema may only restrict the names. */
function resourceErrors(schema: Schema, level: Level, path: string): FieldError[] {
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const errors: FieldError[] = [];
  const properties = schema.properties ?? {};
  const { metadata } = properties;
  if (level === 'root' || isEmbedded) {
    for (const key of ['kind', 'apiVersion']) {
      const property = properties[key];
      if (!property || property.type === 'string') continue;
      const field = `${path}.properties[${key}].type`;
      errors.push(fieldError('FieldValueInvalid', field, property.type ?? '', 'must be string'));
    }
    if (metadata && metadata.type !== 'object') {
      const field = `${path}.properties[metadata].type`;
      errors.push(fieldError('FieldValueInvalid', field, metadata.type ?? '', 'must be object'));
    }
  }
  if (metadata && level === 'root' && !onlyRestrictsNames(metadata)) {
    const detail =
      'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbidden(`${path}.properties[metadata]`, detail));
  }
  if (isEmbedded && !schema['x-kubernetes-preserve-unknown-fields'] && Object.keys(properties).length === 0) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(fieldError('FieldValueRequired', `${path}.properties`, undefined, detail));
  }
  return errors;
}

function onlyRestrictsNames(metadata: Schema): boolean {
  const names = Object.keys(metadata.properties ?? {});
  if (names.some((name) => name !== 'name' && name !== 'generateName')) return false;
  return Object.keys(metadata).every((key) => key === 'type' || key === 'default' || key === 'properties');
}

function logicErrors(
  schema: Schema,
  skipAnyOf: boolean,
  skipFirstAllOf: boolean,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!skipAnyOf)
    schema.anyOf?.forEach((child, i) =>
      errors.push(...restrictionErrors(child, false, `${path}.anyOf[${i}]`)),
    );
  schema.allOf?.forEach((child, i) =>
    errors.push(...restrictionErrors(child, skipFirstAllOf && i === 0, `${path}.allOf[${i}]`)),
  );
  schema.oneOf?.forEach((child, i) => errors.push(...restrictionErrors(child, false, `${path}.oneOf[${i}]`)));
  if (schema.not) errors.push(...restrictionErrors(schema.not, false, `${path}.not`));
  if (schema.pattern) {
    const compiled = compilePattern(schema.pattern);
    if (compiled.error !== undefined) {
      const detail = `must be a valid regular expression, but isn't: ${compiled.error}`;
      errors.push(fieldError('FieldValueInvalid', `${path}.pattern`, schema.pattern, detail));
    }
  }
  return errors;
}

/** What may not stand among logic, and the word that says how it must be instead. */
const STRUCTURE: readonly (readonly [name: keyof Schema, must: string])[] = [
  ['type', 'empty'],
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-validations', 'empty'],
];

function restrictionErrors(schema: Schema, skipAnyOf: boolean, path: string): FieldError[] {
  const errors = logicErrors(schema, skipAnyOf, false, path);
  if (schema.items) errors.push(...restrictionErrors(schema.items, false, `${path}.items`));
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    errors.push(...restrictionErrors(child, false, `${path}.properties[${key}]`));
  }
  for (const [name, must] of STRUCTURE) {
    if (isSet(schema[name])) errors.push(forbidden(`${path}.${name}`, `must be ${must} to be structural`));
  }
  // Other objects' metadata is validated by everyone's rules, which logic here could contradict.
  if (schema.properties?.['metadata']) {
    errors.push(forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  }
  return errors;
}

function isSet(value: unknown): boolean {
  return (
    value !== undefined &&
    value !== null &&
    value !== '' &&
    value !== false &&
    !(Array.isArray(value) && value.length === 0)
  );
}

function forbidden(field: string, detail: string): FieldError {
  return fieldError('FieldValueForbidden', field, undefined, detail);
}
