/** A pattern for one part of a path. */
export interface NamePattern {
  /** Whether it is the pattern of no characters. */
  readonly isEmpty: boolean;
  matches(name: string): boolean;
}

type Token = 'any' | ((character: number) => boolean);

/**
 * Compiles `*`, `?`, `[a-z]`, `[^a-z]`, `[!a-z]` and `\` as doublestar reads them, which in classes differs from Go's
 * `path.Match`: `!` negates, and a `-` at either end stands for itself.
 *
 * @returns `undefined` for a pattern that is malformed
 */
export function compileName(pattern: string): NamePattern | undefined {
  const tokens = tokenize(Array.from(pattern));
  return (
    tokens && {
      isEmpty: tokens.length === 0,
      matches: (name) =>
        fits(
          tokens,
          Array.from(name, (c) => c.codePointAt(0) ?? 0),
        ),
    }
  );
}

function tokenize(characters: readonly string[]): Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    if (character === '*') {
      if (tokens.at(-1) !== 'any') tokens.push('any');
    } else if (character === '?') {
      tokens.push(() => true);
    } else if (character === '[') {
      const read = readClass(characters, at + 1);
      if (!read) return undefined;
      tokens.push(read.accepts);
      at = read.end;
    } else {
      if (character === '\\' && ++at >= characters.length) return undefined;
      const literal = codePoint(characters[at]);
      tokens.push((c) => c === literal);
    }
  }
  return tokens;
}

/** Reads what follows a `[`; `end` is the place of its `]`. */
function readClass(
  characters: readonly string[],
  start: number,
): { accepts: (character: number) => boolean; end: number } | undefined {
  let at = start;
  const negated = characters[at] === '^' || characters[at] === '!';
  if (negated) at++;
  if (characters[at] === ']') return undefined;
  const ranges: [low: number, high: number][] = [];
  while (at < characters.length && characters[at] !== ']') {
    if (characters[at] === '\\') at++;
    const low = codePoint(characters[at++]);
    let high = low;
    if (characters[at] === '-' && at + 1 < characters.length && characters[at + 1] !== ']') {
      at += characters[at + 1] === '\\' ? 2 : 1;
      high = codePoint(characters[at++]);
    }
    ranges.push([low, high]);
  }
  if (at >= characters.length) return undefined;
  return { accepts: (c) => ranges.some(([low, high]) => low <= c && c <= high) !== negated, end: at };
}

/** Goes back to the last star alone, so that the time is at most the product of both lengths. */
function fits(tokens: readonly Token[], name: readonly number[]): boolean {
  let [t, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    const token = tokens[t];
    if (token === 'any') {
      [star, mark] = [t++, n];
    } else if (token?.(name[n] ?? 0)) {
      t++;
      n++;
    } else if (star >= 0) {
      [t, n] = [star + 1, ++mark];
    } else {
      return false;
    }
  }
  while (tokens[t] === 'any') t++;
  return t === tokens.length;
}

function codePoint(character = ''): number {
  return character.codePointAt(0) ?? -1;
}
