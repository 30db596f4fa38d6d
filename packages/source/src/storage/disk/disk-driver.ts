import { type Clock, systemClock } from '@gitops-toolkit/core';
import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { constants, lstat, open, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../../errors.ts';
import type { ListedFile, StorageDriver, StoredFile, WriteOptions, WrittenFile } from '../storage-driver.ts';
import { isArtifactFile, parseArtifactPath } from '../storage-path.ts';
import { makeFolder, realRoot, refuseSymlinks } from './disk-folder.ts';
import { acquireFileLock } from './file-lock.ts';
import { findLeftOvers } from './left-overs.ts';
import { syncFolder, writeAtomically } from './write-atomically.ts';

/** Files that one look at a folder sees; the next one sees the others. */
const MAX_FILES = 1000;
const PIECE_BYTES = 256 * 1024;

/**
 * Files on a disk, laid out as Flux does. Each is written beside its place, synced and renamed, under a lock that processes
 * that share the disk respect. Symlinks are not followed, but for aliases, which lead to a file beside them.
 */
export class DiskDriver implements StorageDriver {
  readonly #clock: Clock;
  readonly #folder: string;
  #root: Promise<string> | undefined;

  /** @param root a folder, made where it is not there */
  constructor(root: string, clock: Clock = systemClock) {
    this.#folder = root;
    this.#clock = clock;
  }

  async write(path: string, content: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<WrittenFile> {
    const { folder, file } = partsOf(path);
    const place = join(await makeFolder(await this.#realRoot(), folder), file);
    const { signal } = options;
    await using _lock = await acquireFileLock(`${place}.lock`, {
      clock: this.#clock,
      ...(signal ? { signal } : {}),
    });
    return await writeAtomically(place, content, options);
  }

  async open(path: string): Promise<StoredFile | undefined> {
    const root = await this.#realRoot();
    await refuseSymlinks(root, partsOf(path).folder);
    try {
      const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
      const file = await open(this.#at(root, path), flags);
      const stats = await file.stat();
      if (!stats.isFile()) {
        await file.close();
        return undefined;
      }
      const { size, mtimeMs, ino } = stats;
      return {
        size,
        modifiedMs: mtimeMs,
        version: `${ino} ${size} ${mtimeMs}`,
        read: (range) =>
          file.createReadStream({ autoClose: false, highWaterMark: PIECE_BYTES, start: 0, ...range }),
        close: () => file.close(),
      };
    } catch {
      return undefined;
    }
  }

  async list(folder: string): Promise<readonly ListedFile[]> {
    const root = await this.#realRoot();
    await refuseSymlinks(root, folder);
    const place = this.#at(root, folder);
    const files: ListedFile[] = [];
    for (const name of (await namesIn(place)).filter(isArtifactFile)) {
      const stats: Stats | undefined = await lstat(join(place, name)).catch(() => undefined);
      if (stats?.isFile()) files.push({ name, modifiedMs: stats.mtimeMs });
    }
    return files;
  }

  async remove(path: string): Promise<void> {
    const root = await this.#realRoot();
    await refuseSymlinks(root, partsOf(path).folder);
    await rm(this.#at(root, path), { force: true });
  }

  async removeFolder(folder: string): Promise<void> {
    const root = await this.#realRoot();
    await refuseSymlinks(root, folder);
    await rm(this.#at(root, folder), { recursive: true, force: true });
  }

  /** A symlink, as Flux makes it; made beside its place and renamed. */
  async setAlias(folder: string, alias: string, file: string): Promise<void> {
    const root = await this.#realRoot();
    await refuseSymlinks(root, folder);
    const place = join(this.#at(root, folder), alias);
    if ((await readlink(place).catch(() => undefined)) === file) return;
    const temporary = `${place}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await symlink(file, temporary);
      await rename(temporary, place);
      await syncFolder(this.#at(root, folder));
    } catch (cause) {
      await rm(temporary, { force: true });
      const { code = 'unknown error' } = cause as { code?: string };
      throw new SourceError('STORAGE_WRITE_FAILED', `cannot write ${alias}: ${code}`, {
        cause,
        retry: 'backoff',
      });
    }
  }

  async readAlias(path: string): Promise<string | undefined> {
    const root = await this.#realRoot();
    await refuseSymlinks(root, partsOf(path).folder);
    const target = await readlink(this.#at(root, path)).catch(() => undefined);
    // One of Flux's own is absolute or not, depending on its version.
    const file = target?.startsWith(`${this.#at(root, partsOf(path).folder)}/`)
      ? target.slice(target.lastIndexOf('/') + 1)
      : target;
    return file !== undefined && isArtifactFile(file) ? file : undefined;
  }

  async sweep(folder: string, nowMs: number): Promise<readonly string[]> {
    const place = this.#at(await this.#realRoot(), folder);
    const left = await findLeftOvers(place, await namesIn(place), nowMs);
    for (const name of left) await rm(join(place, name), { force: true });
    return left;
  }

  #at(root: string, path: string): string {
    return join(root, ...path.split('/'));
  }

  #realRoot(): Promise<string> {
    return (this.#root ??= realRoot(this.#folder));
  }
}

function partsOf(path: string): { folder: string; file: string } {
  return parseArtifactPath(path) ?? { folder: path, file: '' };
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.slice(0, MAX_FILES);
}
