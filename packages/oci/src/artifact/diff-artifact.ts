import { type FileTree, walkFiles } from '@gitops-toolkit/core';
import type { OciRepository } from '../repository.ts';
import { pullArtifact, type PullArtifactOptions } from './pull-artifact.ts';

/** How files differ from those of an artifact. All paths are sorted. */
export interface ArtifactDifference {
  /** Of the artifact that was compared with. */
  readonly digest: string;
  /** Only in the files. */
  readonly added: readonly string[];
  /** Only in the artifact. */
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/**
 * Compares files with the artifact under a tag or a digest, by content; symlinks are in no artifact.
 *
 * @throws what {@link pullArtifact} throws
 */
export async function diffArtifact(
  repository: OciRepository,
  reference: string,
  tree: FileTree,
  options: PullArtifactOptions = {},
): Promise<ArtifactDifference> {
  const { digest, tree: remote } = await pullArtifact(repository, reference, options);
  const [here, there] = [pathsOf(tree), pathsOf(remote)];
  const both = here.filter((path) => remote.stat(path)?.kind === 'file');
  return {
    digest,
    added: here.filter((path) => remote.stat(path)?.kind !== 'file'),
    removed: there.filter((path) => tree.stat(path)?.kind !== 'file'),
    changed: both.filter((path) => !isSame(tree.read(path), remote.read(path))),
  };
}

function pathsOf(tree: FileTree): string[] {
  const paths: string[] = [];
  for (const { path, kind } of walkFiles(tree)) if (kind === 'file') paths.push(path);
  return paths.toSorted();
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}
