import { objectAt } from '../list-tree.ts';
import type { PartialStore } from '../partial/partial-store.ts';
import { parseTree } from '../tree-entry.ts';
import { GITMODULES, noGitmodules } from './gitmodules.ts';

/**
 * The file `.gitmodules` of a commit of which only some paths are wanted: ignore rules leave it out by default, but
 * submodules are known by it alone.
 *
 * @param root The id of the commit's tree.
 * @throws `GIT_REPOSITORY_INVALID` where it is no file; what the remote throws.
 */
export async function bringGitmodules(store: PartialStore, root: string): Promise<Uint8Array | undefined> {
  const { data } = objectAt(store, { id: root, path: '' }, 'tree');
  const entry = [...parseTree(data, store.format, '')].find(({ name }) => name === GITMODULES);
  if (!entry) return undefined;
  if (entry.kind !== 'file' && entry.kind !== 'executable') throw noGitmodules();
  const file = { path: GITMODULES, kind: entry.kind, id: entry.id };
  await store.bring([file]);
  return objectAt(store, file, 'blob').data;
}
