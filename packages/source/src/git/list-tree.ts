import { createBreather } from '@gitops-toolkit/core/node';
import { SourceError } from '../errors.ts';
import type { GitLimits } from './limits.ts';
import type { GitObject, ObjectStore, ObjectType } from './object-format.ts';
import { type GitTreeEntry, MAX_PATH_LENGTH, parseTree } from './tree-entry.ts';

/** What a commit has at a path; its content is another object. */
export interface TreeFile {
  readonly path: string;
  readonly kind: Exclude<GitTreeEntry['kind'], 'directory'>;
  readonly id: string;
}

/** How trees are walked. */
export interface WalkOptions {
  readonly limits: Required<GitLimits>;
  readonly signal?: AbortSignal;
  /** Which folders are looked into. @default all */
  readonly leadsTo?: (folder: string) => boolean;
}

interface Folder {
  readonly id: string;
  readonly path: string;
  readonly depth: number;
}

/** Of all paths together: one long name of a folder is in the path of each of its files. */
const MAX_PATHS_LENGTH = 64 * 1024 * 1024;

/**
 * Names the files in a tree object and its folders, without a look at contents.
 *
 * @throws `GIT_OBJECT_MISMATCH`, `GIT_TREE_UNSAFE`, `GIT_LIMIT`.
 */
export async function listTree(
  store: ObjectStore,
  rootId: string,
  { limits, signal, leadsTo = () => true }: WalkOptions,
): Promise<TreeFile[]> {
  const breathe = createBreather(signal);
  const files: TreeFile[] = [];
  let entries = 0;
  let characters = 0;
  const waiting: Folder[] = [{ id: rootId, path: '', depth: 0 }];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    if (folder.depth > limits.maxTreeDepth)
      throw limitError(`folders in more than ${limits.maxTreeDepth} folders`);
    for (const { name, kind, id } of parseTree(
      objectAt(store, folder, 'tree').data,
      store.format,
      folder.path,
    )) {
      // Folders count too: empty ones could otherwise be named without end.
      if (++entries > limits.maxFiles) throw limitError(`more than ${limits.maxFiles} files`);
      const path = folder.path === '' ? name : `${folder.path}/${name}`;
      if (path.length > MAX_PATH_LENGTH)
        throw limitError(`a path of more than ${MAX_PATH_LENGTH} characters`);
      characters += path.length;
      if (characters > MAX_PATHS_LENGTH)
        throw limitError(`paths of more than ${MAX_PATHS_LENGTH} characters together`);
      if (kind !== 'directory') files.push({ path, kind, id });
      else if (leadsTo(path)) waiting.push({ id, path, depth: folder.depth + 1 });
      const pause = breathe();
      if (pause) await pause;
    }
  }
  return files;
}

/** The object that a tree names at a path. */
export function objectAt(
  store: ObjectStore,
  { id, path }: { readonly id: string; readonly path: string },
  type: ObjectType,
): GitObject {
  const object = store.get(id);
  if (object?.type === type) return object;
  const what = object
    ? `is a ${object.type}, not a ${type}`
    : 'did not come, or has another content than its id says';
  throw new SourceError('GIT_OBJECT_MISMATCH', `the object ${id} at ${JSON.stringify(path)} ${what}`, {
    retry: 'backoff',
    hint: 'The repository, or the way to it, is damaged.',
  });
}

/** The error for a repository that has more than is allowed. */
export function limitError(words: string): SourceError {
  return new SourceError('GIT_LIMIT', `the repository has ${words}`);
}
