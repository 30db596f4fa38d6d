import { Complex } from '../value/complex.ts';
import { formatFloat, type FloatFormat } from './format-float.ts';
import { quoteRune } from './quote.ts';
import { isPrintable } from '../lex/characters.ts';
import { pad, type VerbFlags } from './verb.ts';

const BASES: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

/** An integer under a verb, or `undefined` for a verb that integers do not have. */
export function formatInteger(
  value: bigint,
  isSigned: boolean,
  verb: string,
  flags: VerbFlags,
): string | undefined {
  if (verb === 'c') return pad(characterOf(value), flags);
  if (verb === 'q') return pad(quoteRune(characterOf(value), flags.plus), flags);
  if (verb === 'U') return pad(formatUnicode(value, flags), flags, false);
  const base = Object.hasOwn(BASES, verb) ? BASES[verb] : undefined;
  if (base === undefined) return undefined;
  const isHex = verb === 'v' && flags.sharpV && !isSigned;
  return formatInBase(value, isHex ? 16 : base, verb, isHex ? { ...flags, sharp: true } : flags);
}

function formatInBase(value: bigint, base: number, verb: string, flags: VerbFlags): string {
  const isNegative = value < 0n;
  const hasSign = isNegative || flags.plus || flags.space;
  let least = 0;
  if (flags.precision !== undefined) {
    least = flags.precision;
    if (least === 0 && value === 0n) return ' '.repeat(flags.width ?? 0);
  } else if (flags.zero && !flags.minus && flags.width !== undefined) least = flags.width - (hasSign ? 1 : 0);
  let digits = (isNegative ? -value : value).toString(base).padStart(least, '0');
  if (verb === 'X') digits = digits.toUpperCase();
  if (flags.sharp) digits = prefixed(digits, base, verb);
  if (verb === 'O') digits = `0o${digits}`;
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  return pad(sign + digits, flags, false);
}

function prefixed(digits: string, base: number, verb: string): string {
  if (base === 2) return `0b${digits}`;
  if (base === 8) return digits.startsWith('0') ? digits : `0${digits}`;
  if (base === 16) return `${verb === 'X' ? '0X' : '0x'}${digits}`;
  return digits;
}

function characterOf(value: bigint): string {
  const isCharacter = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  return isCharacter ? String.fromCodePoint(Number(value)) : '\uFFFD';
}

function formatUnicode(value: bigint, flags: VerbFlags): string {
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
  const text = `U+${digits.padStart(Math.max(4, flags.precision ?? 0), '0')}`;
  const isShown = flags.sharp && value >= 0n && value <= 0x10ffffn && isPrintable(characterOf(value));
  return isShown ? `${text} '${characterOf(value)}'` : text;
}

/** The precision that a verb for floats has by itself. */
const PRECISIONS: Readonly<Record<string, number>> = {
  v: -1,
  b: -1,
  g: -1,
  G: -1,
  x: -1,
  X: -1,
  f: 6,
  F: 6,
  e: 6,
  E: 6,
};

/** A float under a verb, or `undefined` for a verb that floats do not have. */
export function formatFloatVerb(
  value: number,
  bits: 32 | 64,
  verb: string,
  flags: VerbFlags,
): string | undefined {
  const usual = Object.hasOwn(PRECISIONS, verb) ? PRECISIONS[verb] : undefined;
  if (usual === undefined) return undefined;
  const letter = (verb === 'v' ? 'g' : verb === 'F' ? 'f' : verb) as FloatFormat['verb'];
  const precision = flags.precision ?? usual;
  let text = formatFloat(value, { verb: letter, precision, bits });
  if (!/^[+-]/.test(text)) text = `+${text}`;
  if (flags.space && text.startsWith('+') && !flags.plus) text = ` ${text.slice(1)}`;
  if (!Number.isFinite(value)) {
    if (Number.isNaN(value) && !flags.space && !flags.plus) text = text.slice(1);
    return pad(text, flags, false);
  }
  if (flags.sharp && letter !== 'b') text = withPoint(text, letter, precision);
  if (!flags.plus && text.startsWith('+')) return pad(text.slice(1), flags);
  const isFilled = flags.zero && !flags.minus && (flags.width ?? 0) > text.length;
  return isFilled ? text[0] + text.slice(1).padStart((flags.width ?? 0) - 1, '0') : pad(text, flags);
}

/** With `#`, there is a point, and for `g` as many digits as the precision says. */
function withPoint(text: string, verb: string, precision: number): string {
  const at = verb === 'x' || verb === 'X' ? text.search(/[pP]/) : text.search(/[eEpP]/);
  let head = at < 0 ? text : text.slice(0, at);
  const tail = at < 0 ? '' : text.slice(at);
  let missing = ['g', 'G', 'x'].includes(verb) ? (precision === -1 ? 6 : precision) : 0;
  const significant = head.slice(1).replace('.', '').replace(/^0+/, '').replace(/^x/, '');
  missing -= significant.length;
  if (!head.includes('.')) {
    if (head.length === 2 && head[1] === '0') missing--;
    head += '.';
  }
  return head + '0'.repeat(Math.max(missing, 0)) + tail;
}

/** A complex number under a verb, or `undefined` for a verb that they do not have. */
export function formatComplex(value: Complex, verb: string, flags: VerbFlags): string | undefined {
  const real = formatFloatVerb(value.real, 64, verb, flags);
  const imaginary = formatFloatVerb(value.imaginary, 64, verb, { ...flags, plus: true });
  return real === undefined ? undefined : `(${real}${imaginary}i)`;
}
