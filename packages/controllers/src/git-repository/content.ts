import {
  type FileTree,
  isEqual,
  isSameOrBelow,
  MemoryTree,
  MemoryTreeBuilder,
  normalizePath,
} from '@gitops-toolkit/core';
import type { GitRepository } from '@gitops-toolkit/api';
import { copyTree, filterTreeAsync, loadIgnoreRulesAsync } from '@gitops-toolkit/core/node';
import type { GitPaths } from '@gitops-toolkit/source';
import { ControllersError } from '../errors.ts';
import type { WantedPaths } from './consumers/wanted-paths.ts';
import type { IncludedTree } from './include.ts';

/** Whether what decides what goes into the artifact is as it was for the last one. */
export function isContentConfigObserved({ spec, status }: GitRepository, wanted: WantedPaths): boolean {
  return (
    (spec.ignore ?? '') === (status?.observedIgnore ?? '') &&
    isEqual(spec.include ?? [], status?.observedInclude ?? []) &&
    isEqual(namesOf(wanted), status?.observedSparseCheckout ?? []) &&
    (spec.recurseSubmodules ?? false) === (status?.observedRecurseSubmodules ?? false)
  );
}

/** Records this as what the artifact was made with. */
export function observeContentConfig(object: GitRepository, wanted: WantedPaths): void {
  const { spec } = object;
  const status = (object.status ??= {});
  const observe = <K extends `observed${'Ignore' | 'Include' | 'RecurseSubmodules' | 'SparseCheckout'}`>(
    key: K,
    value: NonNullable<GitRepository['status']>[K],
  ) => {
    if (value === undefined) delete status[key];
    else status[key] = value;
  };
  observe('observedIgnore', spec.ignore);
  observe('observedInclude', spec.include);
  observe('observedRecurseSubmodules', spec.recurseSubmodules);
  const names = namesOf(wanted);
  observe('observedSparseCheckout', names.length > 0 ? names : undefined);
}

function namesOf({ directories, optionalPaths }: WantedPaths): string[] {
  return [...directories, ...optionalPaths];
}

/**
 * The paths that need be fetched, where that can be told before: of a repository that is joined with others, only the whole
 * says what is ignored.
 */
export function pathsOf({ spec }: GitRepository, wanted: WantedPaths): GitPaths | undefined {
  const { ignore, include = [], recurseSubmodules = false } = spec;
  const isJoined = include.length > 0 || recurseSubmodules;
  if (isJoined || (ignore === undefined && namesOf(wanted).length === 0)) return undefined;
  return { ...wanted, ignoreFiles: true, ...(ignore !== undefined && { ignore }) };
}

/** What of a checkout goes into the artifact: the wanted directories, with the includes put in, without what is ignored. */
export async function artifactContent(
  object: GitRepository,
  checkout: FileTree,
  includes: readonly IncludedTree[],
  paths: WantedPaths,
): Promise<FileTree> {
  const sparse = await sparseTree(checkout, paths);
  const whole = includes.length === 0 ? sparse : await withIncludes(sparse, includes);
  const { ignore } = object.spec;
  const rules = await loadIgnoreRulesAsync(whole, ignore === undefined ? {} : { ignore });
  return filterTreeAsync(whole, rules);
}

async function sparseTree(tree: FileTree, paths: WantedPaths): Promise<FileTree> {
  if (namesOf(paths).length === 0) return tree;
  const wanted = [...paths.directories.map((name) => requireDirectory(tree, name)), ...paths.optionalPaths];
  // Like git's cone mode, files at the root are always there.
  const isWanted = (path: string) => wanted.some((root) => isSameOrBelow(path, root));
  const leadsToWanted = (path: string) => wanted.some((root) => root.startsWith(`${path}/`));
  return filterTreeAsync(tree, {
    ignores: (path, isDirectory) =>
      !isWanted(path) && (isDirectory ? !leadsToWanted(path) : path.includes('/')),
  });
}

function requireDirectory(tree: FileTree, directory: string): string {
  const path = normalizePath(directory);
  if (path !== undefined && tree.resolve(path) === path && tree.stat(path)?.kind === 'directory') return path;
  // The same words whether it is missing, outside or behind a symlink: an answer must not tell what is there.
  throw new ControllersError(
    'CONTROLLERS_PATH_NOT_FOUND',
    `sparse checkout directory '${directory}' does not exist in the repository`,
  );
}

async function withIncludes(tree: FileTree, includes: readonly IncludedTree[]): Promise<FileTree> {
  const builder = new MemoryTreeBuilder();
  await copyTree(builder, tree);
  for (const { tree: included, fromPath, toPath } of includes)
    await copyTree(builder, included, { from: fromPath, at: toPath }).catch((cause: unknown) => {
      if (!(cause instanceof RangeError)) throw cause;
      throw new ControllersError(
        'CONTROLLERS_INCLUDE_CONFLICT',
        `nothing can be included at '${toPath}': ${cause.message}`,
        { cause, hint: 'Give the include another toPath, or remove the file from the repository.' },
      );
    });
  return new MemoryTree(builder);
}
