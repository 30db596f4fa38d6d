import { type FileTree, MemoryTree, MemoryTreeBuilder, walkFiles } from '@gitops-toolkit/core';
import { copyTree, createBreather } from '@gitops-toolkit/core/node';
import { SourceError } from '../../errors.ts';
import { parseGitUrl } from '../git-url.ts';
import { limitError } from '../list-tree.ts';
import { LfsServer, type LfsServerOptions } from './lfs-server.ts';
import { type LfsPointer, MAX_POINTER_BYTES, parsePointer } from './pointer.ts';

/** How many objects are asked for at once: as many as every server takes. */
const BATCH = 100;
const CONCURRENCY = 4;

/** How the large files of a tree are fetched. */
export interface ResolveLfsOptions extends LfsServerOptions {
  /** Of the repository. */
  readonly url: string;
  /** Bytes of all files of the tree, large ones with their content. */
  readonly maxTreeBytes: number;
}

/**
 * Puts the contents of large files in the place of the pointers to them, whatever `.gitattributes` says.
 *
 * @throws `GIT_LFS_FAILED`, `GIT_OBJECT_MISMATCH`, `GIT_LIMIT`, and what an exchange fails with.
 */
export async function resolveLfs(tree: FileTree, options: ResolveLfsOptions): Promise<FileTree> {
  const pointers = await findPointers(tree, options.signal);
  if (pointers.size === 0) return tree;
  checkSize(tree, pointers, options.maxTreeBytes);
  const location = parseGitUrl(options.url, { allowLocal: true });
  if (location.kind !== 'http')
    throw new SourceError('GIT_LFS_FAILED', 'large files are fetched over HTTP alone', {
      hint: 'Give the https:// URL of the repository.',
    });
  const credentials = options.credentials ?? location.userinfo;
  const server = new LfsServer(location.url, { ...options, ...(credentials && { credentials }) });
  const contents = await download(server, pointers, options.signal);
  const builder = new MemoryTreeBuilder();
  const contentOf = (path: string) => contents.get(pointers.get(path)?.oid ?? '');
  await copyTree(builder, tree, { contentOf, signal: options.signal });
  return new MemoryTree(builder);
}

/** The pointers of a tree by their paths. */
async function findPointers(tree: FileTree, signal?: AbortSignal): Promise<Map<string, LfsPointer>> {
  const breathe = createBreather(signal);
  const pointers = new Map<string, LfsPointer>();
  for (const { path, kind, size } of walkFiles(tree)) {
    const data = kind === 'file' && size <= MAX_POINTER_BYTES ? tree.read(path) : undefined;
    const pointer = data && parsePointer(data);
    if (pointer) pointers.set(path, pointer);
    await breathe();
  }
  return pointers;
}

/** Before anything is downloaded: pointers of a few bytes can name any number of them. */
function checkSize(tree: FileTree, pointers: ReadonlyMap<string, LfsPointer>, maxTreeBytes: number): void {
  let bytes = tree.size;
  for (const { size } of pointers.values()) bytes += size;
  if (bytes > maxTreeBytes)
    throw limitError(`files of more than ${maxTreeBytes} bytes, with its large files`);
}

/** The contents by their ids, each brought once. */
async function download(
  server: LfsServer,
  pointers: ReadonlyMap<string, LfsPointer>,
  signal?: AbortSignal,
): Promise<Map<string, Uint8Array>> {
  const wanted = [...new Map([...pointers.values()].map((pointer) => [pointer.oid, pointer])).values()];
  const contents = new Map<string, Uint8Array>();
  for (let at = 0; at < wanted.length; at += BATCH) {
    signal?.throwIfAborted();
    // Located and brought in turns: what a server signs is good for minutes.
    const rest = (await server.locate(wanted.slice(at, at + BATCH))).values();
    const failures: unknown[] = [];
    const work = async (): Promise<void> => {
      for (const object of rest) {
        if (failures.length > 0) return;
        contents.set(object.oid, await server.download(object));
      }
    };
    // No download goes on behind the back of a caller who was told of a failure.
    await Promise.all(
      Array.from({ length: CONCURRENCY }, () => work().catch((error: unknown) => failures.push(error))),
    );
    if (failures.length > 0) throw failures[0];
  }
  return contents;
}
