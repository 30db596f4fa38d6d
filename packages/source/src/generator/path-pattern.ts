import { patternInvalid } from './generator-error.ts';

/** A part of a path in a pattern: what is written, and what is found. */
type Token = { readonly literal: string } | { readonly capture: string };

/** `apps/{app}/envs/{env}`, compiled. */
export interface PathPattern {
  /** The names in braces. */
  readonly captures: readonly string[];
  /** How many parts a path has that fits. */
  readonly depth: number;
  /** What the first parts of a path give, or `undefined` where no directory below can fit. */
  captureStep(depth: number, name: string): Readonly<Record<string, string>> | undefined;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Compiles the pattern of directories: names in braces stand for one character or more of one part of a path, as many as
 * they can.
 *
 * @throws `GENERATOR_PATTERN_INVALID`
 */
export function compilePathPattern(pattern: string): PathPattern {
  const parts = pattern.split('/').map((part) => splitTemplate(part, pattern));
  const captures = parts.flat().flatMap((token) => ('capture' in token ? [token.capture] : []));
  const twice = captures.find((name, index) => captures.indexOf(name) !== index);
  if (twice !== undefined) throw patternInvalid(`duplicate capture variable "${twice}"`);
  return {
    captures,
    depth: parts.length,
    captureStep: (depth, name) => captureName(parts[depth] ?? [], name),
  };
}

/**
 * Puts what was captured in place of the names in braces.
 *
 * @throws `GENERATOR_PATTERN_INVALID` for braces that are not closed, or with what nothing was captured for
 */
export function renderTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return splitTemplate(template, template)
    .map((token) => {
      if ('literal' in token) return token.literal;
      const value = Object.hasOwn(values, token.capture) ? values[token.capture] : undefined;
      if (value !== undefined) return value;
      throw patternInvalid(`capture variable "${token.capture}" is not defined by pathPattern`);
    })
    .join('');
}

function splitTemplate(text: string, whole: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    if (text[at] === '{') {
      const end = text.indexOf('}', at);
      if (end < 0) throw patternInvalid(`"${whole}": missing closing brace`);
      const capture = text.slice(at + 1, end);
      if (!NAME.test(capture))
        throw patternInvalid(`capture variable "${capture}" must match [A-Za-z_][A-Za-z0-9_]*`);
      tokens.push({ capture });
      at = end + 1;
    } else {
      const [literal = ''] = /[^{]*/.exec(text.slice(at)) ?? [];
      if (literal.includes('}')) throw patternInvalid(`"${whole}": missing opening brace`);
      tokens.push({ literal });
      at += literal.length;
    }
  }
  return tokens;
}

/**
 * Lets each capture take as much as it can. Where it was tried in vain is kept: names next to each other could be divided in
 * more ways than can be tried.
 */
function captureName(tokens: readonly Token[], name: string): Record<string, string> | undefined {
  const vain = new Set<number>();
  const values: Record<string, string> = {};
  const fits = (t: number, at: number): boolean => {
    const token = tokens[t];
    if (token === undefined) return at === name.length;
    const key = t * (name.length + 1) + at;
    if (vain.has(key)) return false;
    if ('literal' in token) {
      if (name.startsWith(token.literal, at) && fits(t + 1, at + token.literal.length)) return true;
    } else {
      for (let end = name.length; end > at; end--) {
        if (!fits(t + 1, end)) continue;
        values[token.capture] = name.slice(at, end);
        return true;
      }
    }
    vain.add(key);
    return false;
  };
  return fits(0, 0) ? values : undefined;
}
