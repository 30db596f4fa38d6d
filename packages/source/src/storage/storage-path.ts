import { SourceError } from '../errors.ts';
import type { ArtifactOwner } from './artifact.ts';

/** What Kubernetes names are made of; no part can climb, hide, or be taken for something else. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const FILE = /^[A-Za-z0-9](?:[A-Za-z0-9._:@+-]{0,250}[A-Za-z0-9])?$/;

/** The folder of an owner's artifacts, below the root: `gitrepository/<namespace>/<name>`. */
export function ownerPath(owner: ArtifactOwner): string {
  const parts = [owner.kind.toLowerCase(), owner.namespace, owner.name];
  for (const part of parts) if (!NAME.test(part) || part.includes('..')) throw invalidPath(part);
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

/** Whether a name is that of an archive, and not of a lock or of a file under way. */
export function isArtifactFile(name: string): boolean {
  return FILE.test(name) && !name.includes('..') && !name.endsWith('.lock') && !name.endsWith('.tmp');
}

function checkedFile(file: string): string {
  if (!isArtifactFile(file)) throw invalidPath(file);
  return file;
}

/** What is said of a path that cannot be one of the storage. */
export function invalidPath(part: string, words = 'is no part of a path in the storage'): SourceError {
  return new SourceError('STORAGE_PATH_INVALID', `${JSON.stringify(part.slice(0, 300))} ${words}`);
}
