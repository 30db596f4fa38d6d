import type { FileTree, TreeEntry } from '../../tree/file-tree.ts';
import { MemoryTree, type TreeInput } from '../../tree/memory-tree.ts';
import { createBreather } from '../breather.ts';
import { DiskTree } from '../disk-tree.ts';

/** A tree as it is sent to a worker: its files are in memory that both threads see, and are not copied again. */
export type SharedTree = SharedMemoryTree | { readonly root: string };

interface SharedMemoryTree {
  /** Of this tree alone in this process. */
  readonly id: number;
  /** Where the contents are. */
  readonly slabs: readonly SharedArrayBuffer[];
  /** JSON of an {@link IndexEntry} in each line, in UTF-8. */
  readonly index: SharedArrayBuffer;
  readonly size: number;
}

/** A path and its file, symlink or directory. */
type IndexEntry =
  | readonly [path: string, slab: number, offset: number, length: number, mode: number]
  | readonly [path: string, target: string]
  | readonly [path: string];

interface FoundFile {
  readonly path: string;
  readonly mode: number;
  readonly data: Uint8Array;
}

/** Trees that a worker keeps beside the one used last. */
const KEPT_BYTES = 32 * 1024 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const shared = new WeakMap<FileTree, Promise<SharedTree>>();
const restored = new Map<number, MemoryTree>();
let lastId = 0;

/**
 * Makes a tree ready to be sent to workers, once for all tasks that need it. Files that are in shared memory
 * already (see `unpackArchive`) stay where they are, others are copied in slices of a few milliseconds; of a folder
 * on disk only the path is sent.
 */
export function shareTree(tree: FileTree): Promise<SharedTree> {
  let promise = shared.get(tree);
  if (!promise) {
    promise = tree instanceof DiskTree ? Promise.resolve({ root: tree.root }) : share(tree);
    shared.set(tree, promise);
    promise.catch(() => shared.delete(tree));
  }
  return promise;
}

/** The tree again, in the worker. The last few are kept for tasks to come. */
export function restoreTree(message: SharedTree): FileTree {
  if ('root' in message) return new DiskTree(message.root);
  const tree = restored.get(message.id) ?? new MemoryTree(readIndex(message));
  restored.delete(message.id);
  restored.set(message.id, tree);
  let bytes = 0;
  for (const [id, { size }] of [...restored].toReversed()) {
    bytes += size;
    if (bytes > KEPT_BYTES && id !== message.id) restored.delete(id);
  }
  return tree;
}

async function share(tree: FileTree): Promise<SharedTree> {
  const breathe = createBreather();
  const files: FoundFile[] = [];
  const others: IndexEntry[] = [];
  for (const { path, entry } of walk(tree, '')) {
    await breathe();
    if (entry.kind === 'symlink') others.push([path, entry.target ?? '']);
    else if (entry.kind === 'directory') others.push([path]);
    else files.push({ path, mode: entry.mode, data: tree.read(path) ?? new Uint8Array() });
  }
  const { slabs, placed } = await placeFiles(files, breathe);
  const lines: string[] = [];
  for (const entry of [...placed, ...others]) {
    await breathe();
    lines.push(JSON.stringify(entry));
  }
  const index = encoder.encode(lines.join('\n'));
  const indexMemory = new SharedArrayBuffer(index.length);
  new Uint8Array(indexMemory).set(index);
  return { id: ++lastId, slabs, index: indexMemory, size: tree.size };
}

/** Brings the contents that are not shared yet into one more slab. */
async function placeFiles(
  files: readonly FoundFile[],
  breathe: () => Promise<void> | undefined,
): Promise<{ slabs: SharedArrayBuffer[]; placed: IndexEntry[] }> {
  let unshared = 0;
  for (const { data } of files) if (!(data.buffer instanceof SharedArrayBuffer)) unshared += data.length;
  const slab = new SharedArrayBuffer(unshared);
  const bytes = new Uint8Array(slab);
  const slabs = new Map<SharedArrayBuffer, number>([[slab, 0]]);
  const placed: IndexEntry[] = [];
  let used = 0;
  for (const { path, mode, data } of files) {
    await breathe();
    if (data.buffer instanceof SharedArrayBuffer) {
      const number = slabs.get(data.buffer) ?? slabs.size;
      slabs.set(data.buffer, number);
      placed.push([path, number, data.byteOffset, data.length, mode]);
      continue;
    }
    bytes.set(data, used);
    placed.push([path, 0, used, data.length, mode]);
    used += data.length;
  }
  return { slabs: [...slabs.keys()], placed };
}

/** Files, symlinks, and directories in which there is nothing. */
function* walk(tree: FileTree, directory: string): Generator<{ path: string; entry: TreeEntry }> {
  for (const entry of tree.list(directory)) {
    const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
    let isEmpty = true;
    if (entry.kind === 'directory') {
      for (const below of walk(tree, path)) {
        isEmpty = false;
        yield below;
      }
    }
    if (isEmpty) yield { path, entry };
  }
}

function* readIndex(message: SharedMemoryTree): Generator<[string, TreeInput]> {
  const text = decoder.decode(new Uint8Array(message.index));
  for (const line of text === '' ? [] : text.split('\n')) {
    const [path, place, ...rest] = JSON.parse(line) as IndexEntry;
    if (typeof place === 'string') yield [path, { symlink: place }];
    else if (place === undefined) yield [path, { directory: true }];
    else {
      const [offset = 0, length = 0, mode = 0o644] = rest;
      yield [path, { data: new Uint8Array(message.slabs[place]!, offset, length), mode }];
    }
  }
}
