import {
  BACKSLASH,
  DOUBLE_QUOTE,
  isDocumentMarker,
  NEWLINE,
  SINGLE_QUOTE,
  SPACE,
  TAB,
} from './characters.ts';
import type { Reader } from './reader.ts';

/** Reads the quoted scalar that starts at the reader, and stands just after its closing quote. */
export function readQuotedText(reader: Reader): string {
  const { text } = reader;
  const start = reader.pos;
  const quote = text.charCodeAt(start);
  // Without line ends and escapes the text is what stands between the quotes.
  for (let i = start + 1; ; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      if (quote === SINGLE_QUOTE && text.charCodeAt(i + 1) === SINGLE_QUOTE) break;
      reader.pos = i + 1;
      return text.slice(start + 1, i);
    }
    if (code === NEWLINE || (code === BACKSLASH && quote === DOUBLE_QUOTE)) break;
  }
  return quote === SINGLE_QUOTE ? readSingleQuoted(reader, start) : readDoubleQuoted(reader, start);
}

function readSingleQuoted(reader: Reader, start: number): string {
  const { text } = reader;
  let result = '';
  let from = start + 1;
  for (let i = from; ;) {
    const code = text.charCodeAt(i);
    if (code === SINGLE_QUOTE) {
      result += text.slice(from, i);
      if (text.charCodeAt(i + 1) !== SINGLE_QUOTE) {
        reader.pos = i + 1;
        return result;
      }
      result += "'";
      from = i += 2;
    } else if (code === NEWLINE) {
      const fold = foldLineEnd(reader, from, i, start);
      result += fold.text;
      from = i = fold.next;
    } else {
      i++;
    }
  }
}

function readDoubleQuoted(reader: Reader, start: number): string {
  const { text } = reader;
  let result = '';
  let from = start + 1;
  for (let i = from; ;) {
    const code = text.charCodeAt(i);
    if (code === DOUBLE_QUOTE) {
      reader.pos = i + 1;
      return result + text.slice(from, i);
    }
    if (code === NEWLINE) {
      const fold = foldLineEnd(reader, from, i, start);
      result += fold.text;
      from = i = fold.next;
    } else if (code === BACKSLASH) {
      result += text.slice(from, i);
      const escape = readEscape(reader, i, start);
      result += escape.text;
      from = i = escape.next;
    } else {
      i++;
    }
  }
}

interface Piece {
  readonly text: string;
  readonly next: number;
}

/** The text up to a line end without its trailing blanks, and what the line ends after it fold to. */
function foldLineEnd(reader: Reader, from: number, lineEnd: number, start: number): Piece {
  const { text } = reader;
  let end = lineEnd;
  while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
  const { breaks, next } = skipLineEnds(reader, lineEnd, start);
  return { text: text.slice(from, end) + reader.foldedBreaks(lineEnd, next, breaks), next };
}

function skipLineEnds(reader: Reader, lineEnd: number, start: number): { breaks: number; next: number } {
  const { text, end } = reader;
  let breaks = 0;
  let i = lineEnd;
  for (;;) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE) {
      breaks++;
      i++;
      if (i >= end) failInQuotes(reader, 'found unexpected end of stream', start, reader.end);
      reader.lineStart = i;
      if (isDocumentMarker(text, i)) failInQuotes(reader, 'found unexpected document indicator', start, i);
    } else if (isBlank(code)) {
      i++;
    } else {
      return { breaks, next: i };
    }
  }
}

function failInQuotes(reader: Reader, problem: string, start: number, offset: number): never {
  const at = reader.lineOf(Math.min(offset, reader.prepared.length - 1));
  reader.fail(`${problem} while scanning the quoted scalar that starts here`, start, {
    context: start,
    scanner: true,
    goProblem: { problem, offset: Math.min(offset, reader.prepared.length) },
    hint: `The closing quote is missing: the text runs on to line ${at}.`,
  });
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Escapes of one character after the backslash. */
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function readEscape(reader: Reader, backslash: number, start: number): Piece {
  const { text } = reader;
  if (text.charCodeAt(backslash + 1) === NEWLINE) {
    // An escaped line end joins without a space; the line ends after it stay.
    const { breaks, next } = skipLineEnds(reader, backslash + 1, start);
    return { text: reader.breaksBetween(backslash + 2, next, breaks - 1), next };
  }
  const letter = text[backslash + 1] ?? '';
  const simple = SIMPLE_ESCAPES[letter];
  if (simple !== undefined) return { text: simple, next: backslash + 2 };
  const length = HEX_LENGTHS[letter];
  if (length === undefined) {
    return failAtEscape(reader, 'found unknown escape character', backslash, start);
  }
  const digits = text.slice(backslash + 2, backslash + 2 + length);
  if (digits.length < length || !/^[\da-fA-F]+$/.test(digits)) {
    return failAtEscape(reader, 'did not find expected hexdecimal number', backslash, start);
  }
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    return failAtEscape(reader, 'found invalid Unicode character escape code', backslash, start);
  }
  return { text: String.fromCodePoint(code), next: backslash + 2 + length };
}

function failAtEscape(reader: Reader, problem: string, backslash: number, context: number): never {
  reader.fail(problem, backslash, {
    context,
    scanner: true,
    hint: 'Write a backslash that is meant as text as \\\\, or use single quotes.',
  });
}
