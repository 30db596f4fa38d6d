import type { Lexer } from '../lex/lexer.ts';
import type { Token } from '../lex/token.ts';

/** The tokens of a template, of which the next ones can be looked at before they are taken. */
export class TokenStream {
  readonly #lexer: Lexer;
  /** Those that were read and may be asked for again. */
  #tokens: Token[] = [];
  #at = 0;
  #latest: Token | undefined;

  constructor(lexer: Lexer) {
    this.#lexer = lexer;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  peek(): Token {
    return this.#tokens[this.#at] ?? this.#read();
  }

  #read(): Token {
    const token = this.#lexer.next();
    this.#tokens[this.#at] = token;
    this.#latest = token;
    return token;
  }

  nextNonSpace(): Token {
    while (this.peek().type === 'space') this.#at++;
    return this.next();
  }

  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.#at--;
    return token;
  }

  /** Where the stream stands, to come back to. */
  mark(): number {
    return this.#at;
  }

  rewind(mark: number): void {
    this.#at = mark;
  }

  /** Lets go of what was taken. What was marked is no place any more. */
  forget(): void {
    if (this.#at === this.#tokens.length) this.#tokens.length = 0;
    else this.#tokens = this.#tokens.slice(this.#at);
    this.#at = 0;
  }

  /** The token that was read last, whether it was taken or only looked at: where messages say a fault is. */
  get latest(): Token | undefined {
    return this.#latest;
  }
}
