import { createRecord, isRecord, NumberLiteral } from '@gitops-toolkit/core';
import {
  countValue,
  type GoMap,
  GoStruct,
  isGoMap,
  isNilList,
  isNilMap,
  printFloat,
  Sized,
  toBase64,
} from '@gitops-toolkit/go-template';

/** A value with Go's types as go-yaml writes it, which does not take the way through JSON: floats are as Go prints them. */
export function prettyValue(value: unknown): unknown {
  const withFloats = (plain: unknown): unknown => {
    if (typeof plain === 'number' && Math.abs(plain) >= 1e6 && Number.isFinite(plain)) {
      return new NumberLiteral(printFloat(plain));
    }
    if (Array.isArray(plain)) return plain.map(withFloats);
    if (!isGoMap(plain)) return plain;
    const map = createRecord();
    for (const key of Object.keys(plain)) map[key] = withFloats(plain[key]);
    return map;
  };
  return plainValue(withFloats(value));
}

/** An integer as JSON has it. */
type PlainInteger = (value: bigint) => unknown;

/**
 * A value with Go's types as the JSON that Go makes of it, keys as they come. Values are mostly what JSON has, and that
 * much is not copied: the result is to be read, and not to be kept.
 */
export function plainValue(value: unknown, integer: PlainInteger = exactInteger): unknown {
  countValue(value);
  switch (typeof value) {
    case 'bigint':
      return integer(value);
    case 'object':
      return value === null ? null : plainObject(value, integer);
    case 'undefined':
      return null;
    default:
      return value;
  }
}

function exactInteger(value: bigint): unknown {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : new NumberLiteral(String(value));
}

function plainObject(value: object, integer: PlainInteger): unknown {
  if (Array.isArray(value)) return isNilList(value) ? null : plainList(value, integer);
  if (isGoMap(value)) return plainMap(value, integer);
  if (value instanceof Uint8Array) return toBase64(value);
  if (value instanceof Sized) return typeof value.value === 'bigint' ? integer(value.value) : value.value;
  return value instanceof GoStruct ? plainStruct(value, integer) : value;
}

function plainList(list: readonly unknown[], integer: PlainInteger): readonly unknown[] {
  const plain = list.map((item) => plainValue(item, integer));
  return plain.every((item, i) => item === list[i]) ? list : plain;
}

function plainMap(map: GoMap, integer: PlainInteger): unknown {
  if (isNilMap(map)) return null;
  // Maps of other types than `map[string]interface {}` inherit from one of ours.
  let plain = isRecord(map) ? undefined : copyOf(map);
  for (const key of Object.keys(map)) {
    const item = plainValue(map[key], integer);
    if (item !== map[key]) (plain ??= copyOf(map))[key] = item;
  }
  return plain ?? map;
}

function copyOf(map: GoMap): Record<string, unknown> {
  const copy = createRecord();
  for (const key of Object.keys(map)) copy[key] = map[key];
  return copy;
}

function plainStruct(value: GoStruct, integer: PlainInteger): unknown {
  const json = value.json();
  if (!Array.isArray(json)) return plainValue(json, integer);
  const plain = createRecord();
  for (const [name, item] of json as readonly (readonly [string, unknown])[]) {
    plain[name] = plainValue(item, integer);
  }
  return plain;
}
