import { parseFloatText, parseIntegerText } from '../parse/number.ts';
import { baseType, int64, Sized, truncate, wrap } from '../value/sized.ts';

/** A value as an `int64`, as the Go package `cast` has it: what is no number is 0. */
export function toInt64(value: unknown): bigint {
  switch (typeof value) {
    case 'bigint':
      return value;
    case 'number':
      return truncate(value);
    case 'boolean':
      return value ? 1n : 0n;
    case 'string':
      return parseInt64(value.replace(/\.0+$/, ''));
    default:
      return value instanceof Sized && typeof value.type === 'string' ? sizedToInt64(value) : 0n;
  }
}

function sizedToInt64({ value }: Sized): bigint {
  if (typeof value === 'bigint') return wrap(value, 'int64');
  return typeof value === 'number' ? truncate(value) : 0n;
}

/** `strconv.ParseInt` with base 0; what is no integer or too large for one is 0. */
function parseInt64(text: string): bigint {
  const value = parseIntegerText(text) ?? 0n;
  return value === wrap(value, 'int64') ? value : 0n;
}

/** A value as a `float64`, as the Go package `cast` has it. */
export function toFloat64(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return value;
    case 'bigint':
      return Number(value);
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
      return parseFloat64(value);
    default: {
      const isNumber =
        value instanceof Sized && typeof value.type === 'string' && baseType(value) !== 'complex128';
      return isNumber ? Number(value.value) : 0;
    }
  }
}

/** `strconv.ParseFloat`: what is too large is infinite in Go, with an error, and so 0 here. */
function parseFloat64(text: string): number {
  const sign = /^[+-]?/.exec(text)?.[0] ?? '';
  const word = text.slice(sign.length).toLowerCase();
  if (word === 'inf' || word === 'infinity') return sign === '-' ? -Infinity : Infinity;
  if (word === 'nan' && sign === '') return Number.NaN;
  return parseFloatText(text) ?? 0;
}

/** An `int64` of whatever it is. */
export function asInt64(value: unknown): Sized {
  return int64(toInt64(value));
}
