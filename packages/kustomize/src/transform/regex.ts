import { compilePattern as compile } from '@gitops-toolkit/schema/pattern';
import { KustomizeError } from '../errors.ts';

/** A pattern of a user, which matches in linear time. */
export interface Pattern {
  test(text: string): boolean;
}

/** A Go regular expression that is searched for. @throws KustomizeError KUSTOMIZE_INVALID_CONFIG */
export function compilePattern(pattern: string): Pattern {
  const compiled = compile(pattern);
  if (compiled.error === undefined) return compiled;
  throw new KustomizeError('KUSTOMIZE_INVALID_CONFIG', `error parsing regexp: ${compiled.error}`, {
    hint: 'Patterns are Go regular expressions (RE2): no look-around, no back-references.',
  });
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
