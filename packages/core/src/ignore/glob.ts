/** Whether a name, one part of a path, fits a pattern; or a path, whose separators nothing but themselves fits. */
export type NameMatcher = (name: string) => boolean;

type Token = { readonly kind: 'any' } | { readonly kind: 'one'; accepts(character: number): boolean };

const SLASH = 0x2f;

/** No name fits a pattern that cannot be read, as with Go's `filepath.Match`. */
const never: NameMatcher = () => false;

/**
 * Compiles a pattern for one part of a path, with the syntax of Go's `filepath.Match`: `*`, `?`,
 * `[a-z]`, `[^a-z]` and `\` before a character that is to be taken as it is.
 */
export function compileName(pattern: string): NameMatcher {
  if (!/[*?[\\]/.test(pattern)) return (name) => name === pattern;
  const suffix = /^\*([^*?[\\]*)$/.exec(pattern)?.[1];
  if (suffix !== undefined) return (name) => name.endsWith(suffix);
  return compilePathMatch(pattern) ?? never;
}

/**
 * Compiles a pattern for whole paths, with the syntax of Go's `filepath.Match`: no `*`, `?` or class stands for a `/`.
 * Matching takes at most the product of both lengths, whatever the pattern.
 *
 * @returns `undefined` for a pattern that is malformed.
 */
export function compilePathMatch(pattern: string): NameMatcher | undefined {
  const tokens = tokenize(Array.from(pattern));
  return tokens && ((path) => fits(tokens, Array.from(path, codePoint)));
}

function tokenize(characters: readonly string[]): Token[] | undefined {
  const tokens: Token[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? '';
    if (character === '*') {
      if (tokens.at(-1)?.kind !== 'any') tokens.push({ kind: 'any' });
    } else if (character === '?') {
      tokens.push({ kind: 'one', accepts: (c) => c !== SLASH });
    } else if (character === '[') {
      const set = readClass(characters, i + 1);
      if (!set) return undefined;
      tokens.push({ kind: 'one', accepts: (c) => c !== SLASH && set.accepts(c) });
      i = set.end;
    } else {
      if (character === '\\' && ++i >= characters.length) return undefined;
      const literal = codePoint(characters[i] ?? '');
      tokens.push({ kind: 'one', accepts: (c) => c === literal });
    }
  }
  return tokens;
}

/** Reads what follows a `[`; `end` is the place of its `]`. */
function readClass(
  characters: readonly string[],
  start: number,
): { accepts(character: number): boolean; end: number } | undefined {
  let at = start;
  const negated = characters[at] === '^';
  if (negated) at++;
  const ranges: [low: number, high: number][] = [];
  const readCharacter = (): number | undefined => {
    let character = characters[at++];
    if (character === undefined || character === '-' || character === ']') return undefined;
    if (character === '\\') character = characters[at++];
    // A class that nothing closes is refused even after its last character.
    return character === undefined || at >= characters.length ? undefined : codePoint(character);
  };
  while (characters[at] !== ']' || ranges.length === 0) {
    const low = readCharacter();
    if (low === undefined) return undefined;
    let high: number | undefined = low;
    if (characters[at] === '-') {
      at++;
      high = readCharacter();
      if (high === undefined) return undefined;
    }
    ranges.push([low, high]);
  }
  return {
    accepts: (c) => ranges.some(([low, high]) => low <= c && c <= high) !== negated,
    end: at,
  };
}

/**
 * Goes back to the last star alone, so that the time is at most the product of both lengths: what an earlier star takes
 * more moves the last one on, and never past a separator.
 */
function fits(tokens: readonly Token[], name: readonly number[]): boolean {
  let [t, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    const token = tokens[t];
    if (token?.kind === 'any') {
      [star, mark] = [t++, n];
    } else if (token?.kind === 'one' && token.accepts(name[n] ?? 0)) {
      t++;
      n++;
    } else if (star >= 0 && name[mark] !== SLASH) {
      [t, n] = [star + 1, ++mark];
    } else {
      return false;
    }
  }
  while (tokens[t]?.kind === 'any') t++;
  return t === tokens.length;
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
