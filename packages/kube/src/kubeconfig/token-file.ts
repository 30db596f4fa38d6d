import type { Clock } from '@gitops-toolkit/core';
import type { TokenSource } from '../cluster-config.ts';
import { keepFresh } from './keep-fresh.ts';

/** Reads a file as text. */
export type ReadFile = (path: string) => Promise<string>;

/** A token source over a file that is rotated. */
export function tokenFile(path: string, readFile: ReadFile, clock?: Clock): Exclude<TokenSource, string> {
  return keepFresh(async () => (await readFile(path)).trim(), clock);
}
