import { NumberLiteral } from './number-literal.ts';
import { isRecord } from './record.ts';

/** Whether two JSON values are the same: numbers by value, maps whatever the order of their keys. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i]));
  }
  if (isRecord(a)) return isRecord(b) && isEqualRecord(a, b);
  if (isNumeric(a) && isNumeric(b)) return sameNumber(a, b);
  return false;
}

function isEqualRecord(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]));
}

function isNumeric(value: unknown): value is number | NumberLiteral {
  return typeof value === 'number' || value instanceof NumberLiteral;
}

function sameNumber(a: number | NumberLiteral, b: number | NumberLiteral): boolean {
  const left = a instanceof NumberLiteral ? a.json : String(a);
  const right = b instanceof NumberLiteral ? b.json : String(b);
  if (left === right) return true;
  // Two literals beyond the doubles' precision differ in digits that a double drops.
  const exact = /^-?\d{16,}$/;
  if (exact.test(left) && exact.test(right)) return false;
  return Number(a) === Number(b);
}
