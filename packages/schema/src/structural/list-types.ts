import { isRecord, NumberLiteral } from '@gitops-toolkit/core';
import { fieldError, type FieldError } from '../field-error.ts';
import { printJson } from '../go-print.ts';
import type { Schema } from '../schema.ts';
import { fieldSchema } from './child-schema.ts';

/** The items that a set or a map (`x-kubernetes-list-type`) has twice, all over a value. */
export function duplicateItems(schema: Schema, value: unknown, path: string): FieldError[] {
  const errors: FieldError[] = [];
  visit(schema, value, path, errors);
  return errors;
}

function visit(schema: Schema, value: unknown, path: string, errors: FieldError[]): void {
  if (Array.isArray(value)) {
    checkList(schema, value, path, errors);
    const { items } = schema;
    if (items && hasStructure(items)) value.forEach((item, i) => visit(items, item, `${path}[${i}]`, errors));
  } else if (isRecord(value)) {
    for (const key of Object.keys(value)) {
      const child = fieldSchema(schema, key);
      if (child && hasStructure(child)) visit(child, value[key], childPath(schema, path, key), errors);
    }
  }
}

/** Scalars hold no lists. */
function hasStructure(schema: Schema): boolean {
  return (
    schema.properties !== undefined || schema.items !== undefined || schema.additionalProperties !== undefined
  );
}

function childPath(schema: Schema, path: string, key: string): string {
  const isProperty = schema.properties !== undefined && Object.hasOwn(schema.properties, key);
  if (!isProperty) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

function checkList(schema: Schema, list: readonly unknown[], path: string, errors: FieldError[]): void {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') {
    for (const i of repeated(list)) errors.push(fieldError('FieldValueDuplicate', `${path}[${i}]`, list[i]));
  } else if (type === 'map') {
    checkMap(schema['x-kubernetes-list-map-keys'] ?? [], list, path, errors);
  }
}

function checkMap(
  keys: readonly string[],
  list: readonly unknown[],
  path: string,
  errors: FieldError[],
): void {
  const wrong = list.findIndex((item) => item !== null && !isRecord(item));
  if (wrong >= 0) {
    const detail = 'must be an object for an array of list-type map';
    errors.push(fieldError('FieldValueInvalid', `${path}[${wrong}]`, list[wrong], detail));
    return;
  }
  const identities = list.map((item) => identityOf(item, keys));
  for (const i of repeated(identities)) {
    errors.push(fieldError('FieldValueDuplicate', `${path}[${i}]`, identities[i]));
  }
}

function identityOf(item: unknown, keys: readonly string[]): Record<string, unknown> {
  const present = keys.filter((key) => isRecord(item) && Object.hasOwn(item, key));
  return Object.fromEntries(present.map((key) => [key, (item as Record<string, unknown>)[key]]));
}

/** The place of the second appearance of each item that appears more than once. */
function repeated(list: readonly unknown[]): number[] {
  if (list.length < 2) return [];
  const counts = new Map<unknown, number>();
  return list.flatMap((item, i) => {
    const key = identityKey(item);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return count === 1 ? [i] : [];
  });
}

function identityKey(item: unknown): unknown {
  return typeof item === 'object' && item !== null && !(item instanceof NumberLiteral)
    ? `json:${printJson(item)}`
    : typeof item === 'string'
      ? `string:${item}`
      : item instanceof NumberLiteral
        ? `literal:${item.json}`
        : item;
}
