import { SOURCE_IGNORE_FILE } from '@gitops-toolkit/core';
import { createBreather } from '@gitops-toolkit/core/node';
import { objectAt } from '../list-tree.ts';
import type { ObjectStore } from '../object-format.ts';
import { type GitTreeEntry, parseTree } from '../tree-entry.ts';
import { hasIgnoreRules } from './git-paths.ts';
import { fewFolders, type PartialStore } from './partial-store.ts';
import type { WantedPaths } from './wanted-paths.ts';

/** What a tree names, or the tree itself. */
interface Link extends Pick<GitTreeEntry, 'id' | 'kind'> {
  readonly path: string;
}

/**
 * Has all folders brought that are wanted, where the first fetch has left them out; with their contents, unless ignore
 * rules have a say. What is not in the repository is left for others to miss.
 *
 * @param root The id of the commit's tree.
 * @throws `GIT_TREE_UNSAFE`, `GIT_LIMIT`, `GIT_OBJECT_MISMATCH`, and what the remote throws.
 */
export async function bringPaths(store: PartialStore, root: string, signal?: AbortSignal): Promise<void> {
  if (!store.wanted) return;
  const links = await findPaths(store, store.wanted, root);
  const folders = links.filter(({ kind }) => kind === 'directory');
  if (await areWhole(store, folders, signal)) return;
  const hasRules = hasIgnoreRules(store.paths);
  const files = [...links, ...linksIn(store, { id: root, path: '' })].filter(({ kind, path }) =>
    hasRules ? kind === 'file' && path === SOURCE_IGNORE_FILE : kind !== 'directory' && kind !== 'submodule',
  );
  await store.bringObjects(
    [...folders, ...files].map(({ id }) => id),
    hasRules ? 'blob:none' : undefined,
  );
}

/**
 * What the commit has at the wanted paths; the folders on the way to them are brought some levels at a time, so that few
 * others come with them. Where one does not come, it is given in place of what is below it.
 */
async function findPaths(store: PartialStore, wanted: WantedPaths, root: string): Promise<Link[]> {
  const folders = new Map<string, NamedLink[]>();
  let asked = '';
  while (true) {
    const links = [...wanted]
      .map((path) => linkAt(store, folders, root, path))
      .filter((link) => link !== undefined);
    const above = links.filter(({ path }) => !wanted.includes(path)).map(({ id }) => id);
    if (above.length === 0 || above.join() === asked) return links;
    await store.bringObjects([...new Set(above)], fewFolders());
    asked = above.join();
  }
}

interface NamedLink extends Link {
  readonly name: string;
}

/**
 * What a commit has at a path; where the way there has not come, the folder from which on it has not.
 *
 * @param folders Those that were read before, by path
 */
function linkAt(
  store: ObjectStore,
  folders: Map<string, NamedLink[]>,
  root: string,
  path: string,
): Link | undefined {
  let at: Link = { id: root, path: '', kind: 'directory' };
  for (const name of path.split('/')) {
    if (at.kind !== 'directory') return undefined;
    if (!store.get(at.id)) return at;
    let links = folders.get(at.path);
    if (!links) folders.set(at.path, (links = linksIn(store, at)));
    const next = links.find((link) => link.name === name);
    if (!next) return undefined;
    at = next;
  }
  return at;
}

function linksIn(store: ObjectStore, folder: { readonly id: string; readonly path: string }): NamedLink[] {
  const prefix = folder.path === '' ? '' : `${folder.path}/`;
  const entries = parseTree(objectAt(store, folder, 'tree').data, store.format, folder.path);
  return [...entries].map((entry) => ({ ...entry, path: `${prefix}${entry.name}` }));
}

/** Whether all folders below these are there, each looked at once however often it is named. */
async function areWhole(
  store: ObjectStore,
  folders: readonly Link[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const breathe = createBreather(signal);
  const seen = new Set<string>();
  const waiting = [...folders];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    if (seen.has(folder.id)) continue;
    seen.add(folder.id);
    if (!store.get(folder.id)) return false;
    waiting.push(...linksIn(store, folder).filter(({ kind }) => kind === 'directory'));
    await breathe();
  }
  return true;
}
