import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  DASH,
  DOUBLE_QUOTE,
  GREATER,
  HASH,
  isBlankOrBreak,
  NEWLINE,
  PIPE,
  QUESTION,
  SINGLE_QUOTE,
  SPACE,
  startsPlain,
  TAB,
} from './characters.ts';
import type { Reader } from './reader.ts';

/** Whether a plain scalar starts here; `-`, `?` and `:` start one if no blank follows. */
export function isPlainAt(text: string, offset: number, code: number): boolean {
  if (startsPlain(code)) return true;
  if (code !== DASH && code !== QUESTION && code !== COLON) return false;
  return !isBlankOrBreak(text.charCodeAt(offset + 1));
}

/** Whether the reader stands at the colon behind a key. */
export function isColonIndicator(reader: Reader): boolean {
  const { text, pos } = reader;
  return text.charCodeAt(pos) === COLON && isBlankOrBreak(text.charCodeAt(pos + 1));
}

/** Whether the reader stands at the dash of an item. */
export function isDashIndicator(reader: Reader): boolean {
  const { text, pos } = reader;
  return text.charCodeAt(pos) === DASH && isBlankOrBreak(text.charCodeAt(pos + 1));
}

/** Whether a `|` or `>` scalar starts at the reader. */
export function startsBlockScalar({ text, pos }: Reader): boolean {
  const code = text.charCodeAt(pos);
  return code === PIPE || code === GREATER;
}

/** Whether a `-`, `?` or `:` here belongs to a collection: a blank follows. */
export function isIndicator(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  if (code !== DASH && code !== QUESTION && code !== COLON) return false;
  return isBlankOrBreak(text.charCodeAt(offset + 1));
}

/** Whether nothing more, or a comment alone, is on the line. */
export function isLineEnd(code: number): boolean {
  return code === NEWLINE || code === HASH;
}

/** Moves over spaces and tabs, and gives the character behind them. */
export function skipBlanks(reader: Reader): number {
  const { text } = reader;
  let code = text.charCodeAt(reader.pos);
  while (code === SPACE || code === TAB) code = text.charCodeAt(++reader.pos);
  return code;
}

/** Whether a quoted scalar starts with this character. */
export function isQuote(code: number): boolean {
  return code === DOUBLE_QUOTE || code === SINGLE_QUOTE;
}

/** Whether a character starts a token, but none that a key could start with. */
export function isStray(code: number): boolean {
  return (
    code === PIPE || code === GREATER || code === COMMA || code === CLOSE_BRACKET || code === CLOSE_BRACE
  );
}
