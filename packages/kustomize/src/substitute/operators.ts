import { byteLength, replaceCutCharacters, sliceBytes } from './bytes.ts';
import { globPattern } from './glob.ts';

/** Operators that supply a value themselves. */
export function isDefaultOperator(operator: string): boolean {
  return ['=', ':=', ':-', ':?', ':+'].includes(operator);
}

/** What an operator makes of a variable's value. */
export function applyOperator(operator: string, value: string, args: readonly string[]): string {
  const [first, second] = args;
  switch (operator) {
    case ',':
      return changeFirst(value, (character) => character.toLowerCase());
    case ',,':
      return value.toLowerCase();
    case '^':
      return changeFirst(value, (character) => character.toUpperCase());
    case '^^':
      return value.toUpperCase();
    case '#':
      return first === undefined ? String(byteLength(value)) : trimPrefix(value, first, 'shortest');
    case '##':
      return trimPrefix(value, first ?? '', 'longest');
    case '%':
      return trimSuffix(value, first ?? '', 'shortest');
    case '%%':
      return trimSuffix(value, first ?? '', 'longest');
    case ':':
      return substring(value, args);
    case '/':
      return first === undefined ? value : replaceFirst(value, first, second ?? '');
    case '//':
      return first === undefined ? value : value.replaceAll(first, () => second ?? '');
    case '/#':
      return second !== undefined && value.startsWith(first ?? '')
        ? second + value.slice((first ?? '').length)
        : value;
    case '/%':
      return replaceSuffix(value, first ?? '', second);
    default:
      return value === '' ? args.join('') : value;
  }
}

function changeFirst(value: string, change: (character: string) => string): string {
  const [first = ''] = value;
  return change(first) + value.slice(first.length);
}

function replaceFirst(value: string, old: string, replacement: string): string {
  return value.replace(old, () => replacement);
}

function replaceSuffix(value: string, suffix: string, replacement: string | undefined): string {
  if (replacement === undefined || !value.endsWith(suffix)) return value;
  return value.slice(0, value.length - suffix.length) + replacement;
}

/** Positions and lengths count bytes. */
function substring(value: string, [from, count]: readonly string[]): string {
  const size = byteLength(value);
  let start = integer(from);
  if (start === undefined) return value;
  if (start < 0) start = Math.max(0, size + start);
  if (count === undefined) return sliceBytes(value, start);
  const length = integer(count);
  if (length === undefined) return value;
  const end = length < 0 ? size + length : start + length;
  return end <= start ? '' : sliceBytes(value, start, end);
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

type Extent = 'shortest' | 'longest';

function trimPrefix(value: string, glob: string, extent: Extent): string {
  const pattern = globPattern(glob);
  if (!pattern) return value;
  const length = matchingLength(value, (prefix) => pattern.test(prefix), extent);
  return sliceBytes(value, length);
}

/**
 * As for prefixes, of the reversed text by the reversed pattern: a class in brackets never matches so, and what is
 * left of a character that was cut is lost when the text is turned back.
 */
function trimSuffix(value: string, glob: string, extent: Extent): string {
  return replaceCutCharacters(reversed(trimPrefix(reversed(value), reversed(glob), extent)));
}

function reversed(text: string): string {
  return Array.from(text).toReversed().join('');
}

/** The length in bytes of the shortest or longest beginning that matches and is not blank; 0 for none. */
function matchingLength(value: string, matches: (prefix: string) => boolean, extent: Extent): number {
  const ends = Array.from({ length: byteLength(value) }, (_, i) => i + 1);
  const found = (extent === 'shortest' ? ends : ends.toReversed()).find((end) =>
    matches(sliceBytes(value, 0, end)),
  );
  return found ?? 0;
}
