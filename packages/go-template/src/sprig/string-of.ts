import { printValue } from '../format/format-value.ts';
import { fromBytes } from '../value/go-string.ts';

/** A value as a text, bytes as the text that they are. */
export function stringOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? fromBytes(value) : printValue(value);
}

/** A list as texts, without what is nil; anything else as a list of one. */
export function stringsOf(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) return [stringOf(value)];
  return value.filter((item) => item !== null && item !== undefined).map(stringOf);
}
