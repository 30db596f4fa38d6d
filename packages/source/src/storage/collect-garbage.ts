import type { Stats } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findLeftOvers } from './left-overs.ts';
import { isArtifactFile } from './storage-path.ts';

/** What of an owner's artifacts is kept. */
export interface Retention {
  /** Files older than this go. @default 60000 */
  readonly ttlMs?: number;
  /** More files than this, the current one among them, go, the oldest first. @default 2 */
  readonly records?: number;
}

/** Files that one collection looks at; the next one sees the others. */
const MAX_FILES = 1000;

interface StoredFile {
  readonly name: string;
  readonly time: number;
}

/**
 * Removes from a folder of artifacts what is not kept, and what a process has left that was killed while it wrote. The
 * current file always stays.
 *
 * @returns The names of the files that were removed.
 */
export async function collectGarbage(
  folder: string,
  options: Retention & { readonly current: string; readonly now: number; readonly signal?: AbortSignal },
): Promise<string[]> {
  const { current, now, signal, ttlMs = 60_000, records = 2 } = options;
  const names = await namesIn(folder);
  const artifacts = await artifactsOf(folder, names);
  const abandoned = await findLeftOvers(folder, names, now);
  const others = artifacts.filter((file) => file.name !== current).toSorted((a, b) => a.time - b.time);
  const expired = others.filter((file) => now - file.time > ttlMs);
  const left = others.filter((file) => now - file.time <= ttlMs);
  const keptBesideCurrent = Math.max(records - 1, 0);
  const surplus = left.slice(0, Math.max(left.length - keptBesideCurrent, 0));
  const removed: string[] = [];
  for (const name of [...[...expired, ...surplus].map((file) => file.name), ...abandoned]) {
    signal?.throwIfAborted();
    await rm(join(folder, name), { force: true });
    removed.push(name);
  }
  return removed;
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.slice(0, MAX_FILES);
}

async function artifactsOf(folder: string, names: readonly string[]): Promise<StoredFile[]> {
  const artifacts: StoredFile[] = [];
  for (const name of names.filter(isArtifactFile)) {
    const stats: Stats | undefined = await lstat(join(folder, name)).catch(() => undefined);
    if (stats?.isFile()) artifacts.push({ name, time: stats.mtimeMs });
  }
  return artifacts;
}
