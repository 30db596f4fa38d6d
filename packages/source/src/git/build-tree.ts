import { MemoryTree, MemoryTreeBuilder } from '@gitops-toolkit/core';
import { createBreather } from '@gitops-toolkit/core/node';
import { limitError, listTree, objectAt, type TreeFile, type WalkOptions } from './list-tree.ts';
import type { ObjectStore } from './object-format.ts';
import type { SubmoduleLink } from './submodule/fetch-submodules.ts';

/** The files of a commit. */
export interface BuiltTree {
  readonly tree: MemoryTree;
  readonly symlinks: readonly string[];
  /** Commits of other repositories, by the paths at which their content belongs. */
  readonly submodules: readonly SubmoduleLink[];
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
  const inOrder = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return {
    tree: await readFiles(store, files, options),
    symlinks: inOrder.filter(({ kind }) => kind === 'symlink').map(({ path }) => path),
    submodules: inOrder.filter(({ kind }) => kind === 'submodule').map(({ path, id }) => ({ path, id })),
  };
}

/** A tree of these files with their contents; submodules are empty folders, as git has them. */
export async function readFiles(
  store: ObjectStore,
  files: readonly TreeFile[],
  { limits, signal }: WalkOptions,
): Promise<MemoryTree> {
  const breathe = createBreather(signal);
  const builder = new MemoryTreeBuilder();
  let bytes = 0;
  for (const file of files) {
    if (file.kind === 'submodule') {
      builder.add(file.path, { directory: true });
      continue;
    }
    const { data } = objectAt(store, file, 'blob');
    bytes += data.length;
    if (bytes > limits.maxTreeBytes) throw limitError(`files of more than ${limits.maxTreeBytes} bytes`);
    if (file.kind === 'symlink') builder.add(file.path, { symlink: Buffer.from(data).toString('utf8') });
    else builder.add(file.path, { data, mode: file.kind === 'executable' ? 0o755 : 0o644 });
    await breathe();
  }
  return new MemoryTree(builder);
}
