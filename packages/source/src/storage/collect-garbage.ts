import type { StorageDriver } from './storage-driver.ts';

/** What of an owner's artifacts is kept. */
export interface Retention {
  /** Files older than this go. @default 60000 */
  readonly ttlMs?: number;
  /** More files than this, the current one among them, go, the oldest first. @default 2 */
  readonly records?: number;
}

/**
 * Removes from a folder of artifacts what is not kept, and what a process has left that was killed while it wrote. The
 * current file always stays.
 *
 * @returns The names of the files that were removed.
 */
export async function collectGarbage(
  driver: StorageDriver,
  folder: string,
  options: Retention & { readonly current: string; readonly now: number; readonly signal?: AbortSignal },
): Promise<string[]> {
  const { current, now, signal, ttlMs = 60_000, records = 2 } = options;
  const files = await driver.list(folder);
  const others = files
    .filter((file) => file.name !== current)
    .toSorted((a, b) => a.modifiedAt - b.modifiedAt);
  const expired = others.filter((file) => now - file.modifiedAt > ttlMs);
  const left = others.filter((file) => now - file.modifiedAt <= ttlMs);
  const keptBesideCurrent = Math.max(records - 1, 0);
  const surplus = left.slice(0, Math.max(left.length - keptBesideCurrent, 0));
  const removed: string[] = [];
  for (const { name } of [...expired, ...surplus]) {
    signal?.throwIfAborted();
    await driver.remove({ folder, file: name });
    removed.push(name);
  }
  return [...removed, ...(await driver.removeLeftOvers(folder, now))];
}
