import { NumberLiteral } from './number-literal.ts';

/** An integer that may not fit a double has so many digits, which rules most texts out at once. */
const MANY_DIGITS = /\d{16}/;
/** The same where a number may begin; within quotes, times and identifiers have as many. */
const LONG_NUMBER = /(?:^|[[,:\s])-?\d{16}/;

type SourceReviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

/**
 * Parses JSON and keeps the value of integers above 2^53, as {@link NumberLiteral}s.
 *
 * @throws SyntaxError as `JSON.parse` does.
 */
export function parseJson(text: string): unknown {
  // Only where there is one is the exact way taken, which is some times slower.
  if (!MANY_DIGITS.test(text) || !LONG_NUMBER.test(text)) return JSON.parse(text);
  return (JSON.parse as (text: string, reviver: SourceReviver) => unknown)(text, exactNumbers);
}

const exactNumbers: SourceReviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? new NumberLiteral(context.source) : value;
};
