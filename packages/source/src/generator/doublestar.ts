import { compileName, type NamePattern } from './name-pattern.ts';
import { patternInvalid } from './generator-error.ts';

/** One part of a path in a pattern; `'**'` stands for any number of parts, none included. */
export type Segment = '**' | NamePattern;

/** What the braces of one pattern may multiply to: nested ones grow without measure. */
const MAX_ALTERNATIVES = 1000;

/**
 * Reads a pattern with the syntax of doublestar (`github.com/bmatcuk/doublestar/v4`): `*`, `?`, `[a-z]`, `[!a-z]`, `\`,
 * `{a,b}`, and `**` for whole parts of a path.
 *
 * @returns the segments of each alternative that the braces stand for
 * @throws `GENERATOR_PATTERN_INVALID`
 */
export function parseDoublestar(pattern: string): Segment[][] {
  const alternatives = expandBraces(pattern);
  if (!alternatives) throw patternInvalid(`invalid pattern '${pattern}'`);
  return alternatives.map((alternative) =>
    splitUnescaped(alternative, '/').map((part) => {
      if (part === '**') return part;
      const compiled = compileName(part);
      if (!compiled) throw patternInvalid(`invalid pattern '${pattern}'`);
      return compiled;
    }),
  );
}

/** Compiles a pattern for whole paths. Matching takes at most the product of both lengths, for each alternative. */
export function compileDoublestar(pattern: string): (path: string) => boolean {
  const alternatives = parseDoublestar(pattern);
  return (path) => {
    const parts = path.split('/');
    return alternatives.some((segments) => fits(segments, parts));
  };
}

/** Goes back to the last `**` alone: what an earlier one takes more moves the last one on. */
function fits(segments: readonly Segment[], parts: readonly string[]): boolean {
  let [s, p, star, mark] = [0, 0, -1, 0];
  while (p < parts.length) {
    const segment = segments[s];
    if (segment === '**') {
      [star, mark] = [s++, p];
    } else if (segment?.matches(parts[p] ?? '')) {
      s++;
      p++;
    } else if (star >= 0) {
      [s, p] = [star + 1, ++mark];
    } else {
      return false;
    }
  }
  const rest = segments.slice(s);
  // A directory fits what is said of all that is in it: `a` fits `a/**` and `a/**/`.
  const last = rest.length > 1 ? rest.at(-1) : undefined;
  const isClosed = last !== undefined && last !== '**' && last.isEmpty;
  return (isClosed ? rest.slice(0, -1) : rest).every((segment) => segment === '**');
}

/** The patterns without braces that one with them stands for; `undefined` where it is malformed. */
function expandBraces(pattern: string): string[] | undefined {
  const waiting = [pattern];
  const done: string[] = [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const braces = firstBraces(next);
    if (braces === 'malformed') return undefined;
    if (braces === undefined) {
      done.push(next);
    } else {
      const { before, choices, after } = braces;
      // The first choice is to come first.
      waiting.push(...choices.map((choice) => `${before}${choice}${after}`).toReversed());
    }
    if (done.length + waiting.length > MAX_ALTERNATIVES)
      throw patternInvalid(`pattern with more than ${MAX_ALTERNATIVES} alternatives`);
  }
  return done;
}

interface Braces {
  readonly before: string;
  readonly choices: readonly string[];
  readonly after: string;
}

function firstBraces(pattern: string): Braces | 'malformed' | undefined {
  const open = indexOfUnescaped(pattern, (c) => c === '{' || c === '}');
  if (open < 0) return undefined;
  if (pattern[open] === '}') return 'malformed';
  let depth = 0;
  const close = indexOfUnescaped(pattern, (c) => (c === '{' ? ++depth : c === '}' ? --depth : 1) === 0, open);
  if (close < 0) return 'malformed';
  const choices = splitUnescaped(pattern.slice(open + 1, close), ',', { nested: true });
  return { before: pattern.slice(0, open), choices, after: pattern.slice(close + 1) };
}

function splitUnescaped(text: string, separator: string, { nested = false } = {}): string[] {
  const parts: string[] = [];
  let [from, depth] = [0, 0];
  indexOfUnescaped(text, (c, at) => {
    if (nested && c === '{') depth++;
    if (nested && c === '}') depth--;
    if (c === separator && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
    return false;
  });
  return [...parts, text.slice(from)];
}

function indexOfUnescaped(text: string, wanted: (c: string, at: number) => boolean, from = 0): number {
  for (let at = from; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === '\\') at++;
    else if (wanted(c, at)) return at;
  }
  return -1;
}
