import { COLON, HASH, NEWLINE, SPACE } from '../parse/characters.ts';
import { resolvePlain } from '../resolve/plain-scalar.ts';
import { resolveTimestamp } from '../resolve/timestamp.ts';

/** How a string is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

/** What a character may mean for the style of the string that it is in. */
const SAFE = 0;
const UNSAFE = 1;
/** Safe but as the first character. */
const INDICATOR = 2;
/** Safe, but a string that starts with it may be a number, a word or a marker. */
const AMBIGUOUS = 3;

const CLASS: Uint8Array = new Uint8Array(128).fill(SAFE);
CLASS.fill(UNSAFE, 0, 32);
for (const char of ':#\x7f') CLASS[char.charCodeAt(0)] = UNSAFE;
for (const char of ' ,[]{}&*!|>\'"%@`?-') CLASS[char.charCodeAt(0)] = INDICATOR;
for (const char of '0123456789+.yYnNtTfFoO~') CLASS[char.charCodeAt(0)] = AMBIGUOUS;

/** The characters of class `UNSAFE`, and those beyond ASCII. */
const NOT_SAFE = /[^ -"$-9;-~]/g;
/** In texts of more characters the engine finds the next one sooner than a loop here. */
const LONG = 40;

/**
 * The style of a string of common characters, found in one pass or two; `undefined` where it takes a closer look.
 */
export function plainlyStyleOf(text: string): ScalarStyle | undefined {
  const first = text.charCodeAt(0);
  const kind = first < 128 ? CLASS[first] : UNSAFE;
  if (kind !== SAFE && kind !== AMBIGUOUS) return printableStyleOf(text, 0);
  const { length } = text;
  const i = findUnsafe(text, 1);
  if (i < length || text.charCodeAt(length - 1) === SPACE) return printableStyleOf(text, i);
  if (kind === SAFE) return 'plain';
  if (isAmbiguous(text)) return 'double';
  return text.startsWith('...') ? 'single' : 'plain';
}

/**
 * The style of a string of ASCII without control characters, of one line or several. What is before `from` is safe.
 */
function printableStyleOf(text: string, from: number): ScalarStyle | undefined {
  const { length } = text;
  let lines = false;
  let indicator = false;
  for (let i = findUnsafe(text, from); i < length; i = findUnsafe(text, i + 1)) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE) {
      if (text.charCodeAt(i - 1) === SPACE) return undefined;
      lines = true;
    } else if (code === COLON) {
      indicator ||= i > 0 && (i === length - 1 || text.charCodeAt(i + 1) === SPACE);
    } else if (code === HASH) {
      indicator ||= text.charCodeAt(i - 1) === SPACE;
    } else {
      return undefined;
    }
  }
  const endsInSpace = text.charCodeAt(length - 1) === SPACE;
  if (lines) return endsInSpace ? undefined : 'literal';
  if (text === '' || isAmbiguous(text)) return 'double';
  const quoted = indicator || endsInSpace || text.charCodeAt(0) === SPACE || startsWithIndicator(text);
  return quoted ? 'single' : 'plain';
}

/** The next character that is not safe; the length of the text where there is none. */
function findUnsafe(text: string, from: number): number {
  const { length } = text;
  if (length - from > LONG) {
    NOT_SAFE.lastIndex = from;
    return NOT_SAFE.test(text) ? NOT_SAFE.lastIndex - 1 : length;
  }
  let i = from;
  while (i < length && isSafe(text.charCodeAt(i))) i++;
  return i;
}

function isSafe(code: number): boolean {
  return code < 128 && CLASS[code] !== UNSAFE;
}

const SEXAGESIMAL = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;

/** Whether a text without quotes would be read as something other than a string, by YAML 1.1 at least. */
function isAmbiguous(text: string): boolean {
  if (typeof resolvePlain(text, 'yaml11') !== 'string') return true;
  const code = text.charCodeAt(0);
  // Only numbers and dates are left, and they start with a digit or a sign.
  if (code > 57 || code < 43) return false;
  return resolveTimestamp(text) !== undefined || (text.includes(':') && SEXAGESIMAL.test(text));
}

/** What the text as a whole allows. */
interface Analysis {
  plain: boolean;
  single: boolean;
  block: boolean;
}

/** The style of any string without halves of characters; v3 writes tabs in a `|` scalar, v2 as escapes only. */
export function analyzedStyle(text: string, version: 'v2' | 'v3'): ScalarStyle {
  if (text === '') return 'double';
  const allowed = analyze(text, version);
  if (text.includes('\n')) return allowed.block ? 'literal' : 'double';
  if (isAmbiguous(text)) return 'double';
  if (allowed.plain) return 'plain';
  return allowed.single ? 'single' : 'double';
}

const FIRST_INDICATORS = '#,[]{}&*!|>\'"%@`';
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]/;
const BREAKS = String.raw`\n\r\x85\u2028\u2029`;
const BREAK = new RegExp(`[${BREAKS}]`);
const SPACE_BREAK = new RegExp(` [${BREAKS}]`);
const BREAK_SPACE = new RegExp(`[${BREAKS}] `);
/** `: ` (or a colon that ends the text), and ` #`. */
const BLOCK_INDICATOR = new RegExp(String.raw`:(?:[ \t]|$)|[ \t\0${BREAKS}]#`);

function analyze(text: string, version: 'v2' | 'v3'): Analysis {
  const tab = text.includes('\t');
  const unprintable = UNPRINTABLE.test(text) || SPACE_BREAK.test(text);
  const special = unprintable || tab;
  const edgeSpace = text.startsWith(' ') || text.endsWith(' ');
  const breakSpace = BREAK_SPACE.test(text);
  return {
    plain: !special && !edgeSpace && !breakSpace && !BREAK.test(text) && !hasIndicator(text),
    single: !special && !breakSpace,
    block: !(version === 'v2' ? special : unprintable) && !text.endsWith(' '),
  };
}

function hasIndicator(text: string): boolean {
  if (startsWithIndicator(text)) return true;
  return BLOCK_INDICATOR.test(text.slice(1)) || (text[0] === ' ' && text[1] === '#');
}

/** A marker of documents, and `-`, `?` and `:` before a blank. */
const FIRST_WORD = /^(?:---|\.\.\.|[-?:](?:[ \t]|$))/;

function startsWithIndicator(text: string): boolean {
  const first = text[0] ?? '';
  if (first !== '' && FIRST_INDICATORS.includes(first)) return true;
  return '-.?:'.includes(first) && FIRST_WORD.test(text);
}
