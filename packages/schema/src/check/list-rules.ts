import { fieldError, type FieldError, notSupported } from '../field-error.ts';
import type { Schema } from '../schema.ts';

/** What is wrong with the list and map types of one node. */
export function listRuleErrors(schema: Schema, path: string): FieldError[] {
  return [
    ...mapTypeErrors(schema, path),
    ...listTypeErrors(schema, path),
    ...mapKeyErrors(schema, path),
    ...itemErrors(schema, path),
  ];
}

function mapTypeErrors(schema: Schema, path: string): FieldError[] {
  const mapType: string | undefined = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return [];
  const errors = requireType(schema, path, 'object', 'must be object if x-kubernetes-map-type is specified');
  if (mapType !== 'atomic' && mapType !== 'granular') {
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  }
  return errors;
}

function listTypeErrors(schema: Schema, path: string): FieldError[] {
  const listType: string | undefined = schema['x-kubernetes-list-type'];
  if (listType === undefined) return [];
  const errors = requireType(schema, path, 'array', 'must be array if x-kubernetes-list-type is specified');
  if (errors.length === 0 && listType === 'set' && schema.items)
    errors.push(...setItemErrors(schema.items, path));
  if (!['atomic', 'set', 'map'].includes(listType)) {
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']));
  }
  return errors;
}

/** Items of a set are compared as a whole, so nothing in them may be merged. */
function setItemErrors(items: Schema, path: string): FieldError[] {
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items['x-kubernetes-list-type'];
  if (items.type === 'array' && listType !== undefined && listType !== 'atomic') {
    return [fieldError('FieldValueInvalid', `${path}.items.x-kubernetes-list-type`, listType, detail)];
  }
  if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    return [fieldError('FieldValueInvalid', `${path}.items.x-kubernetes-map-type`, listType ?? null, detail)];
  }
  return [];
}

function mapKeyErrors(schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (keys.length > 0 && listType !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    const type = listType === undefined ? 'FieldValueRequired' : 'FieldValueInvalid';
    errors.push(fieldError(type, `${path}.x-kubernetes-list-type`, listType, detail));
  }
  if (listType !== 'map') return errors;
  if (keys.length === 0) {
    const detail = 'must not be empty if x-kubernetes-list-type is map';
    errors.push(fieldError('FieldValueRequired', `${path}.x-kubernetes-list-map-keys`, undefined, detail));
  }
  if (!schema.items) {
    const detail = 'must have a schema if x-kubernetes-list-type is map';
    errors.push(fieldError('FieldValueRequired', `${path}.items`, undefined, detail));
  } else if (schema.items.type !== 'object') {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    errors.push(fieldError('FieldValueInvalid', `${path}.items.type`, schema.items.type ?? '', detail));
  } else {
    errors.push(...keyPropertyErrors(keys, schema.items, path));
  }
  return errors;
}

function keyPropertyErrors(keys: readonly string[], items: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  keys.forEach((key, i) => {
    const property = items.properties?.[key];
    if (!property) {
      const detail = 'entries must all be names of item properties';
      errors.push(fieldError('FieldValueInvalid', `${path}.x-kubernetes-list-map-keys`, keys, detail));
    } else if (property.type === 'array' || property.type === 'object') {
      const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(
        fieldError('FieldValueInvalid', `${path}.items.properties[${key}].type`, items.type, detail),
      );
    }
    if (keys.indexOf(key) < i) {
      const detail = 'must not contain duplicate entries';
      errors.push(fieldError('FieldValueInvalid', `${path}.x-kubernetes-list-map-keys`, keys, detail));
    }
  });
  return errors;
}

/** Items need an identity: no null among them, and a value for each of their keys. */
function itemErrors(schema: Schema, path: string): FieldError[] {
  const { items } = schema;
  const listType = schema['x-kubernetes-list-type'];
  if (!items || (listType !== 'set' && listType !== 'map')) return [];
  const errors: FieldError[] = [];
  if (items.nullable) {
    const detail = `cannot be nullable when x-kubernetes-list-type is ${listType}`;
    errors.push(fieldError('FieldValueForbidden', `${path}.items.nullable`, undefined, detail));
  }
  for (const key of listType === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : []) {
    const property = items.properties?.[key];
    const field = `${path}.items.properties[${key}]`;
    const why = 'this property is in x-kubernetes-list-map-keys, so it';
    if (property && !items.required?.includes(key) && property.default === undefined) {
      const detail = `${why} must have a default or be a required property`;
      errors.push(fieldError('FieldValueRequired', `${field}.default`, undefined, detail));
    }
    if (property?.nullable) {
      errors.push(
        fieldError('FieldValueForbidden', `${field}.nullable`, undefined, `${why} cannot be nullable`),
      );
    }
  }
  return errors;
}

function requireType(schema: Schema, path: string, type: 'object' | 'array', detail: string): FieldError[] {
  if (schema.type === type) return [];
  const kind = schema.type === undefined ? 'FieldValueRequired' : 'FieldValueInvalid';
  return [fieldError(kind, `${path}.type`, schema.type, detail)];
}
