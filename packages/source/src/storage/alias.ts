import { readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isArtifactFile } from './storage-path.ts';
import { attempt, syncFolder, temporaryName } from './write-atomically.ts';

/**
 * Makes a name stand for a file beside it: a symlink, as Flux has it. There is no moment without the name.
 *
 * @throws `STORAGE_WRITE_FAILED`
 */
export async function writeAlias(path: string, file: string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await attempt(path, () => symlink(file, temporary));
    await attempt(path, () => rename(temporary, path));
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The file beside an alias that it stands for; `undefined` for all else, and for a symlink that leads anywhere else. */
export async function readAlias(path: string): Promise<string | undefined> {
  const target = await readlink(path).catch(() => undefined);
  return target !== undefined && isArtifactFile(target) ? target : undefined;
}
