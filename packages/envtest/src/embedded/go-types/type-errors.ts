import { isRecord, NumberLiteral } from '@gitops-toolkit/core';

import { type FieldKind, type MessageField, messageType } from './message-types.ts';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The first place where a value has another JSON type than its Go field, in the words of Go's decoder;
 * `undefined` where all types fit. Unknown fields are not looked at.
 *
 * @param message the message of the value's type
 */
export function findTypeError(message: string, value: Record<string, unknown>): string | undefined {
  return inMessage(message, value, []);
}

function inMessage(
  message: string,
  record: Record<string, unknown>,
  path: readonly string[],
): string | undefined {
  for (const field of messageType(message)?.values() ?? []) {
    if (field.inline && field.type.kind === 'message') {
      const error = inMessage(field.type.message, record, path);
      if (error) return error;
    } else if (Object.hasOwn(record, field.name)) {
      const error = inField(message, field, record[field.name], [...path, field.name]);
      if (error) return error;
    }
  }
  return undefined;
}

function inField(
  message: string,
  { type }: MessageField,
  value: unknown,
  path: readonly string[],
): string | undefined {
  // Metadata has been checked already, for all kinds alike.
  return path.length === 1 && path[0] === 'metadata' ? undefined : inValue(message, type, value, path);
}

function inValue(
  message: string,
  type: FieldKind,
  value: unknown,
  path: readonly string[],
): string | undefined {
  if (value === null || value === undefined) return undefined;
  const wanted = mismatch(type, value);
  if (wanted !== undefined) {
    const struct = message.slice(message.lastIndexOf('.') + 1);
    return `json: cannot unmarshal ${jsonKind(value)} into Go struct field ${struct}.${path.join('.')} of type ${wanted}`;
  }
  if (type.kind === 'message') return inMessage(type.message, value as Record<string, unknown>, path);
  if (type.kind === 'list' || type.kind === 'namedList')
    return first(value as unknown[], (item) => inValue(message, type.of, item, path));
  if (type.kind === 'map')
    return first(Object.values(value), (item) => inValue(message, type.of, item, path));
  return type.kind === 'bytes' ? base64Error(value as string) : undefined;
}

function first(values: readonly unknown[], find: (value: unknown) => string | undefined): string | undefined {
  for (const value of values) {
    const error = find(value);
    if (error) return error;
  }
  return undefined;
}

function base64Error(text: string): string | undefined {
  if (BASE64.test(text) && text.length % 4 === 0) return undefined;
  const bad = /[^A-Za-z0-9+/]/.exec(text)?.index ?? text.length - (text.length % 4);
  return `illegal base64 data at input byte ${bad}`;
}

/** The Go type that was expected where the value does not fit. */
function mismatch(type: FieldKind, value: unknown): string | undefined {
  const isNumber = typeof value === 'number' || value instanceof NumberLiteral;
  const isInteger = isNumber && Number.isInteger(Number(value));
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' ? undefined : 'string';
    case 'bytes':
      return typeof value === 'string' ? undefined : '[]uint8';
    case 'integer':
      return isInteger ? undefined : 'int32';
    case 'long':
      return isInteger ? undefined : 'int64';
    case 'double':
      return isNumber ? undefined : 'float64';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'bool';
    case 'message':
      return isRecord(value) ? undefined : goName(type.message);
    case 'list':
    case 'namedList':
      return Array.isArray(value) ? undefined : `[]${elementName(type.of)}`;
    case 'map':
      return isRecord(value) ? undefined : `map[string]${elementName(type.of)}`;
    case 'special':
      return undefined;
  }
}

function goName(message: string): string {
  return message.slice(message.indexOf('/') + 1);
}

function elementName(type: FieldKind): string {
  return type.kind === 'message' ? goName(type.message) : type.kind === 'bytes' ? '[]uint8' : type.kind;
}

/** Go's name for the kind of a JSON value. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'object') return value === null ? 'null' : isRecord(value) ? 'object' : 'number';
  return typeof value;
}
