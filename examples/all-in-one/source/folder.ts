import { watch } from 'node:fs';
import path from 'node:path';
import { type FileTree, filterTree, loadIgnoreRules, walkFiles } from '@gitops-toolkit/core';
import { DiskTree } from '@gitops-toolkit/core/node';
import { startGitServer } from '@gitops-toolkit/envtest';
import type { DemoSource } from './source.ts';

/** Editors write a file in several steps: what follows within this time is one change. */
const SETTLE_MS = 300;

/**
 * Serves a folder as a repository with one branch. Its files are committed as they are now, whatever their own
 * history, and again whenever one of them changes.
 */
export async function openFolderSource(
  folder: string,
  branch: string,
  onCommit: () => void,
): Promise<DemoSource> {
  const server = await startGitServer();
  const name = 'folder';
  const repository = server.createRepository(name);
  const url = server.repositoryUrl(name);
  let known = new Map<string, Uint8Array>();
  const commit = (message: string) => {
    const files = contentOf(folder);
    const gone = [...known.keys()].filter((file) => !files.has(file));
    const changed = [...files].filter(([file, data]) => !isSame(known.get(file), data));
    if (gone.length + changed.length === 0) return;
    known = files;
    repository.commit({ branch, message, files: Object.fromEntries(changed), delete: gone });
    onCommit();
  };
  commit(`Files of ${path.resolve(folder)}`);

  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(folder, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      try {
        commit('Edit');
      } catch {
        // A file went away while it was read: the change that took it comes next.
      }
    }, SETTLE_MS);
  });
  return {
    url,
    ref: { branch },
    title: `the folder ${path.resolve(folder)}, served at ${url}`,
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      watcher.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function contentOf(folder: string): Map<string, Uint8Array> {
  const disk: FileTree = new DiskTree(folder);
  const rules = loadIgnoreRules(disk);
  const tree = filterTree(disk, {
    ignores: (file, isDirectory) => file.startsWith('node_modules/') || rules.ignores(file, isDirectory),
  });
  return new Map(
    [...walkFiles(tree)].flatMap(({ path: file }) => {
      const data = tree.read(file);
      return data ? [[file, data] as const] : [];
    }),
  );
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
