import { lstat, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../errors.ts';
import type { ArtifactOwner } from './artifact.ts';

/** What Kubernetes names are made of; no part can climb, hide, or be taken for something else. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const FILE = /^[A-Za-z0-9](?:[A-Za-z0-9._:@+-]{0,250}[A-Za-z0-9])?$/;

/** The folder of an owner's artifacts, below the root: `gitrepository/<namespace>/<name>`. */
export function ownerPath(owner: ArtifactOwner): string {
  const parts = [owner.kind.toLowerCase(), owner.namespace, owner.name];
  for (const part of parts) if (!NAME.test(part) || part.includes('..')) throw invalid(part);
  return parts.join('/');
}

/** The path of an artifact's file, below the root. */
export function artifactPath(owner: ArtifactOwner, file: string): string {
  return `${ownerPath(owner)}/${checkedFile(file)}`;
}

/** Takes the path of an artifact apart; `undefined` where it is none. */
export function parseArtifactPath(path: string): { folder: string; file: string } | undefined {
  const parts = path.split('/');
  const file = parts.pop() ?? '';
  const isValid = parts.length === 3 && parts.every((part) => NAME.test(part) && !part.includes('..'));
  return isValid && isArtifactFile(file) ? { folder: parts.join('/'), file } : undefined;
}

/** Whether a name is that of an archive, and not of a lock, of a file under way, or of what stands for an alias. */
export function isArtifactFile(name: string): boolean {
  return FILE.test(name) && !name.includes('..') && !/\.(?:alias|lock|tmp)$/.test(name);
}

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
    if (stats?.isSymbolicLink()) throw invalid(folder, 'leads through a symlink');
  }
}

/** The root with the symlinks of its own path resolved: what is below it is compared with this. */
export async function realRoot(root: string): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  return realpath(root);
}

/** The name of a file, which is that of an archive or throws. */
export function checkedFile(file: string): string {
  if (!isArtifactFile(file)) throw invalid(file);
  return file;
}

function invalid(part: string, words = 'is no part of a path in the storage'): SourceError {
  return new SourceError('STORAGE_PATH_INVALID', `${JSON.stringify(part.slice(0, 300))} ${words}`);
}
