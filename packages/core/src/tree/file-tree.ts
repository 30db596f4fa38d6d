/** What an entry of a tree is. Other kinds (devices, sockets, submodules) are never in a tree. */
export type EntryKind = 'file' | 'directory' | 'symlink';

/** One name in a directory. */
export interface TreeEntry {
  /** The last part of the path. */
  readonly name: string;
  readonly kind: EntryKind;
  /** Permission bits, such as 0o644; what matters is whether a file is executable. */
  readonly mode: number;
  /** Bytes of a file; 0 for others. */
  readonly size: number;
  /** Where a symlink points, as written in it. */
  readonly target?: string;
  /** A directory that was left out itself, and is there for what is kept in it alone: archives do not list it. */
  readonly implied?: true;
}

/**
 * Files by path: what every fetcher returns and every engine reads. Never changes once made.
 *
 * Paths are POSIX and relative to the root; `''` and `.` name the root. A path that climbs out of
 * the root names nothing. Symlinks are followed as long as they stay inside the tree.
 */
export interface FileTree {
  /** Bytes of all files together. */
  readonly size: number;
  /** The content of a file, or `undefined` where the path names no file inside the tree. */
  read(path: string): Uint8Array | undefined;
  /** The entries of a directory, sorted by name; empty where the path names no directory. */
  list(path: string): Iterable<TreeEntry>;
  /** The entry at a path, symlinks followed, or `undefined`. */
  stat(path: string): TreeEntry | undefined;
  /** The path with every symlink resolved, or `undefined` where it leads nowhere or out of the tree. */
  resolve(path: string): string | undefined;
}

/** A file found by {@link walkFiles}. */
export interface TreeFile extends TreeEntry {
  /** POSIX path from the root. */
  readonly path: string;
}

/** Every file and symlink below a directory, depth first, in lexical order; symlinks are not followed. */
export function* walkFiles(tree: FileTree, from = ''): Generator<TreeFile> {
  for (const entry of tree.list(from)) {
    const path = from === '' ? entry.name : `${from}/${entry.name}`;
    if (entry.kind === 'directory') yield* walkFiles(tree, path);
    else yield { ...entry, path };
  }
}
