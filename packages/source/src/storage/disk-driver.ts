import { constants, type FileHandle, lstat, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../errors.ts';
import type { ByteRange } from './byte-range.ts';
import { readAlias, writeAlias } from './alias.ts';
import { acquireFileLock } from './file-lock.ts';
import { findLeftOvers } from './left-overs.ts';
import type {
  ListedFile,
  StorageDriver,
  StoredFile,
  StoredPath,
  WriteOptions,
  WrittenFile,
} from './storage-driver.ts';
import { isArtifactFile, makeFolder, realRoot, refuseSymlinks } from './storage-path.ts';
import { writeAtomically } from './write-atomically.ts';

/** Files that one look at a folder sees; the next one sees the others. */
const MAX_FILES = 1000;
/** What says that there is no such file, or that a symlink is in its place. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO', 'EMLINK']);

/** Files on a disk. Processes that share it take turns for each file. */
export class DiskDriver implements StorageDriver {
  readonly #path: string;
  #root: Promise<string> | undefined;

  /** @param root A folder, made where it is not there. */
  constructor(root: string) {
    this.#path = root;
  }

  async write(
    { folder, file }: StoredPath,
    content: AsyncIterable<Uint8Array>,
    options: WriteOptions,
  ): Promise<WrittenFile> {
    const { alias } = options;
    const path = await makeFolder(await this.#realRoot(), folder);
    await using _lock = await acquireFileLock(join(path, `${file}.lock`), options);
    const written = await writeAtomically(join(path, file), content, options);
    if (alias !== undefined) {
      await using _aliasLock = await acquireFileLock(join(path, `${alias}.lock`), options);
      await writeAlias(join(path, alias), file);
    }
    return written;
  }

  /** Symlinks other than aliases are not followed. */
  async open({ folder, file }: StoredPath): Promise<StoredFile | undefined> {
    const path = await this.#folder(folder);
    return openFile(join(path, (await readAlias(join(path, file))) ?? file));
  }

  async list(folder: string): Promise<ListedFile[]> {
    const path = await this.#folder(folder);
    const files: ListedFile[] = [];
    for (const name of (await namesIn(path)).filter(isArtifactFile)) {
      const stats = await lstat(join(path, name)).catch(() => undefined);
      if (stats?.isFile()) files.push({ name, modifiedAt: stats.mtimeMs });
    }
    return files;
  }

  async remove({ folder, file }: StoredPath): Promise<void> {
    await rm(join(await this.#folder(folder), file), { force: true });
  }

  async removeLeftOvers(folder: string, now: number): Promise<string[]> {
    const path = await this.#folder(folder);
    const left = await findLeftOvers(path, await namesIn(path), now);
    for (const name of left) await rm(join(path, name), { force: true });
    return left;
  }

  /** Also where modes have been taken away. */
  async removeAll(folder: string): Promise<void> {
    await rm(await this.#folder(folder), { recursive: true, force: true });
  }

  async #folder(folder: string): Promise<string> {
    const root = await this.#realRoot();
    await refuseSymlinks(root, folder);
    return join(root, ...folder.split('/'));
  }

  #realRoot(): Promise<string> {
    return (this.#root ??= realRoot(this.#path));
  }
}

async function namesIn(path: string): Promise<string[]> {
  const names = await readdir(path).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.slice(0, MAX_FILES);
}

async function openFile(path: string): Promise<StoredFile | undefined> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch((cause: { code?: string }) => {
    const { code = 'unknown error' } = cause;
    if (ABSENT.has(code)) return undefined;
    // Such as too many open files: the artifact may well be there.
    throw new SourceError('STORAGE_READ_FAILED', `cannot open a stored artifact: ${code}`, {
      cause,
      retry: 'backoff',
    });
  });
  return file && describe(file);
}

async function describe(file: FileHandle): Promise<StoredFile | undefined> {
  const stats = await file.stat();
  if (!stats.isFile()) {
    await file.close();
    return undefined;
  }
  const { size, mtimeMs, ino } = stats;
  return {
    size,
    modifiedAt: mtimeMs,
    version: `${ino} ${size} ${mtimeMs}`,
    read: (range, signal) => piecesOf(file, range, signal),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/** A stream with the signal of its own would fail where nobody listens, if that is aborted before the first piece is asked for. */
async function* piecesOf(
  file: FileHandle,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const stream = file.createReadStream({ autoClose: false, highWaterMark: 256 * 1024, start: 0, ...range });
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    signal?.throwIfAborted();
    yield piece;
  }
}
