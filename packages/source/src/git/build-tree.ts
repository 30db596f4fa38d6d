import { type FileTree, type IgnoreMatcher, MemoryTree, MemoryTreeBuilder } from '@gitops-toolkit/core';
import { createBreather, filterTreeAsync } from '@gitops-toolkit/core/node';
import { limitError, listTree, objectAt, type TreeFile, type WalkOptions } from './list-tree.ts';
import type { ObjectStore } from './object-format.ts';
import type { ChosenFiles } from './partial/chosen-files.ts';
import type { SubmoduleLink } from './submodule/fetch-submodules.ts';
import { MAX_PATH_LENGTH } from './tree-entry.ts';

/** The files of a commit. */
export interface BuiltTree {
  readonly tree: FileTree;
  readonly symlinks: readonly string[];
  /** Commits of other repositories, by the paths at which their content belongs. */
  readonly submodules: readonly SubmoduleLink[];
}

/** How a tree is made. */
export interface BuildOptions extends WalkOptions {
  /** Asked once, before any content is looked at, which files are to be in the tree. @default all */
  readonly choose?: (files: readonly TreeFile[]) => Promise<ChosenFiles>;
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
  const { files, rules }: ChosenFiles = options.choose ? await options.choose(all) : { files: all };
  const whole = await readFiles(store, files, { ...options, ...(rules && { rules }) });
  const inOrder = files
    .filter(({ path }) => !rules?.ignores(path, false))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return {
    // Folders stay, though all in them is ignored: an archive of Flux has them.
    tree: rules ? await filterTreeAsync(whole, rules, options.signal) : whole,
    symlinks: inOrder.filter(({ kind }) => kind === 'symlink').map(({ path }) => path),
    submodules: inOrder.filter(({ kind }) => kind === 'submodule').map(({ path, id }) => ({ path, id })),
  };
}

/** A tree of these files with their contents, empty for those that rules ignore; submodules are empty folders, as git has them. */
export async function readFiles(
  store: ObjectStore,
  files: readonly TreeFile[],
  { limits, signal, rules }: WalkOptions & { readonly rules?: IgnoreMatcher },
): Promise<MemoryTree> {
  const breathe = createBreather(signal);
  const builder = new MemoryTreeBuilder();
  let bytes = 0;
  for (const file of files) {
    if (file.kind === 'submodule') {
      builder.add(file.path, { directory: true });
      continue;
    }
    if (rules?.ignores(file.path, false)) {
      builder.add(file.path, '');
      continue;
    }
    const { data } = objectAt(store, file, 'blob');
    bytes += data.length;
    if (bytes > limits.maxTreeBytes) throw limitError(`files of more than ${limits.maxTreeBytes} bytes`);
    if (file.kind === 'symlink') builder.add(file.path, { symlink: targetOf(data) });
    else builder.add(file.path, { data, mode: file.kind === 'executable' ? 0o755 : 0o644 });
    const pause = breathe();
    if (pause) await pause;
  }
  return new MemoryTree(builder);
}

/** Where a link leads is taken apart each time that somebody follows it. */
function targetOf(data: Uint8Array): string {
  if (data.length > MAX_PATH_LENGTH) throw limitError(`a symlink to more than ${MAX_PATH_LENGTH} bytes`);
  return Buffer.from(data).toString('utf8');
}
