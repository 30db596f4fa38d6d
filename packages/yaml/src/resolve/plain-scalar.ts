import type { Dialect } from '../parse-options.ts';
import { resolveDotNumber, resolveNumber } from './number.ts';
import { resolveTimestamp } from './timestamp.ts';

/** What the first character of a plain scalar says about its type. */
const TEXT = 0;
const WORD = 1;
const NUMBER = 2;
const DOT = 3;

const FIRST: Uint8Array = new Uint8Array(128);
for (const char of 'tTfFnN~yYoO') FIRST[char.charCodeAt(0)] = WORD;
for (const char of '0123456789+-') FIRST[char.charCodeAt(0)] = NUMBER;
FIRST['.'.charCodeAt(0)] = DOT;

/** Words that are no strings, by dialect. A `Map`, for `constructor` is a word as well. */
const KUSTOMIZE_WORDS = new Map<string, unknown>([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);
const YAML11_WORDS = new Map<string, unknown>([
  ...KUSTOMIZE_WORDS,
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);

/** Whether a plain scalar is a string whatever follows its first character. */
export function isSurelyText(text: string): boolean {
  const code = text.charCodeAt(0);
  return code > 127 || FIRST[code] === TEXT;
}

/** The value of a scalar without quotes and tag. */
export function resolvePlain(text: string, dialect: Dialect): unknown {
  const code = text.charCodeAt(0);
  if (text === '') return null;
  const kind = code > 127 ? TEXT : FIRST[code];
  if (kind === TEXT) return text;
  // The longest word has five characters.
  if (kind === WORD && text.length > 5) return text;
  const words = dialect === 'yaml11' ? YAML11_WORDS : KUSTOMIZE_WORDS;
  const word = kind === NUMBER && code !== 43 && code !== 45 ? undefined : words.get(text);
  if (word !== undefined) return word;
  if (kind === DOT) return resolveDotNumber(text) ?? text;
  if (kind === NUMBER) return resolveNumeric(text, dialect);
  return text;
}

function resolveNumeric(text: string, dialect: Dialect): unknown {
  // Of the two libraries only v3 hands out timestamps where no type is asked for.
  if (text.charCodeAt(4) === 45) {
    const timestamp = resolveTimestamp(text);
    if (timestamp !== undefined) return dialect === 'kustomize' ? timestamp : text;
  }
  return resolveNumber(text) ?? text;
}
