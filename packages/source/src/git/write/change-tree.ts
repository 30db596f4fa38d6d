import { normalizePath } from '@gitops-toolkit/core';
import type { TreeEntry } from 'isomorphic-git';
import { SourceError } from '../../errors.ts';

/** Contents by path; `null` takes a file, or a folder with all in it, away. */
export type Changes = ReadonlyMap<string, Uint8Array | null>;

/** Where objects of git are read and kept. */
export interface TreeObjects {
  readTree(id: string): Promise<readonly TreeEntry[]>;
  writeTree(entries: readonly TreeEntry[]): Promise<string>;
  writeBlob(data: Uint8Array): Promise<string>;
}

/**
 * Makes the tree that has the changes on top of another; gives its id, or `undefined` where nothing is left. Files keep their modes.
 *
 * @throws `GIT_TREE_UNSAFE` for a path that no repository can have, or that runs through a file or a link.
 */
export async function changeTree(
  objects: TreeObjects,
  id: string | undefined,
  changes: Changes,
): Promise<string | undefined> {
  const entries = new Map((id === undefined ? [] : await objects.readTree(id)).map((e) => [e.path, e]));
  const below = new Map<string, Map<string, Uint8Array | null>>();
  for (const [path, data] of changes) {
    checkPath(path);
    const slash = path.indexOf('/');
    if (slash < 0) {
      await changeEntry(objects, entries, path, data);
      continue;
    }
    const name = path.slice(0, slash);
    const inside = below.get(name) ?? new Map<string, Uint8Array | null>();
    below.set(name, inside.set(path.slice(slash + 1), data));
  }
  for (const [path, inside] of below) {
    const before = entries.get(path);
    if (before && before.type !== 'tree') throw unsafe(path, 'is no folder');
    const oid = await changeTree(objects, before?.oid, inside);
    if (oid === undefined) entries.delete(path);
    else entries.set(path, { mode: '040000', path, oid, type: 'tree' });
  }
  return entries.size === 0 ? undefined : objects.writeTree([...entries.values()]);
}

async function changeEntry(
  objects: TreeObjects,
  entries: Map<string, TreeEntry>,
  path: string,
  data: Uint8Array | null,
): Promise<void> {
  if (data === null) {
    entries.delete(path);
    return;
  }
  const before = entries.get(path);
  if (before && (before.type !== 'blob' || before.mode === '120000')) throw unsafe(path, 'is no file');
  entries.set(path, {
    mode: before?.mode ?? '100644',
    path,
    oid: await objects.writeBlob(data),
    type: 'blob',
  });
}

function checkPath(path: string): void {
  const isPath = path !== '' && normalizePath(path) === path && !/[\p{Cc}\\]/u.test(path);
  if (!isPath || path.split('/').some((part) => /^\.git$/i.test(part)))
    throw unsafe(path, 'cannot be in one');
}

function unsafe(path: string, words: string): SourceError {
  return new SourceError(
    'GIT_TREE_UNSAFE',
    `the path ${JSON.stringify(path.slice(0, 200))} of a change ${words}`,
  );
}
