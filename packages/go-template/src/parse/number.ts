import { quoteString } from '../format/quote.ts';
import type { TokenType } from '../lex/token.ts';
import { Complex } from '../value/complex.ts';
import { readCharacter } from './unquote.ts';

/** A number of a template under every type that can hold it, as Go's ideal constants. */
export interface NumberConstant {
  readonly int?: bigint;
  readonly uint?: bigint;
  readonly float?: number;
  readonly complex?: Complex;
}

const INT_MAX = (1n << 63n) - 1n;
const UINT_MAX = (1n << 64n) - 1n;

/** Reads a number; a string is what is wrong with it. */
export function parseNumber(text: string, type: TokenType): NumberConstant | string {
  if (type === 'charConstant') return parseRune(text);
  if (type === 'complex') return parseComplex(text);
  if (text.endsWith('i')) {
    const imaginary = parseFloatText(text.slice(0, -1));
    if (imaginary !== undefined) return simplify(new Complex(0, imaginary));
  }
  return parseReal(text);
}

function parseRune(text: string): NumberConstant | string {
  const found = readCharacter(text, 1, "'");
  if (!found || found.end !== text.length - 1) return `malformed character constant: ${text}`;
  return { int: BigInt(found.code), uint: BigInt(found.code), float: found.code };
}

function parseComplex(text: string): NumberConstant | string {
  const split = Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'));
  const at = /[eEpP]/.test(text[split - 1] ?? '')
    ? Math.max(text.lastIndexOf('+', split - 1), text.lastIndexOf('-', split - 1))
    : split;
  const [real, imaginary] = [parseFloatText(text.slice(0, at)), parseFloatText(text.slice(at, -1))];
  if (real === undefined || imaginary === undefined) return `illegal number syntax: ${quoteString(text)}`;
  return simplify(new Complex(real, imaginary));
}

function parseReal(text: string): NumberConstant | string {
  const value = parseIntegerText(text);
  if (value !== undefined) {
    const uint =
      value >= 0n && value <= UINT_MAX && (!/^[+-]/.test(text) || value === 0n) ? value : undefined;
    const int = value >= -INT_MAX - 1n && value <= INT_MAX ? value : undefined;
    if (int !== undefined || uint !== undefined) {
      return { ...(int !== undefined && { int }), ...(uint !== undefined && { uint }), float: Number(value) };
    }
  }
  const float = parseFloatText(text);
  if (float === undefined) return `illegal number syntax: ${quoteString(text)}`;
  // What looks like an integer and is none, is too large for one.
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${quoteString(text)}`;
  return { float, ...integersOf(float) };
}

function simplify(complex: Complex): NumberConstant {
  return complex.imaginary === 0
    ? { complex, float: complex.real, ...integersOf(complex.real) }
    : { complex };
}

function integersOf(float: number): { int?: bigint; uint?: bigint } {
  if (!Number.isInteger(float)) return {};
  const value = BigInt(float);
  return {
    ...(value >= -INT_MAX - 1n && value <= INT_MAX && { int: value }),
    ...(value >= 0n && value <= UINT_MAX && { uint: value }),
  };
}

/** `strconv.ParseInt` with base 0, of any size. */
export function parseIntegerText(text: string): bigint | undefined {
  const match =
    /^([+-]?)(0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[oO]_?[0-7]+(?:_[0-7]+)*|0[bB]_?[01]+(?:_[01]+)*|0(?:_?[0-7]+)*|[1-9][0-9]*(?:_[0-9]+)*)$/.exec(
      text,
    );
  if (!match) return undefined;
  const digits = (match[2] ?? '').replaceAll('_', '');
  const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return match[1] === '-' ? -value : value;
}

/** `strconv.ParseFloat` for the forms that a template can have; `undefined` where it is none or too large. */
export function parseFloatText(text: string): number | undefined {
  if (/__|_$|_[.eEpP+-]|[.eE+-]_/.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d+)$/.exec(plain);
  const value = hex
    ? parseHexFloat(hex)
    : /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)
      ? Number(plain)
      : undefined;
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function parseHexFloat([, sign, whole = '', fraction = '', exponent = '0']: RegExpExecArray):
  | number
  | undefined {
  if (whole + fraction === '') return undefined;
  const mantissa = Number(BigInt(`0x${whole}${fraction}`));
  const value = mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}
