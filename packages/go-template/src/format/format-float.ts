/** How a float is written; verbs as those of Go's `strconv.FormatFloat`. */
export interface FloatFormat {
  readonly verb: 'b' | 'e' | 'E' | 'f' | 'g' | 'G' | 'x' | 'X';
  /** Digits after the point, or all digits for `g`; -1 for as few as tell the number apart. */
  readonly precision: number;
  /** Whether the number is of type `float32`. @default 64 */
  readonly bits?: 32 | 64;
}

/** The digits of a number: `0.d₁d₂d₃… × 10^point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** A float as Go writes it: `strconv.FormatFloat`, rounding half to even. */
export function formatFloat(value: number, format: FloatFormat): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + formatPositive(Math.abs(value), format);
}

/** A float as Go's `%v` prints it. */
export function printFloat(value: number, bits: 32 | 64 = 64): string {
  // Most numbers are small integers, which both languages write alike.
  if (Number.isInteger(value) && Math.abs(value) < 1e6 && !Object.is(value, -0)) return String(value);
  return formatFloat(value, { verb: 'g', precision: -1, bits });
}

function formatPositive(value: number, { verb, precision, bits = 64 }: FloatFormat): string {
  switch (verb) {
    case 'f':
      return fixed(
        decimalFor(value, bits, precision, (decimal) => decimal.point + precision),
        precision,
      );
    case 'e':
    case 'E':
      return exponential(
        decimalFor(value, bits, precision, () => precision + 1),
        precision,
        verb,
      );
    case 'g':
    case 'G':
      return general(value, bits, precision, verb);
    case 'b':
      return binary(value, bits);
    default:
      return hexadecimal(value, precision, verb);
  }
}

function general(value: number, bits: 32 | 64, precision: number, verb: 'g' | 'G'): string {
  const wanted = precision === 0 ? 1 : precision;
  const decimal = decimalFor(value, bits, wanted, () => wanted);
  const digits = decimal.digits.length;
  let limit = wanted;
  if (limit > digits && digits >= decimal.point) limit = digits;
  // The shortest form decides as one of six digits does, however many it has.
  if (wanted < 0) limit = 6;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= limit) {
    return exponential(decimal, digits - 1, verb === 'g' ? 'e' : 'E');
  }
  return fixed(decimal, Math.max(digits - decimal.point, 0));
}

function fixed({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const places = precision < 0 ? Math.max(digits.length - point, 0) : precision;
  if (places === 0) return whole;
  const fraction = (point < 0 ? '0'.repeat(Math.min(-point, places)) : '') + digits.slice(Math.max(point, 0));
  return `${whole}.${fraction.slice(0, places).padEnd(places, '0')}`;
}

function exponential({ digits, point }: Decimal, precision: number, letter: 'e' | 'E'): string {
  const places = precision < 0 ? digits.length - 1 : precision;
  const fraction = places > 0 ? `.${digits.slice(1, places + 1).padEnd(places, '0')}` : '';
  const exponent = digits === '0' ? 0 : point - 1;
  const sign = exponent < 0 ? '-' : '+';
  return `${digits[0]}${fraction}${letter}${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** The shortest digits for a negative precision, otherwise the exact ones rounded to as many as are wanted. */
function decimalFor(
  value: number,
  bits: 32 | 64,
  precision: number,
  count: (exact: Decimal) => number,
): Decimal {
  if (value === 0) return { digits: '0', point: 1 };
  if (precision < 0) return shortest(value, bits);
  const exact = exactDecimal(value);
  return round(exact, count(exact));
}

function shortest(value: number, bits: 32 | 64): Decimal {
  let text = value.toExponential();
  if (bits === 32) {
    for (let digits = 0; digits < 9; digits++) {
      text = value.toExponential(digits);
      if (Math.fround(Number(text)) === value) break;
    }
  }
  const [mantissa = '', exponent = ''] = text.split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** Every digit of a float: a power of two times an integer, written in tens. */
function exactDecimal(value: number): Decimal {
  const { mantissa, exponent } = parts(value);
  const scale = exponent < 0 ? -exponent : 0;
  // m / 2^k is m × 5^k / 10^k.
  const integer = exponent < 0 ? mantissa * 5n ** BigInt(scale) : mantissa << BigInt(exponent);
  const all = integer.toString();
  const digits = all.replace(/0+$/, '');
  return { digits, point: all.length - scale };
}

function round({ digits, point }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, point };
  if (count < 0) return { digits: '0', point: 1 };
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const half = '5'.padEnd(rest.length, '0');
  const isOdd = Number(kept.at(-1) ?? '0') % 2 === 1;
  const roundsUp = rest > half || (rest === half && isOdd);
  if (!roundsUp)
    return kept === '' || /^0*$/.test(kept)
      ? { digits: '0', point: 1 }
      : { digits: kept.replace(/0+$/, '') || '0', point };
  const up = (BigInt(kept === '' ? '0' : kept) + 1n).toString();
  const grown = up.length > count ? point + 1 : point;
  return { digits: up.replace(/0+$/, ''), point: grown };
}

function parts(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const raw = view.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & ((1n << 52n) - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function binary(value: number, bits: 32 | 64): string {
  const { mantissa, exponent } = parts(value);
  const shift = bits === 32 && value !== 0 ? 29 : 0;
  const power = exponent + shift;
  return `${mantissa >> BigInt(shift)}p${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}

function hexadecimal(value: number, precision: number, verb: 'x' | 'X'): string {
  let { mantissa, exponent } = parts(value);
  const letter = verb === 'x' ? 'p' : 'P';
  const prefix = verb === 'x' ? '0x' : '0X';
  if (mantissa === 0n) return `${prefix}0${precision > 0 ? `.${'0'.repeat(precision)}` : ''}${letter}+00`;
  while (mantissa >> 52n === 0n) {
    mantissa <<= 1n;
    exponent--;
  }
  if (precision >= 0 && precision < 13) {
    const shift = BigInt(4 * (13 - precision));
    const half = 1n << (shift - 1n);
    const rest = mantissa & ((1n << shift) - 1n);
    mantissa >>= shift;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    mantissa <<= shift;
    if (mantissa >> 53n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const all = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  const fraction = precision < 0 ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
  const power = exponent + 52;
  const text = `${prefix}1${fraction === '' ? '' : `.${verb === 'X' ? fraction.toUpperCase() : fraction}`}`;
  return `${text}${letter}${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
