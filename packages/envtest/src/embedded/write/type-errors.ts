import { isRecord, NumberLiteral } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';

import { jsonKind } from './validate-metadata.ts';

/**
 * The first place where a value of a built-in kind has another JSON type than its Go field, in the
 * words of Go's decoder; `undefined` where all types fit. Unknown fields are not looked at.
 */
export function findTypeError(schema: Schema, value: unknown, kind: string): string | undefined {
  return find(schema, value, [], kind);
}

function find(schema: Schema, value: unknown, path: readonly string[], struct: string): string | undefined {
  if (value === null || value === undefined) return undefined;
  const expected = expectedType(schema, value);
  if (expected !== undefined) {
    const field = `${struct}.${path.join('.')}`;
    return `json: cannot unmarshal ${jsonKind(value)} into Go struct field ${field} of type ${expected}`;
  }
  if (Array.isArray(value)) return findInItems(schema, value, path, struct);
  if (isRecord(value)) return findInFields(schema, value, path, struct);
  return undefined;
}

function findInItems(
  schema: Schema,
  items: readonly unknown[],
  path: readonly string[],
  struct: string,
): string | undefined {
  if (!schema.items) return undefined;
  for (const item of items) {
    const error = find(schema.items, item, path, structName(struct, path.at(-1) ?? ''));
    if (error) return error;
  }
  return undefined;
}

function findInFields(
  schema: Schema,
  record: Record<string, unknown>,
  path: readonly string[],
  struct: string,
): string | undefined {
  for (const [key, value] of Object.entries(record)) {
    const named =
      schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    const additional =
      typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    const child = named ?? additional;
    if (!child || (path.length === 0 && key === 'metadata')) continue;
    const error = find(
      child,
      value,
      named ? [...path, key] : path,
      path.length === 0 ? struct : structName(struct, path.at(-1) ?? ''),
    );
    if (error) return error;
  }
  return undefined;
}

/** `Deployment` and `spec` make `DeploymentSpec`; deeper structs are named after their field alone. */
function structName(struct: string, field: string): string {
  const capital = field.charAt(0).toUpperCase() + field.slice(1);
  return struct.endsWith(capital) ? struct : /Spec$|Status$/.test(struct) ? capital : struct + capital;
}

/** The Go type that was expected where the value does not fit. */
function expectedType(schema: Schema, value: unknown): string | undefined {
  if (schema['x-kubernetes-int-or-string'] === true || schema.format === 'int-or-string') return undefined;
  const isNumber = typeof value === 'number' || value instanceof NumberLiteral;
  switch (schema.type) {
    case 'string':
      // Quantities may be written as numbers.
      return typeof value === 'string' || (isNumber && schema.format === undefined && isQuantity(schema))
        ? undefined
        : 'string';
    case 'integer':
      return isNumber && Number.isInteger(Number(value))
        ? undefined
        : (schema.format ?? 'int64').replace('int-or-string', 'string');
    case 'number':
      return isNumber ? undefined : 'float64';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'bool';
    case 'array':
      return Array.isArray(value) ? undefined : '[]object';
    case 'object':
      return isRecord(value) ? undefined : 'object';
    case undefined:
      return undefined;
  }
}

const isQuantity = (schema: Schema): boolean => schema.enum === undefined && schema.pattern === undefined;
