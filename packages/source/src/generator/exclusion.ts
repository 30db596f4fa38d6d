import { baseName, normalizePath } from '@gitops-toolkit/core';
import { compileDoublestar } from './doublestar.ts';
import { isPattern } from './shell-glob.ts';

/** Whether a path of the source is left out. */
export type Exclusion = (path: string) => boolean;

/**
 * Compiles `exclude`. A pattern is tried on the path from the root of the source and on that from `base`; one without a
 * slash on the name alone, too, so that `*.md` means all of them.
 *
 * @throws `GENERATOR_PATTERN_INVALID`
 */
export function compileExclusion(patterns: readonly string[], base: string): Exclusion {
  const rules = patterns.map((pattern) => ({
    isName: !pattern.includes('/'),
    matches: compileDoublestar(pattern),
  }));
  const isExcluded = (path: string) =>
    rules.some(({ isName, matches }) => matches(path) || (isName && matches(baseName(path))));
  return (path) =>
    isExcluded(path) ||
    (base !== '' && path.startsWith(`${base}/`) && isExcluded(path.slice(base.length + 1)));
}

/** The part of a pattern before its first wildcard: what is selected is below it. */
export function selectionRoot(pattern: string): string {
  const parts = (normalizePath(pattern) ?? '').split('/');
  const first = parts.findIndex(isPattern);
  return parts.slice(0, first < 0 ? parts.length : first).join('/');
}
