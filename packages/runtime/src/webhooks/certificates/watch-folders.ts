import { type FSWatcher, watch } from 'node:fs';

/**
 * Tells when something changes in folders; mounted Secrets are exchanged as a whole, by a link in theirs. Where the system
 * cannot watch a folder nothing is told: who must know looks for himself from time to time.
 */
export function watchFolders(folders: readonly string[], onChange: () => void): Disposable {
  const watchers: FSWatcher[] = [];
  for (const folder of new Set(folders)) {
    try {
      const watcher = watch(folder, { persistent: false }, onChange);
      watcher.on('error', () => watcher.close());
      watchers.push(watcher);
    } catch {
      // No watches left, or a file system that has none.
    }
  }
  return {
    [Symbol.dispose]() {
      for (const watcher of watchers) watcher.close();
    },
  };
}
