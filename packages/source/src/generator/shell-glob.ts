import { compilePathMatch, type FileTree } from '@gitops-toolkit/core';
import { patternInvalid } from './generator-error.ts';

/** Whether a path is a pattern to a generator, and not the name of one file or directory. */
export function isPattern(path: string): boolean {
  return /[*?[\]]/.test(path);
}

/**
 * The files and directories that fit a pattern, in lexical order, by the rules of Go's `fs.Glob`: no wildcard stands for
 * more than one part of a path, so that `**` means what `*` does.
 *
 * @throws `GENERATOR_PATTERN_INVALID`
 */
export function shellGlob(tree: FileTree, pattern: string): string[] {
  let found = [''];
  for (const part of pattern.split('/')) {
    const matches = compilePathMatch(part);
    if (!matches) throw patternInvalid(`invalid glob pattern '${pattern}'`);
    // Paths with such parts name nothing to Go's file systems.
    if (part === '' || part === '.' || part === '..') return [];
    found = found.flatMap((directory) =>
      [...tree.list(directory)]
        .filter((entry) => matches(entry.name))
        .map((entry) => (directory === '' ? entry.name : `${directory}/${entry.name}`)),
    );
  }
  return found;
}
