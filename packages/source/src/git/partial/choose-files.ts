import {
  baseName,
  type IgnoreMatcher,
  MemoryTree,
  normalizePath,
  SOURCE_IGNORE_FILE,
} from '@gitops-toolkit/core';
import { createBreather, loadIgnoreRulesAsync } from '@gitops-toolkit/core/node';
import { SourceError } from '../../errors.ts';
import { readFiles } from '../build-tree.ts';
import type { TreeFile, WalkOptions } from '../list-tree.ts';
import type { ChosenFiles } from './chosen-files.ts';
import { hasIgnoreRules } from './git-paths.ts';
import type { PartialStore } from './partial-store.ts';

/**
 * Chooses among the files of a commit, and has the contents of those brought that are chosen.
 *
 * @throws `GIT_PATH_NOT_FOUND`, `GIT_LIMIT`, `GIT_OBJECT_MISMATCH`, and what the remote throws.
 */
export async function chooseFiles(
  files: readonly TreeFile[],
  store: PartialStore,
  options: WalkOptions,
): Promise<ChosenFiles> {
  const wanted = below(files, store);
  const rules = await ignoreRules(wanted, store, options);
  await store.bring(rules ? await withoutIgnored(wanted, rules, options.signal) : wanted);
  return { files: wanted, ...(rules && { rules }) };
}

/** The files at the root and those at and below the wanted paths. */
function below(files: readonly TreeFile[], { paths, wanted }: PartialStore): readonly TreeFile[] {
  for (const directory of paths.directories ?? []) requireDirectory(files, directory);
  return wanted ? files.filter(({ path }) => !path.includes('/') || wanted.includes(path)) : files;
}

function requireDirectory(files: readonly TreeFile[], directory: string): void {
  const root = normalizePath(directory);
  const isThere = files.some((file) => file.kind !== 'submodule' && file.path.startsWith(`${root}/`));
  if (root !== undefined && (root === '' || isThere)) return;
  // The same words whether it is missing, outside or behind a symlink: an answer must not tell what is there.
  throw new SourceError(
    'GIT_PATH_NOT_FOUND',
    `the directory ${JSON.stringify(directory)} does not exist in the repository`,
  );
}

/** The rules of Flux for these files; `undefined` where none are asked for. */
async function ignoreRules(
  files: readonly TreeFile[],
  store: PartialStore,
  options: WalkOptions,
): Promise<IgnoreMatcher | undefined> {
  if (!hasIgnoreRules(store.paths)) return undefined;
  const { ignore, ignoreFiles = ignore !== undefined } = store.paths;
  const tree = ignoreFiles ? await treeOfIgnoreFiles(files, store, options) : MemoryTree.from({});
  return loadIgnoreRulesAsync(tree, ignore === undefined ? {} : { ignore }, options.signal);
}

async function treeOfIgnoreFiles(
  files: readonly TreeFile[],
  store: PartialStore,
  options: WalkOptions,
): Promise<MemoryTree> {
  const own = files.filter(({ path }) => baseName(path) === SOURCE_IGNORE_FILE);
  // Where a link leads to is known only when all is there.
  const needed = own.some(({ kind }) => kind === 'symlink') ? files : own;
  await store.bring(needed);
  return readFiles(store, needed, options);
}

async function withoutIgnored(
  files: readonly TreeFile[],
  rules: IgnoreMatcher,
  signal?: AbortSignal,
): Promise<readonly TreeFile[]> {
  const breathe = createBreather(signal);
  const kept: TreeFile[] = [];
  for (const file of files) {
    if (!rules.ignores(file.path, false)) kept.push(file);
    await breathe();
  }
  return kept;
}
