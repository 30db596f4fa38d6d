import { createGzip, type Gzip } from 'node:zlib';
import { CoreError } from '../../core-errors.ts';
import type { IgnoreMatcher } from '../../ignore/ignore-rules.ts';
import type { FileTree, TreeEntry } from '../../tree/file-tree.ts';
import { BLOCK_SIZE, encodeHeader, paddedSize } from './tar-header.ts';

const DIRECTORY_MODE = 0o750;
const FILE_MODE = 0o600;
const EXECUTABLE_MODE = 0o700;

/** Larger than the blocks of small files, so that compression is not called for each. */
const CHUNK_SIZE = 64 * 1024;

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
export async function* packArchive(tree: FileTree, options: PackOptions = {}): AsyncGenerator<Uint8Array> {
  const { level = 1, signal } = options;
  const gzip = createGzip({ level, chunkSize: CHUNK_SIZE });
  void writeTar(gzip, tree, options);
  try {
    let first = true;
    for await (const chunk of gzip as AsyncIterable<Uint8Array>) {
      signal?.throwIfAborted();
      // The byte that names the operating system is the one thing that would differ: 255 is "unknown".
      if (first) chunk[9] = 0xff;
      first = false;
      yield chunk;
    }
  } finally {
    gzip.destroy();
  }
}

/** Writes a tar into a stream from two buffers: one is filled while the other one is compressed. */
async function writeTar(gzip: Gzip, tree: FileTree, options: PackOptions): Promise<void> {
  const buffers: [Buffer, Buffer] = [Buffer.allocUnsafeSlow(CHUNK_SIZE), Buffer.allocUnsafeSlow(CHUNK_SIZE)];
  let written: Promise<void> | undefined;
  const nextBuffer = (): Buffer => {
    buffers.reverse();
    return buffers[0];
  };
  try {
    for (const piece of inChunks(tarPieces(tree, options), nextBuffer)) {
      await written;
      if (gzip.destroyed) return;
      written = new Promise((resolve) => gzip.write(piece, () => resolve()));
    }
    gzip.end();
  } catch (error) {
    gzip.destroy(error as Error);
  }
}

/** Packs a tree as a plain tar, in pieces; what {@link packArchive} compresses. */
export function packTar(tree: FileTree, options: Omit<PackOptions, 'level'> = {}): Generator<Uint8Array> {
  return inChunks(tarPieces(tree, options), () => Buffer.allocUnsafeSlow(CHUNK_SIZE));
}

/** Joins pieces in buffers, so that few are given on; a buffer is asked for once the one before has been given. */
function* inChunks(pieces: Iterable<Uint8Array>, nextBuffer: () => Buffer): Generator<Uint8Array> {
  let buffer = nextBuffer();
  let used = 0;
  for (const piece of pieces) {
    if (used + piece.length > buffer.length && used > 0) {
      yield buffer.subarray(0, used);
      buffer = nextBuffer();
      used = 0;
    }
    if (piece.length > buffer.length) {
      yield piece;
    } else {
      buffer.set(piece, used);
      used += piece.length;
    }
  }
  if (used > 0) yield buffer.subarray(0, used);
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
    if (padding > 0) yield new Uint8Array(padding);
  }
  yield new Uint8Array(2 * BLOCK_SIZE);
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
