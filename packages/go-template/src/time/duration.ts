import { FunctionError } from '../errors.ts';
import { quoteString } from '../format/quote.ts';

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const MAX = (1n << 63n) - 1n;

/**
 * Nanoseconds of a duration such as `-1.5h`, as Go's `time.ParseDuration` reads it.
 *
 * @throws FunctionError with Go's message.
 */
export function parseGoDuration(text: string): bigint {
  const sign = /^[+-]?/.exec(text)?.[0] ?? '';
  let rest = text.slice(sign.length);
  if (rest === '0') return 0n;
  if (rest === '') throw invalid(text);
  let total = 0n;
  while (rest !== '') {
    const match = /^([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/.exec(rest);
    const [all = '', whole = '', fraction = '', unit = ''] = match ?? [];
    if (whole === '' && fraction === '') throw invalid(text);
    if (unit === '') throw new FunctionError(`time: missing unit in duration ${quoteString(text)}`);
    const scale = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (scale === undefined)
      throw new FunctionError(`time: unknown unit ${quoteString(unit)} in duration ${quoteString(text)}`);
    total +=
      BigInt(whole || '0') * scale + (BigInt(fraction || '0') * scale) / 10n ** BigInt(fraction.length);
    if (total > MAX + (sign === '-' ? 1n : 0n)) throw invalid(text);
    rest = rest.slice(all.length);
  }
  return sign === '-' ? -total : total;
}

const invalid = (text: string): FunctionError =>
  new FunctionError(`time: invalid duration ${quoteString(text)}`);

/** Nanoseconds as Go prints a duration: `1h0m5s`, `1.5s`, `0s`. */
export function formatGoDuration(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const sign = nanoseconds < 0n ? '-' : '';
  if (size === 0n) return '0s';
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  return minutes < 60n
    ? `${sign}${minutes}m${seconds}`
    : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function decimal(value: bigint, places: number): string {
  const digits = String(value).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return digits.slice(0, -places) + (fraction === '' ? '' : `.${fraction}`);
}
