import { Complex } from './complex.ts';

/** The integer types of Go beside `int`. */
export type IntegerType =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64';

/** The number types of Go that no JavaScript value stands for by itself. */
export type SizedType = IntegerType | 'float32' | 'complex128';

/**
 * A number with a Go type of its own. Of the others, a `number` is a `float64`, as numbers from YAML and JSON are, and
 * a `bigint` an `int`, as those in templates are.
 */
export class Sized {
  readonly type: SizedType | NamedNumber;
  readonly value: bigint | number | Complex;

  constructor(type: SizedType | NamedNumber, value: bigint | number | Complex) {
    this.type = type;
    this.value = value;
  }
}

/** A named type whose values are integers, such as `time.Duration`. */
export interface NamedNumber {
  readonly name: string;
  readonly base: IntegerType;
  /** The text of its `String` method, where it has one. */
  readonly text?: (value: bigint) => string;
}

/** An `int64`, which most functions for numbers give. It wraps around as Go's does. */
export function int64(value: bigint | number): Sized {
  return new Sized('int64', wrap(typeof value === 'bigint' ? value : truncate(value), 'int64'));
}

/** An integer in the range of its type: what is beyond wraps around. */
export function wrap(value: bigint, type: IntegerType | 'int'): bigint {
  const bits = type === 'int' || type === 'uint' ? 64 : Number(/\d+/.exec(type)?.[0]);
  return type.startsWith('u') ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value);
}

/** A float as an integer: what does not fit becomes the smallest, as on amd64. */
export function truncate(value: number): bigint {
  const whole = Math.trunc(value);
  if (!(whole >= -(2 ** 63) && whole < 2 ** 63)) return -(1n << 63n);
  return BigInt(whole);
}

/** The integer type of a sized number, whatever its name. */
export function baseType({ type }: Sized): SizedType {
  return typeof type === 'string' ? type : type.base;
}
