import { compilePattern } from '@gitops-toolkit/schema/pattern';

/**
 * A pattern of the Go package `gobwas/glob` with `/` as separator: `*` stays within a name, `**` does not; `?`, `[a-z]`,
 * `[!a]` and `{a,b}`. `undefined` where the pattern is malformed.
 */
export function compileGlob(pattern: string): ((name: string) => boolean) | undefined {
  const source = new GlobReader(pattern).read();
  if (source === undefined) return undefined;
  // A chart of others brings the pattern: it must run in linear time.
  const compiled = compilePattern(`(?s)^(?:${source})$`);
  return compiled.error === undefined ? compiled.test : undefined;
}

class GlobReader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#characters = Array.from(pattern);
  }

  read(): string | undefined {
    const source = this.#sequence(false);
    return this.#at < this.#characters.length ? undefined : source;
  }

  #sequence(isInside: boolean): string | undefined {
    let source = '';
    for (let character = this.#peek(); character !== undefined; character = this.#peek()) {
      if (isInside && (character === ',' || character === '}')) return source;
      const part = this.#part(character);
      if (part === undefined) return undefined;
      source += part;
    }
    return isInside ? undefined : source;
  }

  #part(character: string): string | undefined {
    this.#at++;
    switch (character) {
      case '*': {
        const isDeep = this.#peek() === '*';
        while (this.#peek() === '*') this.#at++;
        return isDeep ? '.*' : '[^/]*';
      }
      case '?':
        return '[^/]';
      case '[':
        return this.#class();
      case '{':
        return this.#alternatives();
      case '\\': {
        const next = this.#peek();
        if (next === undefined) return undefined;
        this.#at++;
        return escape(next);
      }
      default:
        return escape(character);
    }
  }

  #class(): string | undefined {
    const close = this.#characters.indexOf(']', this.#at);
    if (close < 0) return undefined;
    const body = this.#characters.slice(this.#at, close);
    this.#at = close + 1;
    const isNot = body[0] === '!';
    const members = isNot ? body.slice(1) : body;
    if (members.length === 0) return undefined;
    const isRange = members.length === 3 && members[1] === '-';
    const inner = isRange
      ? `${escape(members[0] ?? '')}-${escape(members[2] ?? '')}`
      : members.map(escape).join('');
    return `[${isNot ? '^' : ''}${inner}]`;
  }

  #alternatives(): string | undefined {
    const choices: string[] = [];
    for (;;) {
      const choice = this.#sequence(true);
      if (choice === undefined) return undefined;
      choices.push(choice);
      const next = this.#peek();
      this.#at++;
      if (next === '}') return `(?:${choices.join('|')})`;
    }
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }
}

const escape = (character: string): string =>
  /^\w$/.test(character) ? character : `\\x{${character.codePointAt(0)?.toString(16)}}`;
