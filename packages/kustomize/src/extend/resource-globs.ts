import { walkFiles } from '@gitops-toolkit/core';
import { KustomizeError } from '../errors.ts';
import type { Loader } from '../load/loader.ts';
import { compilePattern, type Pattern } from '../transform/regex.ts';

const OWN_NAMES: ReadonlySet<string> = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);

/**
 * The files below the kustomization that an entry of `resources` with wildcards stands for.
 *
 * @throws KustomizeError KUSTOMIZE_NOT_FOUND where there is none: that is a slip more often than it is meant.
 */
export function expandGlob(entry: string, loader: Loader): readonly string[] {
  const pattern = globPattern(entry.replace(/^\.\//, ''));
  const below = loader.root === '' ? 0 : loader.root.length + 1;
  const found = [...walkFiles(loader.tree, loader.root)]
    .map(({ path }) => path.slice(below))
    .filter((path) => pattern.test(path) && !OWN_NAMES.has(path));
  if (found.length > 0) return found.toSorted((a, b) => (a < b ? -1 : 1));
  throw new KustomizeError('KUSTOMIZE_NOT_FOUND', `no file matches '${entry}'`, {
    hint: 'Wildcards stand for files in or below the directory of the kustomization.',
  });
}

/** Whether an entry has wildcards; a URL may have question marks. */
export function isGlob(entry: string): boolean {
  return /[*?[]/.test(entry) && !/:\/\/|\?ref=|\n/.test(entry);
}

function globPattern(glob: string): Pattern {
  const parts = glob.split(/(\*\*\/|\*+|\?|\[[^\]/]+\])/);
  const pattern = parts.map((part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (/^\*+$/.test(part)) return '[^/]*';
    if (part === '?') return '[^/]';
    if (/^\[.+\]$/.test(part)) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return compilePattern(`^${pattern.join('')}$`);
}
