import type { ListedFile } from './storage-driver.ts';

/** What of an owner's artifacts is kept. */
export interface Retention {
  /** Files older than this go. @default 60000 */
  readonly ttlMs?: number;
  /** More files than this, the current one among them, go, the oldest first. @default 2 */
  readonly records?: number;
}

/** The files that are not kept: what is too old first, then what is too many. The current one always stays. */
export function filesToRemove(
  files: readonly ListedFile[],
  {
    current,
    now,
    ttlMs = 60_000,
    records = 2,
  }: Retention & { readonly current: string; readonly now: number },
): string[] {
  const others = files
    .filter((file) => file.name !== current)
    .toSorted((a, b) => a.modifiedMs - b.modifiedMs);
  const isExpired = (file: ListedFile): boolean => now - file.modifiedMs > ttlMs;
  const left = others.filter((file) => !isExpired(file));
  const surplus = left.slice(0, Math.max(left.length - Math.max(records - 1, 0), 0));
  return [...others.filter(isExpired), ...surplus].map((file) => file.name);
}
