import { HelmError } from '../errors.ts';
import { compilePathMatch } from '@gitops-toolkit/core';

interface Rule {
  readonly isNegated: boolean;
  readonly isForDirectories: boolean;
  readonly matches: (path: string) => boolean;
}

/** Files below `templates/` whose names begin with a dot. */
const DEFAULT_RULE = 'templates/.?*';

/** Says what a `.helmignore` keeps out of a chart. */
export type HelmIgnore = (path: string, isDirectory: boolean) => boolean;

/**
 * Reads a `.helmignore`: patterns as of a shell, one a line; a name without `/` counts at any depth; `!` in front turns a
 * rule around, `/` at the end is for directories.
 *
 * @throws HelmError `HELM_CHART_INVALID` for `**` and for malformed patterns.
 */
export function parseHelmIgnore(text: string): HelmIgnore {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const rules = [...lines, DEFAULT_RULE].flatMap((line) => parseRule(line.trim()) ?? []);
  return (path, isDirectory) => isIgnored(rules, path, isDirectory);
}

function parseRule(line: string): Rule | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  if (line.includes('**')) throw invalid('double-star (**) syntax is not supported');
  if (!compilePathMatch(line)) throw invalid('syntax error in pattern');
  const isNegated = line.startsWith('!');
  const rest = isNegated ? line.slice(1) : line;
  const isForDirectories = rest.endsWith('/');
  const pattern = isForDirectories ? rest.slice(0, -1) : rest;
  const isForPaths = pattern.includes('/');
  const matches = compilePathMatch(pattern.replace(/^\//, '')) ?? (() => false);
  return {
    isNegated,
    isForDirectories,
    matches: (path) => matches(isForPaths ? path : path.slice(path.lastIndexOf('/') + 1)),
  };
}

/** Of a rule that is turned around, all that it does not name is kept out. */
function isIgnored(rules: readonly Rule[], path: string, isDirectory: boolean): boolean {
  for (const { isNegated, isForDirectories, matches } of rules) {
    const isOther = isForDirectories && !isDirectory;
    if (isNegated ? isOther || !matches(path) : !isOther && matches(path)) return true;
  }
  return false;
}

function invalid(message: string): HelmError {
  return new HelmError('HELM_CHART_INVALID', message, {
    source: { file: '.helmignore' },
    hint: 'A line of .helmignore is a pattern with *, ? and [a-z].',
  });
}
