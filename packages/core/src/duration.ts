import { CoreError } from './core-errors.ts';

const NANOSECONDS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n], // U+00B5, the micro sign
  ['μs', 1_000n], // U+03BC, the Greek letter
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const MAX_NANOSECONDS = (1n << 63n) - 1n;

/** Bounds the arithmetic on digits from outside. */
const MAX_LENGTH = 1024;

const NUMBER = /([0-9]*)(\.([0-9]*))?/y;
const UNIT = /[^.0-9]+/y;

/**
 * Reads a duration as Go writes it: `1h2m3.5s`, `250ms`, `-10us`, `0`.
 *
 * @returns Milliseconds, with a fraction where the text goes below one.
 * @throws {@link CoreError} `DURATION_INVALID` with Go's own words.
 *
 * @example
 * ```ts
 * import { formatDuration, parseDuration } from '@gitops-toolkit/core';
 * parseDuration('1m30s'); // 90000
 * formatDuration(90_000); // '1m30s'
 * ```
 */
export function parseDuration(text: string): number {
  const nanoseconds = parseNanoseconds(text);
  return Number(nanoseconds / 1_000_000n) + Number(nanoseconds % 1_000_000n) / 1e6;
}

/**
 * Reads a duration as {@link parseDuration} does, exactly.
 *
 * @returns Nanoseconds.
 * @throws {@link CoreError} `DURATION_INVALID` with Go's own words.
 */
export function parseNanoseconds(text: string): bigint {
  const quoted = quote(text.slice(0, MAX_LENGTH));
  if (text.length > MAX_LENGTH) throw invalid(`invalid duration ${quoted}`);
  const negative = text.startsWith('-');
  let at = negative || text.startsWith('+') ? 1 : 0;
  if (text.slice(at) === '0') return 0n;
  if (at === text.length) throw invalid(`invalid duration ${quoted}`);
  let total = 0n;
  while (at < text.length) {
    NUMBER.lastIndex = at;
    const [number = '', whole = '', , fraction = ''] = NUMBER.exec(text) ?? [];
    if ((whole === '' && fraction === '') || BigInt(whole || '0') > MAX_NANOSECONDS + 1n)
      throw invalid(`invalid duration ${quoted}`);
    at += number.length;
    UNIT.lastIndex = at;
    const unit = UNIT.exec(text)?.[0];
    if (unit === undefined) throw invalid(`missing unit in duration ${quoted}`);
    const scale = NANOSECONDS.get(unit);
    if (scale === undefined) throw invalid(`unknown unit ${quote(unit)} in duration ${quoted}`);
    at += unit.length;
    total += BigInt(whole || '0') * scale + fractionOf(fraction, scale);
    // The smallest number of 64 bits has no positive counterpart.
    if (total > MAX_NANOSECONDS + (negative ? 1n : 0n)) throw invalid(`invalid duration ${quoted}`);
  }
  return negative ? -total : total;
}

function fractionOf(digits: string, scale: bigint): bigint {
  // Nineteen digits say more than any unit can hold.
  const kept = digits.slice(0, 19);
  return (BigInt(kept || '0') * scale) / 10n ** BigInt(kept.length);
}

/** As Go's package prints a duration that it refuses: bytes outside ASCII in hexadecimal digits. */
function quote(text: string): string {
  let quoted = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    if (byte >= 0x80 || byte < 0x20) quoted += `\\x${byte.toString(16).padStart(2, '0')}`;
    else quoted += character === '"' || character === '\\' ? `\\${character}` : character;
  }
  return `"${quoted}"`;
}

function invalid(words: string): CoreError {
  return new CoreError('DURATION_INVALID', `time: ${words}`, {
    hint: 'Write a number with a unit of ns, us, ms, s, m or h, such as 1m30s.',
  });
}

/** Writes milliseconds as Go prints a duration: `1h0m5s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(ms: number): string {
  return formatNanoseconds(BigInt(Math.sign(ms) * Math.round(Math.abs(ms) * 1e6)));
}

/** Writes nanoseconds as {@link formatDuration} writes milliseconds. */
export function formatNanoseconds(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const sign = nanoseconds < 0n ? '-' : '';
  if (size === 0n) return '0s';
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  return minutes < 60n
    ? `${sign}${minutes}m${seconds}`
    : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** An integer with the point moved left, without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const digits = String(value).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return digits.slice(0, -places) + (fraction === '' ? '' : `.${fraction}`);
}
