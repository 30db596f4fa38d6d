import { CoreError } from '../../core-errors.ts';
import type { IgnoreMatcher } from '../../ignore/ignore-rules.ts';
import type { FileTree, TreeEntry } from '../../tree/file-tree.ts';
import { inBlocks, newBlock } from './blocks.ts';
import { gzipBlocks } from './gzip-blocks.ts';
import { BLOCK_SIZE, encodeHeader, paddedSize } from './tar-header.ts';

const DIRECTORY_MODE = 0o750;
const FILE_MODE = 0o600;
const EXECUTABLE_MODE = 0o700;
/** What an archive ends with, and what contents are padded with. */
const ZEROS = new Uint8Array(2 * BLOCK_SIZE);

/** How a tree is packed. */
export interface PackOptions {
  /** What is left out. @default nothing */
  readonly ignore?: IgnoreMatcher;
  /** gzip level, 1 (fast) to 9 (small). @default 1 */
  readonly level?: number;
  /** Called for each symlink, which archives of Flux do not hold. */
  readonly onSkip?: (path: string) => void;
  /** Looked at before each piece. */
  readonly signal?: AbortSignal;
}

/**
 * Packs a tree as a `tar.gz` that depends on names, contents and executable bits alone: the tar
 * inside is, byte for byte, the one that Flux makes. No piece waits for the whole.
 *
 * @throws {@link CoreError} `ARCHIVE_INVALID` where a file goes away while it is packed; the reason of the signal.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { packArchive, unpackArchive } from '@gitops-toolkit/core/node';
 * const tree = MemoryTree.from({ 'deploy/app.yaml': 'kind: Deployment\n' });
 * const copy = await unpackArchive(packArchive(tree));
 * copy.read('deploy/app.yaml');
 * ```
 */
export function packArchive(tree: FileTree, options: PackOptions = {}): AsyncGenerator<Uint8Array> {
  return gzipBlocks(tarPieces(tree, options), options.level ?? 1);
}

/** Packs a tree as a plain tar, in pieces; what {@link packArchive} compresses. */
export function* packTar(tree: FileTree, options: Omit<PackOptions, 'level'> = {}): Generator<Uint8Array> {
  for (const { buffer, length } of inBlocks(tarPieces(tree, options), newBlock)) {
    yield buffer.subarray(0, length);
  }
}

function* tarPieces(tree: FileTree, options: PackOptions): Generator<Uint8Array> {
  yield* encodeHeader({ name: '.', type: 'directory', mode: DIRECTORY_MODE, size: 0 });
  for (const { path, entry } of walk(tree, '', options)) {
    options.signal?.throwIfAborted();
    if (entry.kind === 'directory') {
      yield* encodeHeader({ name: path, type: 'directory', mode: DIRECTORY_MODE, size: 0 });
      continue;
    }
    const data = tree.read(path);
    if (!data) throw new CoreError('ARCHIVE_INVALID', `${path} went away while the tree was packed`);
    const mode = (entry.mode & 0o111) === 0 ? FILE_MODE : EXECUTABLE_MODE;
    yield* encodeHeader({ name: path, type: 'file', mode, size: data.length });
    yield data;
    const padding = paddedSize(data.length) - data.length;
    if (padding > 0) yield ZEROS.subarray(0, padding);
  }
  yield ZEROS;
}

/** Depth first in order of bytes. An ignored directory is walked all the same: a file in it may be kept. */
function* walk(
  tree: FileTree,
  directory: string,
  options: PackOptions,
): Generator<{ path: string; entry: TreeEntry }> {
  for (const entry of inByteOrder(tree.list(directory))) {
    const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
    if (entry.kind === 'symlink') {
      if (!options.ignore?.ignores(path, false)) options.onSkip?.(path);
      continue;
    }
    const isDirectory = entry.kind === 'directory';
    if (!entry.implied && !options.ignore?.ignores(path, isDirectory)) yield { path, entry };
    if (isDirectory) yield* walk(tree, path, options);
  }
}

/** Trees sort by UTF-16 units, which differs from bytes only beyond the basic plane. */
function inByteOrder(entries: Iterable<TreeEntry>): Iterable<TreeEntry> {
  const all = [...entries];
  if (!all.some((entry) => /[\ud800-\udfff]/.test(entry.name))) return all;
  return all.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}
