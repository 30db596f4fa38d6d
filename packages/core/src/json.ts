import { NumberLiteral } from './number-literal.ts';

/** A run of digits that may not fit a double: only then is the slow, exact way taken. */
const LONG_NUMBER = /\d{16}|\d\.\d{15}/;

type SourceReviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

/**
 * Parses JSON and keeps the value of integers above 2^53, as {@link NumberLiteral}s.
 *
 * @throws SyntaxError as `JSON.parse` does.
 */
export function parseJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return (JSON.parse as (text: string, reviver: SourceReviver) => unknown)(text, exactNumbers);
}

const exactNumbers: SourceReviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? new NumberLiteral(context.source) : value;
};
