import { Complex } from '../value/complex.ts';
import { countValue } from '../execute/limits.ts';
import { GoStruct } from '../value/go-struct.ts';
import { typeOf } from '../value/go-type.ts';
import { Sized } from '../value/sized.ts';
import { isGoMap, isNilList } from '../value/typed.ts';

/** `reflect.DeepEqual`: of the same type, and of the same values all the way down. */
export function deepEqual(a: unknown, b: unknown): boolean {
  countValue(a);
  if (a === b) return typeof a !== 'number' || !Number.isNaN(a);
  if (typeOf(a) !== typeOf(b)) return false;
  if (a instanceof Sized && b instanceof Sized) return isSameNumber(a.value, b.value);
  if (Array.isArray(a) && Array.isArray(b)) {
    return (
      isNilList(a) === isNilList(b) &&
      a.length === b.length &&
      a.every((item, i) => deepEqual(item ?? null, b[i] ?? null))
    );
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array)
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  if (a instanceof GoStruct && b instanceof GoStruct) {
    return a.value === b.value || a.type.fields.every((name) => deepEqual(a.field(name), b.field(name)));
  }
  if (!isGoMap(a) || !isGoMap(b)) return (a ?? null) === (b ?? null);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key] ?? null, b[key] ?? null))
  );
}

function isSameNumber(a: Sized['value'], b: Sized['value']): boolean {
  if (a instanceof Complex && b instanceof Complex) return a.real === b.real && a.imaginary === b.imaginary;
  return a === b;
}
