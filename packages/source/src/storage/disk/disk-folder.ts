import { lstat, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../../errors.ts';
import { invalidPath } from '../storage-path.ts';

/** Makes a folder below the root, and refuses one that a symlink leads elsewhere. */
export async function makeFolder(root: string, folder: string): Promise<string> {
  const path = join(root, ...folder.split('/'));
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new SourceError('STORAGE_WRITE_FAILED', `cannot make the folder ${folder} of the storage`, {
      cause,
      retry: 'backoff',
    });
  }
  await refuseSymlinks(root, folder);
  return path;
}

/** Throws where a part of a path below the root is a symlink. */
export async function refuseSymlinks(root: string, folder: string): Promise<void> {
  let at = root;
  for (const part of folder.split('/')) {
    at = join(at, part);
    const stats = await lstat(at).catch(() => undefined);
    if (stats?.isSymbolicLink()) throw invalidPath(folder, 'leads through a symlink');
  }
}

/** The root with the symlinks of its own path resolved: what is below it is compared with this. */
export async function realRoot(root: string): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  return realpath(root);
}
