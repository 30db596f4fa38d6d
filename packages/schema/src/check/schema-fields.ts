import { isRecord } from '@gitops-toolkit/core';
import { fieldError, type FieldError, notSupported } from '../field-error.ts';
import type { Schema } from '../schema.ts';
import { listRuleErrors } from './list-rules.ts';
import { celRuleErrors } from './cel-rules.ts';

/** What JSON Schema has and structural schemas have not, with the API server's word for each. */
const UNSUPPORTED: readonly string[] = [
  'id',
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
];

const TYPES: readonly string[] = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

const RESOURCE_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Where a node stands, as far as the rules of fields depend on it. */
interface Surroundings {
  readonly isRoot: boolean;
  readonly insideMetadata: boolean;
  /** Why there may be no default here: empty where there may. */
  readonly noDefaultsBecause: string;
}

/** Whether any node has a field that structural schemas do not know. */
export function hasUnsupportedFields(schema: Schema): boolean {
  if (UNSUPPORTED.some((name) => isPresent(schema, name)) || Array.isArray(schema.items)) return true;
  return children(schema).some(({ child }) => hasUnsupportedFields(child));
}

/** What is wrong with the fields of each node, taken by itself. */
export function fieldErrors(schema: Schema, path: string): FieldError[] {
  return nodeErrors(schema, path, { isRoot: true, insideMetadata: false, noDefaultsBecause: '' });
}

function nodeErrors(schema: Schema, path: string, around: Surroundings): FieldError[] {
  const errors = ownErrors(schema, path, around);
  for (const { child, name, property } of children(schema)) {
    errors.push(...nodeErrors(child, `${path}.${name}`, surroundingsOf(schema, name, property, around)));
  }
  errors.push(
    ...extensionErrors(schema, path),
    ...listRuleErrors(schema, path),
    ...celRuleErrors(schema, path),
  );
  return errors;
}

function surroundingsOf(
  schema: Schema,
  name: string,
  property: string | undefined,
  around: Surroundings,
): Surroundings {
  if (name === 'additionalProperties' && around.insideMetadata) {
    return {
      ...around,
      isRoot: false,
      noDefaultsBecause: 'inside additionalProperties applying to object metadata',
    };
  }
  const holdsResource = around.isRoot || schema['x-kubernetes-embedded-resource'] === true;
  if (property === undefined || !holdsResource || !RESOURCE_FIELDS.has(property))
    return { ...around, isRoot: false };
  const noDefaultsBecause = around.isRoot ? `in top-level ${property}` : around.noDefaultsBecause;
  return { isRoot: false, insideMetadata: true, noDefaultsBecause };
}

function ownErrors(schema: Schema, path: string, around: Surroundings): FieldError[] {
  const errors: FieldError[] = [];
  const forbid = (name: string, detail: string): void => {
    errors.push(fieldError('FieldValueForbidden', `${path}.${name}`, undefined, detail));
  };
  const type: string | undefined = schema.type;
  if (type !== undefined && type !== '' && !TYPES.includes(type))
    errors.push(notSupported(`${path}.type`, type, TYPES));
  if (schema.default !== undefined && schema.default !== null && around.noDefaultsBecause !== '')
    forbid('default', `must not be set ${around.noDefaultsBecause}`);
  for (const name of UNSUPPORTED) if (isPresent(schema, name)) forbid(name, `${name} is not supported`);
  if (type === 'null') forbid('type', 'type cannot be set to null, use nullable as an alternative');
  if (Array.isArray(schema.items)) forbid('items', 'items must be a schema object and not an array');
  if (around.insideMetadata && schema['x-kubernetes-embedded-resource']) {
    forbid('x-kubernetes-embedded-resource', 'must not be used inside of resource meta');
  }
  if (schema.uniqueItems) {
    forbid('uniqueItems', 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic');
  }
  const additional = schema.additionalProperties;
  if (additional !== undefined && additional !== true && Object.keys(schema.properties ?? {}).length > 0) {
    forbid('additionalProperties', 'additionalProperties and properties are mutual exclusive');
  }
  return errors;
}

function extensionErrors(schema: Schema, path: string): FieldError[] {
  const preserve = schema['x-kubernetes-preserve-unknown-fields'];
  if (preserve !== false) return [];
  const field = `${path}.x-kubernetes-preserve-unknown-fields`;
  return [fieldError('FieldValueInvalid', field, preserve, 'must be true or undefined')];
}

function isPresent(schema: Schema, name: string): boolean {
  const value = Object.hasOwn(schema, name) ? (schema as Record<string, unknown>)[name] : undefined;
  return (
    value !== undefined &&
    value !== null &&
    value !== '' &&
    !(isRecord(value) && Object.keys(value).length === 0 && name !== 'dependencies')
  );
}

/** A schema within a schema. */
interface Child {
  readonly child: Schema;
  /** The step of the path that leads to it. */
  readonly name: string;
  /** The property that it is, if it is one. */
  readonly property?: string;
}

/** The schemas within a schema, in the order of the API server's walk. */
function children(schema: Schema): Child[] {
  const found: Child[] = [];
  const add = (child: unknown, name: string, property?: string): void => {
    if (isRecord(child)) found.push({ child, name, ...(property === undefined ? {} : { property }) });
  };
  add(schema.additionalProperties, 'additionalProperties');
  for (const [key, child] of Object.entries(schema.properties ?? {})) add(child, `properties[${key}]`, key);
  add(schema.not, 'not');
  for (const junctor of ['allOf', 'oneOf', 'anyOf'] as const) {
    (schema[junctor] ?? []).forEach((child, i) => add(child, `${junctor}[${i}]`));
  }
  add(schema.items, 'items');
  return found;
}
