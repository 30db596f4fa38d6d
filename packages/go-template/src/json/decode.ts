import { FunctionError } from '../errors.ts';
import { quoteRune } from '../format/quote.ts';
import { typedMap } from '../value/typed.ts';
import { decodeNatively } from './decode-natively.ts';

/**
 * Reads JSON as Go's `encoding/json` does: numbers are floats, of equal keys the last counts.
 *
 * @throws FunctionError with Go's message.
 */
export function decodeJson(text: string): unknown {
  const read = decodeNatively(text);
  return read ? read.value : new JsonReader(text).read();
}

/** As deep as Go goes. */
const MAX_DEPTH = 10_000;

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class JsonReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): unknown {
    const value = this.#value('looking for beginning of value');
    this.#space();
    if (this.#at < this.#text.length) throw this.#invalid('after top-level value');
    return value;
  }

  #value(context: string): unknown {
    this.#space();
    const first = this.#text[this.#at];
    switch (first) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        if (first === '-' || (first !== undefined && first >= '0' && first <= '9')) return this.#number();
        throw this.#invalid(context);
    }
  }

  #nested(read: () => unknown): unknown {
    if (++this.#depth > MAX_DEPTH) throw new FunctionError('exceeded max depth');
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): unknown {
    const map = typedMap('map[string]interface {}');
    this.#at++;
    this.#space();
    if (this.#take('}')) return map;
    for (let context = 'looking for beginning of object key string'; ;) {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#invalid(context);
      const key = this.#string();
      this.#space();
      if (!this.#take(':')) throw this.#invalid('after object key');
      map[key] = this.#value('looking for beginning of value');
      this.#space();
      if (this.#take('}')) return map;
      if (!this.#take(',')) throw this.#invalid('after object key:value pair');
      context = 'looking for beginning of object key string';
    }
  }

  #array(): unknown[] {
    const items: unknown[] = [];
    this.#at++;
    this.#space();
    if (this.#take(']')) return items;
    for (;;) {
      items.push(this.#value('looking for beginning of value'));
      this.#space();
      if (this.#take(']')) return items;
      if (!this.#take(',')) throw this.#invalid('after array element');
    }
  }

  #string(): string {
    let text = '';
    for (this.#at++; ;) {
      const character = this.#text[this.#at];
      if (character === '"') {
        this.#at++;
        return text;
      }
      if (character === undefined || character < ' ') throw this.#invalid('in string literal');
      if (character === '\\') text += this.#escape();
      else {
        text += character;
        this.#at++;
      }
    }
  }

  #escape(): string {
    this.#at++;
    const kind = this.#text[this.#at] ?? '';
    const simple = Object.hasOwn(SIMPLE_ESCAPES, kind) ? SIMPLE_ESCAPES[kind] : undefined;
    if (simple !== undefined) {
      this.#at++;
      return simple;
    }
    if (kind !== 'u') throw this.#invalid('in string escape code');
    for (let i = 0; i < 4; i++) {
      this.#at++;
      if (!/^[0-9a-fA-F]$/.test(this.#text[this.#at] ?? ''))
        throw this.#invalid('in \\u hexadecimal character escape');
    }
    this.#at++;
    return this.#unit(this.#at);
  }

  /** Halves of a pair belong together; alone they are no characters. */
  #unit(end: number): string {
    const code = Number.parseInt(this.#text.slice(end - 4, end), 16);
    if (code < 0xd800 || code > 0xdfff) return String.fromCharCode(code);
    const low = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(this.#text.slice(end, end + 6))?.[1];
    if (code >= 0xdc00 || low === undefined) return '\uFFFD';
    this.#at = end + 6;
    return String.fromCharCode(code, Number.parseInt(low, 16));
  }

  #number(): number {
    const start = this.#at;
    this.#take('-');
    if (!this.#take('0') && !this.#digits()) throw this.#invalid('in numeric literal');
    if (this.#take('.') && !this.#digits()) throw this.#invalid('after decimal point in numeric literal');
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-');
      if (!this.#digits()) throw this.#invalid('in exponent of numeric literal');
    }
    const text = this.#text.slice(start, this.#at);
    const value = Number(text);
    if (!Number.isFinite(value))
      throw new FunctionError(`json: cannot unmarshal number ${text} into Go value of type float64`);
    return value;
  }

  #digits(): boolean {
    const start = this.#at;
    while (/^[0-9]$/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#at > start;
  }

  #word<T>(word: string, value: T): T {
    for (const [i, letter] of Array.from(word).entries()) {
      if (!this.#take(letter))
        throw this.#invalid(i === 0 ? '' : `in literal ${word} (expecting ${quoteRune(letter)})`);
    }
    return value;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  #invalid(context: string): FunctionError {
    const character = this.#text[this.#at];
    if (character === undefined) {
      // At the end, Go tries a space, which texts and what is between values may have.
      const isSpaceWrong = /^in (?:literal|numeric|exponent|string escape|\\u)|^after decimal/.test(context);
      return new FunctionError(
        isSpaceWrong ? `invalid character ' ' ${context}` : 'unexpected end of JSON input',
      );
    }
    // Go sees a byte, and takes it for a character.
    const byte = String.fromCharCode(new TextEncoder().encode(character)[0] ?? 0);
    return new FunctionError(`invalid character ${quoteRune(byte)} ${context}`);
  }
}
