import { isPrintable } from '../lex/characters.ts';
import { isRawByte } from '../value/go-string.ts';

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

/** A string as Go's `strconv.Quote` writes it; `asciiOnly` is `strconv.QuoteToASCII`. */
export function quoteString(text: string, asciiOnly = false): string {
  let quoted = '"';
  for (const character of text) quoted += quoteCharacter(character, '"', asciiOnly);
  return `${quoted}"`;
}

/** A character as Go's `strconv.QuoteRune` writes it. */
export function quoteRune(character: string, asciiOnly = false): string {
  return `'${quoteCharacter(character, "'", asciiOnly)}'`;
}

function quoteCharacter(character: string, quote: string, asciiOnly: boolean): string {
  if (character === quote || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  if (asciiOnly ? code < 0x80 && isPrintable(character) : isPrintable(character)) return character;
  const escape = ESCAPES.get(character);
  if (escape !== undefined) return escape;
  if (character.length === 1 && isRawByte(code)) return `\\x${hex(code - 0xdc00, 2)}`;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');
