import { quoteRune, quoteString } from '@gitops-toolkit/go-template';

/** A text that is no TOML, in the words of the Go package `BurntSushi/toml`. */
export class TomlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TomlError';
  }
}

/** What a scanner reads at the end of the text. */
export const END = '';

export const isSpace = (character: string): boolean => character === ' ' || character === '\t';
export const isNewline = (character: string): boolean => character === '\n' || character === '\r';
export const isDigit = (character: string): boolean =>
  character >= '0' && character <= '9' && character.length === 1;

/** A character in the quotes that Go's `%q` puts around one; the end is the character 0. */
export function quoteCharacter(character: string): string {
  return quoteRune(character === END ? '\0' : character);
}

/** Reads the characters of a TOML text, and knows the line that it is on. */
export class TomlScanner {
  readonly text: string;
  at = 0;
  line = 1;
  /** The key that is being read, for messages. */
  lastKey = '';

  constructor(text: string) {
    this.text = text.replace(/^\ufeff/, '');
    const zero = this.text.slice(0, 6).indexOf('\0');
    if (zero >= 0) {
      throw this.fault('files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8', 1);
    }
  }

  peek(): string {
    const code = this.text.codePointAt(this.at);
    if (code === undefined) return END;
    const character = String.fromCodePoint(code);
    const isLonelyReturn = character === '\r' && this.text[this.at + 1] !== '\n';
    if (isLonelyReturn || code === 0x7f || (code < 0x20 && !'\t\r\n'.includes(character))) {
      const hex = code.toString(16).padStart(2, '0');
      throw this.fault(`TOML files cannot contain control characters: '0x${hex}'`);
    }
    if (code >= 0xdc80 && code <= 0xdcff)
      throw this.fault(`invalid UTF-8 byte: 0x${(code - 0xdc00).toString(16)}`);
    return character;
  }

  next(): string {
    const character = this.peek();
    this.at += character.length;
    if (character === '\n') this.line++;
    return character;
  }

  accept(wanted: string): boolean {
    if (!this.text.startsWith(wanted, this.at)) return false;
    for (let i = 0; i < wanted.length; i++) this.next();
    return true;
  }

  skipSpace(): void {
    while (isSpace(this.peek())) this.next();
  }

  /** Space, ends of lines and comments. */
  skipLines(): void {
    for (;;) {
      const character = this.peek();
      if (character === '#') this.skipComment();
      else if (isSpace(character) || isNewline(character)) this.next();
      else return;
    }
  }

  skipComment(): void {
    while (this.peek() !== END && !isNewline(this.peek())) this.next();
  }

  takeWhile(belongs: (character: string) => boolean): string {
    const start = this.at;
    while (this.peek() !== END && belongs(this.peek())) this.next();
    return this.text.slice(start, this.at);
  }

  /** What is wrong at a line; at the end of the text, the line that has its last character. */
  fault(message: string, line: number = this.#faultLine()): TomlError {
    const key = this.lastKey === '' ? '' : ` (last key ${quoteString(this.lastKey)})`;
    return new TomlError(`toml: line ${line}${key}: ${message}`);
  }

  /** What is wrong with a newline that was read: it is of the line that it ends. */
  faultBefore(message: string): TomlError {
    return this.fault(message, this.line - 1);
  }

  #faultLine(): number {
    const isAfterLast = this.at >= this.text.length && this.text[this.at - 1] === '\n';
    return isAfterLast ? this.line - 1 : this.line;
  }
}
