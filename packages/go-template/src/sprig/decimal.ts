import { FunctionError } from '../errors.ts';

/** Digits behind the point that a division gives at least. */
const DIVISION_PRECISION = 16;

/** A number of arbitrary precision, as the Go package `decimal` has it: an integer times a power of ten. */
export class Decimal {
  readonly #value: bigint;
  readonly #exponent: number;

  private constructor(value: bigint, exponent: number) {
    this.#value = value;
    this.#exponent = exponent;
  }

  /** The number that the shortest text of a float stands for. */
  static of(float: number): Decimal {
    if (!Number.isFinite(float)) {
      const shown = Number.isNaN(float) ? 'NaN' : float > 0 ? '+Inf' : '-Inf';
      throw new FunctionError(`Cannot create a Decimal from ${shown}`);
    }
    const [mantissa = '0', exponent = '0'] = float.toExponential().split('e');
    const [whole = '', fraction = ''] = mantissa.split('.');
    return new Decimal(BigInt(whole + fraction), Number(exponent) - fraction.length);
  }

  plus(other: Decimal): Decimal {
    const exponent = Math.min(this.#exponent, other.#exponent);
    return new Decimal(this.#scaled(exponent) + other.#scaled(exponent), exponent);
  }

  minus(other: Decimal): Decimal {
    const exponent = Math.min(this.#exponent, other.#exponent);
    return new Decimal(this.#scaled(exponent) - other.#scaled(exponent), exponent);
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.#value * other.#value, this.#exponent + other.#exponent);
  }

  dividedBy(other: Decimal): Decimal {
    if (other.#value === 0n) throw new FunctionError('decimal division by 0');
    const shift = this.#exponent - other.#exponent + DIVISION_PRECISION;
    const numerator = shift > 0 ? this.#value * 10n ** BigInt(shift) : this.#value;
    const divisor = shift < 0 ? other.#value * 10n ** BigInt(-shift) : other.#value;
    const quotient = numerator / divisor;
    const rest = absolute(numerator % divisor) * 2n;
    const unit = numerator < 0n === divisor < 0n ? 1n : -1n;
    return new Decimal(rest >= absolute(divisor) ? quotient + unit : quotient, -DIVISION_PRECISION);
  }

  /** The nearest float. */
  toNumber(): number {
    return Number(`${this.#value}e${this.#exponent}`);
  }

  #scaled(exponent: number): bigint {
    return this.#value * 10n ** BigInt(this.#exponent - exponent);
  }
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
