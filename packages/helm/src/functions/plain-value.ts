import { NumberLiteral } from '@gitops-toolkit/core';
import {
  countValue,
  type GoMap,
  GoStruct,
  isGoMap,
  isNilList,
  isNilMap,
  printFloat,
  Sized,
  sortedKeys,
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
    const map = Object.create(null) as Record<string, unknown>;
    for (const key of Object.keys(plain)) map[key] = withFloats(plain[key]);
    return map;
  };
  return plainValue(withFloats(value));
}

/** A value with Go's types as the JSON that Go makes of it. */
export function plainValue(value: unknown): unknown {
  countValue(value);
  switch (typeof value) {
    case 'bigint':
      return plainInteger(value);
    case 'object':
      return value === null ? null : plainObject(value);
    case 'undefined':
      return null;
    default:
      return value;
  }
}

function plainInteger(value: bigint): unknown {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : new NumberLiteral(String(value));
}

function plainObject(value: object): unknown {
  if (Array.isArray(value)) return isNilList(value) ? null : value.map(plainValue);
  if (value instanceof Uint8Array) return toBase64(value);
  if (value instanceof Sized)
    return typeof value.value === 'bigint' ? plainInteger(value.value) : value.value;
  if (value instanceof GoStruct) return plainStruct(value);
  return isGoMap(value) ? plainMap(value) : value;
}

function plainMap(map: GoMap): Record<string, unknown> | null {
  if (isNilMap(map)) return null;
  const plain = Object.create(null) as Record<string, unknown>;
  for (const key of sortedKeys(map)) plain[key] = plainValue(map[key]);
  return plain;
}

function plainStruct(value: GoStruct): unknown {
  const json = value.json();
  if (!Array.isArray(json)) return plainValue(json);
  const plain = Object.create(null) as Record<string, unknown>;
  for (const [name, item] of json as readonly (readonly [string, unknown])[]) plain[name] = plainValue(item);
  return plain;
}
