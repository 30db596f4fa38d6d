import { type FileTree, walkFiles } from '../tree/file-tree.ts';
import { MemoryTree, type TreeInput } from '../tree/memory-tree.ts';
import type { IgnoreMatcher } from './ignore-rules.ts';

/**
 * The tree without what a matcher ignores. Each file is judged by its own path, as in an artifact
 * of Flux: one that is kept inside an ignored directory stays.
 */
export function filterTree(tree: FileTree, matcher: IgnoreMatcher): FileTree {
  return new MemoryTree(keptFiles(tree, matcher));
}

function* keptFiles(tree: FileTree, matcher: IgnoreMatcher): Generator<readonly [string, TreeInput]> {
  for (const { path, kind, mode, target } of walkFiles(tree)) {
    if (matcher.ignores(path, false)) continue;
    if (kind === 'symlink') {
      if (target !== undefined) yield [path, { symlink: target }];
    } else {
      const data = tree.read(path);
      if (data) yield [path, { data, mode }];
    }
  }
}
