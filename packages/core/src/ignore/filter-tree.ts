import type { FileTree, TreeEntry } from '../tree/file-tree.ts';
import { MemoryTree, type TreeInput } from '../tree/memory-tree.ts';
import type { IgnoreMatcher } from './ignore-rules.ts';

/**
 * The tree without what a matcher ignores. Each file and each directory is judged by its own path, as in an artifact of
 * Flux: a directory that is not ignored stays, though nothing in it may; of one that is, a file that is kept stays.
 */
export function filterTree(tree: FileTree, matcher: IgnoreMatcher): FileTree {
  return new MemoryTree(keptEntries(tree, matcher));
}

/** What {@link filterTree} keeps, directories before what is in them. `undefined` for each entry that goes, to pause at. */
export function* keptOrNot(
  tree: FileTree,
  matcher: IgnoreMatcher,
  directory = '',
): Generator<readonly [string, TreeInput] | undefined> {
  for (const entry of tree.list(directory)) {
    const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
    const isIgnored = matcher.ignores(path, entry.kind === 'directory');
    if (entry.kind !== 'directory') {
      yield isIgnored ? undefined : inputOf(tree, path, entry);
      continue;
    }
    let isNamed = !isIgnored;
    if (isNamed) yield [path, { directory: true }];
    for (const kept of keptOrNot(tree, matcher, path)) {
      if (kept && !isNamed) {
        yield [path, { directory: true, implied: true }];
        isNamed = true;
      }
      yield kept;
    }
  }
}

function* keptEntries(tree: FileTree, matcher: IgnoreMatcher): Generator<readonly [string, TreeInput]> {
  for (const kept of keptOrNot(tree, matcher)) if (kept) yield kept;
}

function inputOf(
  tree: FileTree,
  path: string,
  { kind, mode, target }: TreeEntry,
): readonly [string, TreeInput] | undefined {
  if (kind === 'symlink') return target === undefined ? undefined : [path, { symlink: target }];
  const data = tree.read(path);
  return data && [path, { data, mode }];
}
