import type { FileTree, MemoryTreeBuilder } from '@gitops-toolkit/core';
import { createBreather } from '@gitops-toolkit/core/node';

/** How a tree is copied. */
export interface CopyTreeOptions {
  /** The folder that it goes into. @default the root */
  readonly at?: string;
  /** A content in the place of a file's own. */
  readonly contentOf?: (path: string) => Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Adds all that is in a tree: its folders too, which archives have entries for. */
export async function copyTree(
  builder: MemoryTreeBuilder,
  tree: FileTree,
  { at = '', contentOf, signal }: CopyTreeOptions,
): Promise<void> {
  const breathe = createBreather(signal);
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const { name, kind, mode, target, implied } of tree.list(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const place = at === '' ? path : `${at}/${path}`;
      if (kind === 'directory') {
        builder.add(place, { directory: true, ...(implied && { implied }) });
        waiting.push(path);
      } else if (kind === 'symlink') builder.add(place, { symlink: target ?? '' });
      else builder.add(place, { data: contentOf?.(path) ?? tree.read(path) ?? new Uint8Array(), mode });
      await breathe();
    }
  }
}
