import { NumberLiteral } from '@gitops-toolkit/core';

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|))$/;

/** Powers of ten of the decimal suffixes. */
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
/** Powers of two of the binary ones. */
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const NANO = 9n;
/** Larger powers of ten are no amounts of anything, and a burden to work out. */
const MAX_POWER = 100;

/**
 * A quantity in its canonical form: no fraction, and the largest suffix that leaves none. `0.5` is
 * `500m`, `1024Mi` is `1Gi`. What is no quantity comes back as it is.
 */
export function canonicalQuantity(value: unknown): unknown {
  const parsed = parseQuantity(value);
  if (!parsed) return value;
  const { nanos, isNegative, isBinary, isExponent } = parsed;
  return nanos === 0n ? '0' : (isNegative ? '-' : '') + print(nanos, isBinary, isExponent);
}

/** Below zero where the first quantity is smaller, above where it is larger. What is no quantity counts as 0. */
export function compareQuantities(a: unknown, b: unknown): number {
  const [x, y] = [signed(parseQuantity(a)), signed(parseQuantity(b))];
  return x < y ? -1 : x > y ? 1 : 0;
}

const signed = (parsed: ParsedQuantity | undefined): bigint =>
  parsed ? (parsed.isNegative ? -parsed.nanos : parsed.nanos) : 0n;

/** Why a value is no quantity, in the words of the server; `undefined` where it is one. */
export function quantityError(value: unknown): string | undefined {
  if (parseQuantity(value)) return undefined;
  if (value === '') return undefined;
  return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
}

interface ParsedQuantity {
  /** Billionths, rounded up: there is nothing smaller. */
  readonly nanos: bigint;
  readonly isNegative: boolean;
  readonly isBinary: boolean;
  readonly isExponent: boolean;
}

function parseQuantity(value: unknown): ParsedQuantity | undefined {
  const text = typeof value === 'number' || value instanceof NumberLiteral ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const match = QUANTITY.exec(text);
  if (!match || !/\d/.test(text)) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent, suffix = ''] = match;
  const digits = BigInt(`${whole}${fraction}` || '0');
  const isBinary = Object.hasOwn(BINARY, suffix);
  const power = exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent.slice(1));
  if (Math.abs(power) > MAX_POWER) return undefined;
  const nanos = isBinary
    ? roundUp(digits * 2n ** BigInt(BINARY[suffix] ?? 0) * 10n ** NANO, 10n ** BigInt(fraction.length))
    : scaled(digits, power - fraction.length + Number(NANO));
  return { nanos, isNegative: sign === '-', isBinary, isExponent: exponent !== undefined };
}

/** `digits × 10^power`, rounded up: nothing is smaller than a billionth. */
function scaled(digits: bigint, power: number): bigint {
  return power >= 0 ? digits * 10n ** BigInt(power) : roundUp(digits, 10n ** BigInt(-power));
}

function roundUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}

function print(nanos: bigint, isBinary: boolean, isExponent: boolean): string {
  const unit = 10n ** NANO;
  if (isBinary && nanos % unit === 0n && nanos / unit >= 1024n) return printBinary(nanos / unit);
  return printDecimal(nanos, isExponent);
}

function printBinary(value: bigint): string {
  let best = ['', value] as [string, bigint];
  for (const [suffix, power] of Object.entries(BINARY)) {
    const size = 2n ** BigInt(power);
    if (value % size === 0n) best = [suffix, value / size];
  }
  return `${best[1]}${best[0]}`;
}

function printDecimal(nanos: bigint, isExponent: boolean): string {
  let [suffix, count] = ['n', nanos];
  for (const [name, power] of Object.entries(DECIMAL)) {
    const size = 10n ** BigInt(power + Number(NANO));
    if (nanos % size === 0n) [suffix, count] = [name, nanos / size];
  }
  const power = DECIMAL[suffix] ?? 0;
  return isExponent && power !== 0 ? `${count}e${power}` : `${count}${suffix}`;
}
