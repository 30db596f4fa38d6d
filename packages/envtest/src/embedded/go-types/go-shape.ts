import { cloneValue, createRecord, isRecord, type KubeObject, setOwn } from '@gitops-toolkit/core';

import { type FieldKind, type MessageField, messageName, messageType } from './message-types.ts';
import { canonicalQuantity } from './quantity.ts';

/** The entries of ownership, where an empty list is a command to forget them. */
const MANAGED_FIELDS = 'managedFields';
/** Schemas, whose own fields decide what an empty value in them means. */
const OPAQUE_MESSAGE = 'apiextensions/v1.JSONSchemaProps';

/** Whether the Go type of a kind is known. */
export function hasGoType(apiVersion: string, kind: string): boolean {
  return messageType(messageName(apiVersion, kind)) !== undefined;
}

/**
 * An object of a built-in kind as Go prints it after reading it: empty lists and zero values are left
 * out, structs that are always there are there, quantities have their canonical form. A copy.
 */
export function shapeAsGo(object: KubeObject): KubeObject {
  const { apiVersion, kind, ...rest } = object;
  return { kind, apiVersion, ...shapeMessage(messageName(apiVersion, kind), rest) } as unknown as KubeObject;
}

/**
 * What Go prints for a new object of a kind. A creation is compared with it, so that nobody comes to
 * own a struct that is always there. `undefined` for kinds that are not known.
 */
export function zeroObject(apiVersion: string, kind: string): KubeObject | undefined {
  return hasGoType(apiVersion, kind) ? shapeAsGo({ apiVersion, kind, metadata: {} }) : undefined;
}

function shapeMessage(name: string, record: Record<string, unknown>): Record<string, unknown> {
  const type = messageType(name);
  if (!type || name === OPAQUE_MESSAGE) return cloneValue(record);
  const shaped = createRecord();
  const known = new Set<string>();
  for (const field of type.values()) {
    if (field.inline && field.type.kind === 'message') {
      // Its fields are among the record's own; an absent pointer has none.
      const inner = messageType(field.type.message);
      const fields = Object.fromEntries(
        [...(inner?.values() ?? [])].map((part) => [part.name, record[part.name]]),
      );
      Object.assign(shaped, shapeMessage(field.type.message, fields));
      for (const key of Object.keys(fields)) known.add(key);
      continue;
    }
    known.add(field.name);
    const value = shapeField(field, Object.hasOwn(record, field.name) ? record[field.name] : undefined);
    if (value !== undefined) setOwn(shaped, field.name, value);
  }
  for (const key of Object.keys(record)) if (!known.has(key)) setOwn(shaped, key, cloneValue(record[key]));
  return shaped;
}

function shapeField(field: MessageField, value: unknown): unknown {
  if (value === undefined || value === null) return zeroField(field);
  const { type } = field;
  switch (type.kind) {
    case 'list':
    case 'namedList':
      if (!Array.isArray(value)) return value;
      if (value.length === 0 && field.name !== MANAGED_FIELDS) return zeroField(field);
      return value.map((item) => shapeValue(type.of, item));
    case 'map':
      if (!isRecord(value)) return value;
      return Object.keys(value).length === 0 ? zeroField(field) : shapeMap(type.of, value);
    case 'message':
      return shapeValue(type, value);
    default:
      return !field.pointer && field.omitEmpty && isZero(value) ? undefined : shapeValue(type, value);
  }
}

const isZero = (value: unknown): boolean => value === '' || value === 0 || value === false;

function shapeMap(of: FieldKind, map: Record<string, unknown>): Record<string, unknown> {
  const shaped = createRecord();
  // Null reads as the zero value, which for all maps there are is a text or a list.
  // Go prints maps in the order of their keys.
  for (const key of Object.keys(map).sort())
    setOwn(shaped, key, map[key] === null ? '' : shapeValue(of, map[key]));
  return shaped;
}

function shapeValue(type: FieldKind, value: unknown): unknown {
  if (type.kind === 'message' && isRecord(value)) return shapeMessage(type.message, value);
  if (type.kind === 'special' && type.name === 'quantity') return canonicalQuantity(value);
  return cloneValue(value);
}

/** What a field that is not set prints as; `undefined` where it is left out. */
function zeroField({ type, omitEmpty, omitZero, pointer }: MessageField): unknown {
  if (omitZero) return undefined;
  if (pointer || type.kind === 'list' || type.kind === 'map') return omitEmpty ? undefined : null;
  // A struct is never empty for Go's printer, so it is there even with the mark to leave it out.
  if (type.kind === 'message') return shapeMessage(type.message, {});
  if (type.kind === 'special') return zeroSpecial(type.name, omitEmpty);
  return omitEmpty ? undefined : zeroScalar(type);
}

function zeroSpecial(name: string, omitEmpty: boolean): unknown {
  if (name === 'time' || name === 'microTime') return null;
  if (name === 'quantity') return '0';
  if (name === 'intOrString') return 0;
  return omitEmpty ? undefined : null;
}

function zeroScalar({ kind }: FieldKind): unknown {
  if (kind === 'string') return '';
  if (kind === 'integer' || kind === 'long' || kind === 'double') return 0;
  return kind === 'boolean' ? false : null;
}
