import type { FileTree } from '../tree/file-tree.ts';
import type { MemoryTreeBuilder } from '../tree/memory-tree.ts';
import { createBreather } from './breather.ts';

/** How a tree is copied. */
export interface CopyTreeOptions {
  /** The folder whose entries are copied. @default the root */
  readonly from?: string;
  /** The folder that they are put in. @default the root */
  readonly at?: string;
  /** What a file has in place of its content. @default its content */
  readonly contentOf?: (path: string) => Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts all below a folder of a tree into another: empty folders stay, and those that archives do not list are still none
 * that they list.
 *
 * @throws RangeError where a file of one stands at the place of a folder of the other
 */
export async function copyTree(
  builder: MemoryTreeBuilder,
  tree: FileTree,
  { from = '', at = '', contentOf, signal }: CopyTreeOptions = {},
): Promise<void> {
  const breathe = createBreather(signal);
  const waiting = [{ source: from, folder: at }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { name, kind, mode, target, implied } of tree.list(next.source)) {
      const [path, place] = [below(next.source, name), below(next.folder, name)];
      if (kind === 'directory') {
        builder.add(place, { directory: true, ...(implied && { implied }) });
        waiting.push({ source: path, folder: place });
      } else if (kind === 'symlink') builder.add(place, { symlink: target ?? '' });
      else builder.add(place, { data: contentOf?.(path) ?? tree.read(path) ?? new Uint8Array(), mode });
      await breathe();
    }
  }
}

function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
