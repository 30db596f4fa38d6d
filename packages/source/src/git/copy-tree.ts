import type { FileTree, MemoryTreeBuilder } from '@gitops-toolkit/core';
import { createBreather } from '@gitops-toolkit/core/node';

/** How a tree is copied. */
export interface CopyTreeOptions {
  /** The folder that it is put in. @default the root */
  readonly at?: string;
  /** What a file has in place of its content. @default its content */
  readonly contentOf?: (path: string) => Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Puts all of a tree into another: empty folders stay, and those that archives do not list are still none that they list. */
export async function copyTree(
  builder: MemoryTreeBuilder,
  tree: FileTree,
  { at = '', contentOf, signal }: CopyTreeOptions = {},
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
