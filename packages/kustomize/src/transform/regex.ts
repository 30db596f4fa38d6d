import { re2 } from '#re2';
import { KustomizeError } from '../errors.ts';

/** A pattern of a user, which matches in linear time. */
export interface Pattern {
  test(text: string): boolean;
}

const cache = new Map<string, Pattern>();
const MAX_CACHED = 1_000;

/** A Go regular expression that is searched for. @throws KustomizeError KUSTOMIZE_INVALID_CONFIG */
export function compilePattern(pattern: string): Pattern {
  let compiled = cache.get(pattern);
  if (!compiled) {
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(pattern, (compiled = compile(pattern)));
  }
  return compiled;
}

/** A Go regular expression that the whole text must match. */
export function compileAnchored(pattern: string): Pattern {
  // Most selectors are plain names.
  if (isPlainName(pattern)) return { test: (text) => text === pattern };
  return compilePattern(`^(?:${pattern})$`);
}

/** Whether a pattern matches nothing but itself. */
export function isPlainName(pattern: string): boolean {
  return /^[\w-]*$/.test(pattern);
}

function compile(pattern: string): Pattern {
  try {
    return re2().RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof re2().RE2JSException)) throw error;
    throw new KustomizeError('KUSTOMIZE_INVALID_CONFIG', `error parsing regexp: ${error.message}`, {
      cause: error,
      hint: 'Patterns are Go regular expressions (RE2): no look-around, no back-references.',
    });
  }
}
