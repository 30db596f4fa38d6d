import type { FileTree } from '@gitops-toolkit/core';
import { readInlineResources } from '../accumulate/read-resources.ts';
import { KustomizeError } from '../errors.ts';
import { KUSTOMIZATION_NAMES } from '../load/kustomization-file.ts';
import { namedText } from '../load/placed-text.ts';

/**
 * Every manifest below a directory, as `./` paths from it, in lexical order; a sub-directory that has a
 * kustomization is one entry.
 *
 * @throws KustomizeError for a YAML file that holds anything but Kubernetes objects.
 */
export function scanManifests(tree: FileTree, directory: string): string[] {
  return [...scan(tree, directory, '.')];
}

function* scan(tree: FileTree, directory: string, shown: string): Generator<string> {
  for (const entry of tree.list(directory)) {
    const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
    const name = `${shown}/${entry.name}`;
    if (entry.kind === 'directory') {
      if (hasKustomization(tree, path)) yield name;
      else yield* scan(tree, path, name);
    } else if (/\.ya?ml$/.test(entry.name)) {
      checkManifest(tree, path);
      yield name;
    }
  }
}

function hasKustomization(tree: FileTree, directory: string): boolean {
  return KUSTOMIZATION_NAMES.some((name) => tree.stat(`${directory}/${name}`)?.kind === 'file');
}

function checkManifest(tree: FileTree, path: string): void {
  const bytes = tree.read(path);
  if (!bytes)
    throw new KustomizeError('KUSTOMIZE_NOT_FOUND', `'/${path}' doesn't exist: no such file or directory`);
  try {
    readInlineResources(namedText(new TextDecoder().decode(bytes), path));
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    const problem = error.summary.replace(` in File: ${path}`, '');
    throw error.reworded(`failed to decode Kubernetes YAML from ${path}: ${problem}`);
  }
}
