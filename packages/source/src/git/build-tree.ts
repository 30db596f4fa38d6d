import { MemoryTree, MemoryTreeBuilder } from '@gitops-toolkit/core';
import { createBreather } from '@gitops-toolkit/core/node';
import { limitError, listTree, objectAt, type TreeFile, type WalkOptions } from './list-tree.ts';
import type { ObjectStore } from './object-format.ts';

/** The files of a commit. */
export interface BuiltTree {
  readonly tree: MemoryTree;
  readonly symlinks: readonly string[];
  /** Paths of submodules, whose content is in other repositories. */
  readonly submodules: readonly string[];
}

/** How a tree is made. */
export interface BuildOptions extends WalkOptions {
  /** Asked once, before any content is looked at, which files are to be in the tree. @default all */
  readonly choose?: (files: readonly TreeFile[]) => Promise<readonly TreeFile[]>;
}

/**
 * Makes a tree in memory of a tree object and all that it names. Contents are shared with the
 * store, not copied.
 *
 * @throws `GIT_OBJECT_MISMATCH` where an object is missing or of another kind than its name says;
 * `GIT_TREE_UNSAFE`; `GIT_LIMIT`; what `choose` throws.
 */
export async function buildTree(
  store: ObjectStore,
  rootId: string,
  options: BuildOptions,
): Promise<BuiltTree> {
  const all = await listTree(store, rootId, options);
  const files = options.choose ? await options.choose(all) : all;
  const pathsOf = (kind: TreeFile['kind']) =>
    files
      .filter((file) => file.kind === kind)
      .map((file) => file.path)
      .toSorted();
  return {
    tree: await readFiles(store, files, options),
    symlinks: pathsOf('symlink'),
    submodules: pathsOf('submodule'),
  };
}

/** A tree of these files with their contents; submodules are left out. */
export async function readFiles(
  store: ObjectStore,
  files: readonly TreeFile[],
  { limits, signal }: WalkOptions,
): Promise<MemoryTree> {
  const breathe = createBreather(signal);
  const builder = new MemoryTreeBuilder();
  let bytes = 0;
  for (const file of files) {
    if (file.kind === 'submodule') continue;
    const { data } = objectAt(store, file, 'blob');
    bytes += data.length;
    if (bytes > limits.maxTreeBytes) throw limitError(`files of more than ${limits.maxTreeBytes} bytes`);
    if (file.kind === 'symlink') builder.add(file.path, { symlink: Buffer.from(data).toString('utf8') });
    else builder.add(file.path, { data, mode: file.kind === 'executable' ? 0o755 : 0o644 });
    await breathe();
  }
  return new MemoryTree(builder);
}
