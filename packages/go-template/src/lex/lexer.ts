import { quoteString } from '../format/quote.ts';
import {
  describeCharacter,
  isAsciiName,
  isNameCharacter,
  isNumberStart,
  isPrintable,
  isSpace,
} from './characters.ts';
import { keywordOf, type Token, type TokenType } from './token.ts';

/** How a template's text is read. */
export interface LexOptions {
  /** Words that are functions, although they could be the keywords `break` and `continue`. */
  readonly isFunction: (name: string) => boolean;
}

const LEFT = '{{';
const RIGHT = '}}';

/** Splits the text of a template into tokens. After an error there is nothing but the end. */
export class Lexer {
  readonly #text: string;
  readonly #options: LexOptions;
  #at = 0;
  #start = 0;
  #insideAction = false;
  #parens = 0;
  #isOver = false;

  constructor(text: string, options: LexOptions) {
    this.#text = text;
    this.#options = options;
  }

  next(): Token {
    if (this.#isOver) return { type: 'eof', value: 'EOF', offset: this.#start };
    return this.#insideAction ? this.#insideActionToken() : this.#textToken();
  }

  /** Text up to the next action, without what a trim marker there takes away. */
  #textToken(): Token {
    for (;;) {
      const open = this.#text.indexOf(LEFT, this.#at);
      if (open < 0) {
        this.#at = this.#text.length;
        if (this.#at > this.#start) return this.#emit('text');
        this.#isOver = true;
        return { type: 'eof', value: 'EOF', offset: this.#at };
      }
      const end = this.#trimsLeft(open + 2) ? this.#endWithoutSpace(open) : open;
      if (end > this.#start) {
        const token: Token = { type: 'text', value: this.#text.slice(this.#start, end), offset: this.#start };
        this.#start = this.#at = open;
        return token;
      }
      this.#start = this.#at = open;
      const token = this.#leftDelimiter();
      if (token) return token;
    }
  }

  #endWithoutSpace(end: number): number {
    let at = end;
    while (at > this.#start && isSpace(this.#text[at - 1] ?? '')) at--;
    return at;
  }

  /** The opening of an action, or `undefined` after a comment. */
  #leftDelimiter(): Token | undefined {
    const afterMarker = this.#at + 2 + (this.#trimsLeft(this.#at + 2) ? 2 : 0);
    if (this.#text.startsWith('/*', afterMarker)) {
      this.#start = afterMarker;
      return this.#comment(afterMarker);
    }
    const token: Token = { type: 'leftDelimiter', value: LEFT, offset: this.#start };
    this.#insideAction = true;
    this.#parens = 0;
    this.#start = this.#at = afterMarker;
    return token;
  }

  #comment(start: number): Token | undefined {
    const close = this.#text.indexOf('*/', start + 2);
    if (close < 0) return this.#fail('unclosed comment');
    this.#at = close + 2;
    const trims = this.#trimsRight(this.#at) && this.#text.startsWith(RIGHT, this.#at + 2);
    if (!trims && !this.#text.startsWith(RIGHT, this.#at)) {
      return this.#fail('comment ends before closing delimiter');
    }
    this.#at += trims ? 4 : 2;
    if (trims) this.#skipSpace();
    this.#start = this.#at;
    return undefined;
  }

  #insideActionToken(): Token {
    if (this.#atRightDelimiter()) {
      return this.#parens === 0 ? this.#rightDelimiter() : this.#fail('unclosed left paren');
    }
    const character = this.#take();
    if (character === '') return this.#fail('unclosed action');
    if (isSpace(character)) return this.#space();
    switch (character) {
      case '=':
        return this.#emit('assign');
      case ':':
        return this.#take() === '=' ? this.#emit('declare') : this.#fail('expected :=');
      case '|':
        return this.#emit('pipe');
      case '"':
        return this.#quoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.#quoted("'", 'charConstant', 'unterminated character constant');
      case '`':
        return this.#rawString();
      case '$':
        return this.#fieldOrVariable('variable');
      case '(':
        this.#parens++;
        return this.#emit('leftParen');
      case ')':
        return --this.#parens < 0 ? this.#fail('unexpected right paren') : this.#emit('rightParen');
      default:
        return this.#word(character);
    }
  }

  #word(character: string): Token {
    const next = this.#text[this.#at] ?? '';
    if (character === '.' && next !== '' && (next < '0' || next > '9')) return this.#fieldOrVariable('field');
    if (isNumberStart(character)) {
      this.#at = this.#start;
      return this.#number();
    }
    if (isNameCharacter(character)) return this.#identifier();
    if (character.charCodeAt(0) < 0x80 && isPrintable(character)) return this.#emit('char');
    return this.#fail(`unrecognized character in action: ${describeCharacter(character)}`);
  }

  #rightDelimiter(): Token {
    const trims = this.#trimsRight(this.#at);
    if (trims) this.#start = this.#at = this.#at + 2;
    this.#at += RIGHT.length;
    const token = this.#emit('rightDelimiter');
    if (trims) {
      this.#skipSpace();
      this.#start = this.#at;
    }
    this.#insideAction = false;
    return token;
  }

  /** The last of the spaces may belong to a trim marker. */
  #space(): Token {
    while (isSpace(this.#peek())) this.#at++;
    const last = this.#at - 1;
    if (this.#trimsRight(last) && this.#text.startsWith(RIGHT, last + 2)) {
      this.#at = last;
      if (last === this.#start) return this.#rightDelimiter();
    }
    return this.#emit('space');
  }

  #identifier(): Token {
    this.#takeName();
    const word = this.#text.slice(this.#start, this.#at);
    if (!this.#atTerminator()) return this.#fail(`bad character ${describeCharacter(this.#peek())}`);
    const keyword = keywordOf(word);
    if (keyword) {
      const isName = (keyword === 'break' || keyword === 'continue') && this.#options.isFunction(keyword);
      return this.#emit(isName ? 'identifier' : keyword);
    }
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  #fieldOrVariable(type: 'field' | 'variable'): Token {
    if (this.#atTerminator()) return this.#emit(type === 'variable' ? 'variable' : 'dot');
    this.#takeName();
    if (!this.#atTerminator()) return this.#fail(`bad character ${describeCharacter(this.#peek())}`);
    return this.#emit(type);
  }

  #takeName(): void {
    while (isAsciiName(this.#text.charCodeAt(this.#at))) this.#at++;
    for (let next = this.#peek(); next !== '' && isNameCharacter(next); next = this.#peek()) {
      this.#at += next.length;
    }
  }

  /** What may follow a name, so that `.X.Y` is two fields and `$x+2` is refused. */
  #atTerminator(): boolean {
    const next = this.#peek();
    return next === '' || isSpace(next) || '.,|:)('.includes(next) || this.#text.startsWith(RIGHT, this.#at);
  }

  #quoted(quote: string, type: TokenType, unterminated: string): Token {
    for (;;) {
      const character = this.#take();
      if (character === quote) return this.#emit(type);
      const isEnd = character === '' || character === '\n';
      if (isEnd || (character === '\\' && ['', '\n'].includes(this.#take()))) return this.#fail(unterminated);
    }
  }

  #rawString(): Token {
    const close = this.#text.indexOf('`', this.#at);
    if (close < 0) return this.#fail('unterminated raw quoted string');
    this.#at = close + 1;
    return this.#emit('rawString');
  }

  #number(): Token {
    const isNumber = this.#scanNumber();
    const syntax = () => `bad number syntax: ${quoteString(this.#text.slice(this.#start, this.#at))}`;
    if (!isNumber) return this.#fail(syntax());
    const sign = this.#peek();
    if (sign !== '+' && sign !== '-') return this.#emit('number');
    if (!this.#scanNumber() || this.#text[this.#at - 1] !== 'i') return this.#fail(syntax());
    return this.#emit('complex');
  }

  /** Takes what looks like a number; whether it is one, is told when it is converted. */
  #scanNumber(): boolean {
    const pattern =
      /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][01234567_]*(?:\.[01234567_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
    pattern.lastIndex = this.#at;
    pattern.exec(this.#text);
    this.#at = pattern.lastIndex;
    const next = this.#peek();
    if (next === '' || !isNameCharacter(next)) return true;
    this.#at += next.length;
    return false;
  }

  #atRightDelimiter(): boolean {
    if (this.#text.startsWith(RIGHT, this.#at)) return true;
    return this.#trimsRight(this.#at) && this.#text.startsWith(RIGHT, this.#at + 2);
  }

  #trimsLeft(at: number): boolean {
    return this.#text[at] === '-' && isSpace(this.#text[at + 1] ?? '');
  }

  #trimsRight(at: number): boolean {
    return isSpace(this.#text[at] ?? '') && this.#text[at + 1] === '-';
  }

  #skipSpace(): void {
    while (isSpace(this.#text[this.#at] ?? '')) this.#at++;
  }

  #peek(): string {
    const code = this.#text.charCodeAt(this.#at);
    if (code < 0x80) return this.#text[this.#at] as string;
    return Number.isNaN(code) ? '' : String.fromCodePoint(this.#text.codePointAt(this.#at) as number);
  }

  #take(): string {
    const character = this.#peek();
    this.#at += character.length;
    return character;
  }

  #emit(type: TokenType): Token {
    const token: Token = { type, value: this.#text.slice(this.#start, this.#at), offset: this.#start };
    this.#start = this.#at;
    return token;
  }

  #fail(message: string): Token {
    this.#isOver = true;
    return { type: 'error', value: message, offset: this.#start };
  }
}
