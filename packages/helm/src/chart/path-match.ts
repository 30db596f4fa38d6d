/**
 * A pattern of Go's `filepath.Match`: `*` and `?` stay within a name, `[a-z]`, `[^a]`, and a backslash before what is
 * meant as it stands.
 *
 * @returns `undefined` where the pattern is malformed.
 */
export function compilePathMatch(pattern: string): ((name: string) => boolean) | undefined {
  let source = '';
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const found = readClass(characters, at + 1);
      if (!found) return undefined;
      source += found.source;
      at = found.end;
    } else if (character === '\\') {
      const next = characters[++at];
      if (next === undefined) return undefined;
      source += escape(next);
    } else source += escape(character);
  }
  const expression = new RegExp(`^${source}$`, 'su');
  return (name) => expression.test(name);
}

function readClass(
  characters: readonly string[],
  start: number,
): { source: string; end: number } | undefined {
  let at = start;
  const isNot = characters[at] === '^';
  if (isNot) at++;
  let source = '';
  for (let count = 0; ; count++) {
    if (characters[at] === ']' && count > 0) {
      // A class does not match what parts the names of a path.
      return { source: `(?!/)[${isNot ? '^' : ''}${source}]`, end: at };
    }
    const low = readMember(characters, at);
    if (!low) return undefined;
    at = low.end;
    let high = low;
    if (characters[at] === '-') {
      const found = readMember(characters, at + 1);
      if (!found) return undefined;
      high = found;
      at = high.end;
    }
    if (low.text <= high.text) source += `${escape(low.text)}-${escape(high.text)}`;
  }
}

function readMember(characters: readonly string[], at: number): { text: string; end: number } | undefined {
  const first = characters[at];
  if (first === undefined || first === '-' || first === ']') return undefined;
  const text = first === '\\' ? characters[at + 1] : first;
  const end = first === '\\' ? at + 2 : at + 1;
  return text === undefined || end >= characters.length ? undefined : { text, end };
}

const escape = (character: string): string =>
  /^\w$/.test(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`;
