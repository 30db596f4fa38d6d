import {
  type FileTree,
  filterTree,
  isEqual,
  joinPath,
  loadIgnoreRules,
  MemoryTree,
  normalizePath,
  type TreeInput,
  walkFiles,
} from '@gitops-toolkit/core';
import type { GitRepository } from '@gitops-toolkit/api';
import { ControllersError } from '../errors.ts';
import type { IncludedTree } from './include.ts';

/** Whether the fields that decide what goes into the artifact are as they were for the last one. */
export function isContentConfigObserved({ spec, status }: GitRepository): boolean {
  return (
    (spec.ignore ?? '') === (status?.observedIgnore ?? '') &&
    isEqual(spec.include ?? [], status?.observedInclude ?? []) &&
    isEqual(spec.sparseCheckout ?? [], status?.observedSparseCheckout ?? [])
  );
}

/** Records these fields as those that the artifact was made with. */
export function observeContentConfig(object: GitRepository): void {
  const { spec } = object;
  const status = (object.status ??= {});
  const observe = <K extends 'observedIgnore' | 'observedInclude' | 'observedSparseCheckout'>(
    key: K,
    value: NonNullable<GitRepository['status']>[K],
  ) => {
    if (value === undefined) delete status[key];
    else status[key] = value;
  };
  observe('observedIgnore', spec.ignore);
  observe('observedInclude', spec.include);
  observe('observedSparseCheckout', spec.sparseCheckout);
}

/** What of a checkout goes into the artifact: the wanted directories, with the includes put in, without what is ignored. */
export function artifactContent(
  object: GitRepository,
  checkout: FileTree,
  includes: readonly IncludedTree[],
): FileTree {
  const sparse = sparseTree(checkout, object.spec.sparseCheckout);
  const whole = includes.length === 0 ? sparse : withIncludes(sparse, includes);
  const { ignore } = object.spec;
  return filterTree(whole, loadIgnoreRules(whole, ignore === undefined ? {} : { ignore }));
}

function sparseTree(tree: FileTree, directories: readonly string[] | undefined): FileTree {
  if (!directories?.length) return tree;
  const wanted = directories.map((directory) => {
    const path = normalizePath(directory);
    // The same words whether it is missing or outside: an answer must not tell what is there.
    if (path === undefined || tree.stat(path)?.kind !== 'directory') {
      throw new ControllersError(
        'CONTROLLERS_PATH_NOT_FOUND',
        `sparse checkout directory '${directory}' does not exist in the repository`,
      );
    }
    return path;
  });
  // Like git's cone mode, files at the root are always there.
  return filterTree(tree, {
    ignores: (path) =>
      path.includes('/') &&
      !wanted.some((directory) => path === directory || path.startsWith(`${directory}/`) || directory === ''),
  });
}

function withIncludes(tree: FileTree, includes: readonly IncludedTree[]): FileTree {
  const files = new Map(inputsOf(tree, '', ''));
  for (const { tree: included, fromPath, toPath } of includes) {
    for (const [path, input] of inputsOf(included, fromPath, toPath)) files.set(path, input);
  }
  return new MemoryTree(files);
}

function* inputsOf(tree: FileTree, from: string, to: string): Generator<[string, TreeInput]> {
  for (const { path, kind, mode, target } of walkFiles(tree, from)) {
    const below = from === '' ? path : path.slice(from.length + 1);
    const place = joinPath(to, below);
    if (place === undefined) continue;
    if (kind === 'symlink' && target !== undefined) yield [place, { symlink: target }];
    const data = kind === 'file' ? tree.read(path) : undefined;
    if (data) yield [place, { data, mode }];
  }
}
