import { keptOrNot } from '../ignore/filter-tree.ts';
import {
  createRules,
  type IgnoreMatcher,
  type IgnoreRulesOptions,
  readIgnoreFiles,
} from '../ignore/ignore-rules.ts';
import type { IgnorePattern } from '../ignore/pattern.ts';
import type { FileTree } from '../tree/file-tree.ts';
import { MemoryTree, MemoryTreeBuilder } from '../tree/memory-tree.ts';
import { createBreather } from './breather.ts';

/**
 * What `filterTree` does, for trees of tens of thousands of files: in slices of a few milliseconds, between which
 * others run.
 *
 * @throws The reason of the signal.
 */
export async function filterTreeAsync(
  tree: FileTree,
  matcher: IgnoreMatcher,
  signal?: AbortSignal,
): Promise<FileTree> {
  const breathe = createBreather(signal);
  const builder = new MemoryTreeBuilder();
  for (const kept of keptOrNot(tree, matcher)) {
    await breathe();
    if (kept) builder.add(...kept);
  }
  return new MemoryTree(builder);
}

/**
 * What `loadIgnoreRules` does, in slices as {@link filterTreeAsync}.
 *
 * @throws The reason of the signal.
 */
export async function loadIgnoreRulesAsync(
  tree: FileTree,
  options: IgnoreRulesOptions = {},
  signal?: AbortSignal,
): Promise<IgnoreMatcher> {
  const breathe = createBreather(signal);
  const patterns: IgnorePattern[] = [];
  for (const ofDirectory of readIgnoreFiles(tree)) {
    await breathe();
    patterns.push(...ofDirectory);
  }
  return createRules(patterns, options);
}
