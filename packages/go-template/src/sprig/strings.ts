import { FunctionError } from '../errors.ts';
import { countWork } from '../execute/limits.ts';
import { quoteString } from '../format/quote.ts';
import { printValue } from '../format/format-value.ts';
import { goFunction } from '../value/go-function.ts';
import { byteLength, sliceBytes, toBytes } from '../value/go-string.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { typedList, typedMap } from '../value/typed.ts';
import { abbreviate, wrapText } from './fit.ts';
import { stringOf, stringsOf } from './string-of.ts';
import { deleteSpace, initials, joinWords, pascalCase, swapCase, titleCase, uncapitalize } from './words.ts';

const ANY = 'interface {}';

/** Space in the sense of Go's `strings.TrimSpace`. */
const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');

const trimSpace = (text: string): string => text.replaceAll(AROUND, '');

/** A text without the characters of a set at its ends. */
function trimAll(cut: string, text: string): string {
  const set = new Set(cut);
  const characters = Array.from(text);
  let [start, end] = [0, characters.length];
  while (start < end && set.has(characters[start] ?? '')) start++;
  while (end > start && set.has(characters[end - 1] ?? '')) end--;
  return characters.slice(start, end).join('');
}

function repeat(count: bigint, text: string): string {
  if (count < 0n) throw new FunctionError('strings: negative Repeat count');
  const length = Number(count) * text.length;
  // What Go itself has no word for.
  if (length >= 2 ** 63) throw new FunctionError('strings: Repeat output length overflow');
  countWork(length);
  return text.repeat(Number(count));
}

function truncate(count: bigint, text: string): string {
  const length = byteLength(text);
  const wanted = Number(count);
  if (wanted < 0 && length + wanted > 0) return sliceBytes(text, length + wanted, length);
  return wanted >= 0 && length > wanted ? sliceBytes(text, 0, wanted) : text;
}

function substring(start: bigint, end: bigint, text: string): string {
  const length = byteLength(text);
  const [from, to] = [Number(start), Number(end)];
  const last = from < 0 ? to : to < 0 || to > length ? length : to;
  const first = Math.max(from, 0);
  if (first > last || last < 0 || last > length) {
    const isWithin = last <= length;
    const bounds = from < 0 ? `:${last}` : `${first}:${last === length ? length : last}`;
    const length_ = isWithin ? '' : ` with length ${length}`;
    throw new FunctionError(`runtime error: slice bounds out of range [${bounds}]${length_}`);
  }
  return sliceBytes(text, first, last);
}

function indent(spaces: bigint, text: string): string {
  const pad = repeat(spaces, ' ');
  const lines = text.split('\n');
  countWork(lines.length * pad.length);
  return pad + lines.join(`\n${pad}`);
}

/** Nothing is found before each character, and at the end. */
function replaceText(old: string, now: string, text: string): string {
  const parts = old === '' ? Array.from(text) : text.split(old);
  countWork(parts.length * now.length);
  if (old !== '') return parts.join(now);
  return parts.map((character) => now + character).join('') + now;
}

/** The parts of a text as `_0`, `_1`, …. */
function numbered(parts: readonly string[]): Record<string, unknown> {
  return typedMap(
    'map[string]string',
    parts.map((part, i) => [`_${i}`, part] as const),
  );
}

/** `strings.SplitN`: every character where there is no separator. */
function splitText(separator: string, text: string, limit = -1): string[] {
  if (limit === 0) return [];
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

const isThere = (value: unknown): boolean => value !== null && value !== undefined;

/** Functions for texts. */
export const stringFunctions: FunctionMap = {
  hello: goFunction([], () => 'Hello!'),
  abbrev: goFunction(['int', 'string'], (width: bigint, text: string) =>
    width < 4n ? text : abbreviate(text, 0, Number(width)),
  ),
  abbrevboth: goFunction(['int', 'int', 'string'], (left: bigint, right: bigint, text: string) =>
    right < 4n || (left > 0n && right < 7n) ? text : abbreviate(text, Number(left), Number(right)),
  ),
  trunc: goFunction(['int', 'string'], truncate),
  trim: goFunction(['string'], trimSpace),
  upper: goFunction(['string'], (text: string) => mapCase(text, (character) => character.toUpperCase())),
  lower: goFunction(['string'], (text: string) => mapCase(text, (character) => character.toLowerCase())),
  title: goFunction(['string'], titleCase),
  untitle: goFunction(['string'], uncapitalize),
  substr: goFunction(['int', 'int', 'string'], substring),
  repeat: goFunction(['int', 'string'], repeat),
  trimall: goFunction(['string', 'string'], trimAll),
  trimAll: goFunction(['string', 'string'], trimAll),
  trimSuffix: goFunction(['string', 'string'], (suffix: string, text: string) =>
    suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  trimPrefix: goFunction(['string', 'string'], (prefix: string, text: string) =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  nospace: goFunction(['string'], (text: string) => deleteSpace(toBytes(text), text)),
  initials: goFunction(['string'], (text: string) => initials(toBytes(text))),
  swapcase: goFunction(['string'], swapCase),
  snakecase: goFunction(['string'], (text: string) => joinWords(text, '_')),
  camelcase: goFunction(['string'], pascalCase),
  kebabcase: goFunction(['string'], (text: string) => joinWords(text, '-')),
  wrap: goFunction(['int', 'string'], (width: bigint, text: string) =>
    wrapText(text, { width: Number(width), lineEnd: '\n', breaksWords: false }),
  ),
  wrapWith: goFunction(['int', 'string', 'string'], (width: bigint, separator: string, text: string) =>
    wrapText(text, { width: Number(width), lineEnd: separator === '' ? '\n' : separator, breaksWords: true }),
  ),
  contains: goFunction(['string', 'string'], (part: string, text: string) => text.includes(part)),
  hasPrefix: goFunction(['string', 'string'], (prefix: string, text: string) => text.startsWith(prefix)),
  hasSuffix: goFunction(['string', 'string'], (suffix: string, text: string) => text.endsWith(suffix)),
  quote: goFunction([`...${ANY}`], (...values: unknown[]) =>
    values
      .filter(isThere)
      .map((value) => quoteString(stringOf(value)))
      .join(' '),
  ),
  squote: goFunction([`...${ANY}`], (...values: unknown[]) =>
    values
      .filter(isThere)
      .map((value) => `'${printValue(value)}'`)
      .join(' '),
  ),
  cat: goFunction([`...${ANY}`], (...values: unknown[]) => values.filter(isThere).map(printValue).join(' ')),
  indent: goFunction(['int', 'string'], indent),
  nindent: goFunction(['int', 'string'], (spaces: bigint, text: string) => `\n${indent(spaces, text)}`),
  replace: goFunction(['string', 'string', 'string'], replaceText),
  plural: goFunction(['string', 'string', 'int'], (one: string, many: string, count: bigint) =>
    count === 1n ? one : many,
  ),
  toString: goFunction([ANY], stringOf),
  split: goFunction(['string', 'string'], (separator: string, text: string) =>
    numbered(splitText(separator, text)),
  ),
  splitList: goFunction(['string', 'string'], (separator: string, text: string) =>
    typedList('[]string', splitText(separator, text)),
  ),
  splitn: goFunction(['string', 'int', 'string'], (separator: string, limit: bigint, text: string) =>
    numbered(splitText(separator, text, Number(limit))),
  ),
  toStrings: goFunction([ANY], (value: unknown) => typedList('[]string', stringsOf(value))),
  join: goFunction(['string', ANY], (separator: string, value: unknown) =>
    joined(stringsOf(value), separator),
  ),
};

function joined(texts: readonly string[], separator: string): string {
  countWork(texts.reduce((length, text) => length + text.length + separator.length, 0));
  return texts.join(separator);
}

/** Go changes the case of single characters: `ß` stays one. */
function mapCase(text: string, change: (character: string) => string): string {
  const changed = change(text);
  if (changed.length === text.length) return changed;
  return Array.from(text, (character) => {
    const single = change(character);
    return Array.from(single).length === 1 ? single : character;
  }).join('');
}
