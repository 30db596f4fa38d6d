import { END, isNewline, type TomlScanner } from './toml-scanner.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\u001b',
  '"': '"',
  '\\': '\\',
};

const DIGITS: Readonly<Record<string, readonly [count: number, word: string]>> = {
  x: [2, 'two'],
  u: [4, 'four'],
  U: [8, 'eight'],
};

/** A string of any of the four kinds, whose first quote is next. */
export function readString(scanner: TomlScanner, allowsLines: boolean): string {
  const quote = scanner.peek();
  const isLong = allowsLines && scanner.accept(quote.repeat(3));
  if (!isLong) scanner.next();
  if (quote === "'") return isLong ? readRawLines(scanner) : readRaw(scanner);
  return isLong ? readLines(scanner) : readLine(scanner);
}

function readRaw(scanner: TomlScanner): string {
  let text = '';
  for (;;) {
    const character = scanner.next();
    if (character === "'") return text;
    checkLine(scanner, character, `"'"`);
    text += character;
  }
}

function readLine(scanner: TomlScanner): string {
  let text = '';
  for (;;) {
    const character = scanner.next();
    if (character === '"') return text;
    checkLine(scanner, character, `'"'`);
    text += character === '\\' ? readEscape(scanner) : character;
  }
}

function checkLine(scanner: TomlScanner, character: string, end: string): void {
  if (character === END) throw scanner.fault(`unexpected EOF; expected ${end}`);
  if (isNewline(character)) throw scanner.faultBefore('strings cannot contain newlines');
}

/** Up to two quotes may stand before the three that end a text. */
function readEnd(scanner: TomlScanner, quote: string): string | undefined {
  const count = /^['"]+/.exec(scanner.text.slice(scanner.at, scanner.at + 6))?.[0].length ?? 0;
  const quotes = scanner.text.slice(scanner.at, scanner.at + count);
  const own = /^(.)\1*/.exec(quotes)?.[0].length ?? 0;
  if (own < 3) return undefined;
  if (own >= 6) throw scanner.fault(`unexpected ${quote === '"' ? `'""""""'` : `"''''''"`}`);
  for (let i = 0; i < own; i++) scanner.next();
  return quote.repeat(own - 3);
}

function readRawLines(scanner: TomlScanner): string {
  let text = '';
  for (;;) {
    const end = scanner.peek() === "'" ? readEnd(scanner, "'") : undefined;
    if (end !== undefined) return withoutFirstNewline(text + end);
    const character = scanner.next();
    if (character === END) throw scanner.fault(`unexpected EOF; expected "'''"`);
    text += character;
  }
}

function readLines(scanner: TomlScanner): string {
  let text = '';
  let isFirst = true;
  for (;;) {
    const end = scanner.peek() === '"' ? readEnd(scanner, '"') : undefined;
    if (end !== undefined) return text + end;
    const character = scanner.next();
    if (character === END) throw scanner.fault(`unexpected EOF; expected '"""'`);
    if (character === '\\') text += readLinesEscape(scanner);
    else if (!(isFirst && isNewline(character))) text += character;
    // A first newline may be of two characters.
    isFirst = isFirst && character === '\r';
  }
}

/** A backslash at the end of a line takes the space after it away. */
function readLinesEscape(scanner: TomlScanner): string {
  const space = /^[ \t]*\r?\n[ \t\r\n]*/.exec(scanner.text.slice(scanner.at))?.[0];
  if (space === undefined) return readEscape(scanner);
  scanner.accept(space);
  return '';
}

function readEscape(scanner: TomlScanner): string {
  const character = scanner.next();
  const simple = Object.hasOwn(SIMPLE, character) ? SIMPLE[character] : undefined;
  if (simple !== undefined) return simple;
  const digits = Object.hasOwn(DIGITS, character) ? DIGITS[character] : undefined;
  if (digits) return readCode(scanner, character, ...digits);
  if (character === ' ' || character === '\t') throw scanner.fault(`invalid escape: '\\${character}'`);
  throw scanner.fault(`invalid escape in string '\\${character}'`);
}

function readCode(scanner: TomlScanner, letter: string, count: number, word: string): string {
  let hex = '';
  for (let i = 0; i < count; i++) {
    const character = scanner.next();
    hex += character;
    if (!/^[0-9a-fA-F]$/.test(character)) {
      const got = JSON.stringify(`\\${letter}${hex}`);
      throw scanner.fault(`expected ${word} hexadecimal digits after '\\${letter}', but got ${got} instead`);
    }
  }
  const code = Number.parseInt(hex, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    throw scanner.fault(`Escaped character '\\u${hex}' is not valid UTF-8.`);
  }
  return String.fromCodePoint(code);
}

const withoutFirstNewline = (text: string): string => text.replace(/^\r?\n/, '');
