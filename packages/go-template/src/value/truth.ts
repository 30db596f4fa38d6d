import { byteLength } from './go-string.ts';
import { Complex } from './complex.ts';
import { Sized } from './sized.ts';
import { isGoMap } from './typed.ts';

/** Whether a value is true in the sense of `if`: neither zero nor empty. */
export function isTrue(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value !== '';
    case 'boolean':
      return value;
    case 'number':
      // NaN is not zero.
      return value !== 0;
    case 'bigint':
      return value !== 0n;
    default:
      return value !== null && value !== undefined && isTrueObject(value);
  }
}

function isTrueObject(value: unknown): boolean {
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
  if (value instanceof Sized) {
    if (value.value instanceof Complex) return value.value.real !== 0 || value.value.imaginary !== 0;
    return value.value !== 0 && value.value !== 0n;
  }
  if (!isGoMap(value)) return true;
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

/** How many elements or bytes a value has, or `undefined` where it has no length. */
export function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') return byteLength(value);
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return isGoMap(value) ? Object.keys(value).length : undefined;
}
