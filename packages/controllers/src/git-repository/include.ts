import { type FileTree, isEqual, normalizePath } from '@gitops-toolkit/core';
import { GitRepository } from '@gitops-toolkit/api';
import type { ReconcileContext } from '@gitops-toolkit/runtime';
import { fetchArtifact } from '@gitops-toolkit/source';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';
import type { GitRepositoryOptions } from './options.ts';

type Artifact = NonNullable<NonNullable<GitRepository['status']>['artifact']>;

/** An artifact of another repository that becomes part of this one's. */
export interface Include {
  readonly artifact: Artifact;
  readonly fromPath: string;
  readonly toPath: string;
}

/** The files of an {@link Include}. */
export interface IncludedTree {
  readonly tree: FileTree;
  readonly fromPath: string;
  readonly toPath: string;
}

/**
 * Finds the artifacts that `spec.include` names.
 *
 * @throws ReconcileFailure `NotFound` or `NoArtifact` for the first that is not there.
 */
export function findIncludes(
  object: GitRepository,
  context: ReconcileContext,
  requeueAfterMs: number,
): Include[] {
  return (object.spec.include ?? []).map(({ repository, fromPath = '', toPath = repository.name }) => {
    const key = { namespace: object.metadata.namespace ?? '', name: repository.name };
    const included = context.cache.get(GitRepository, key);
    const artifact = included?.status?.artifact;
    const [from, to] = [normalizePath(fromPath), normalizePath(toPath)];
    if (artifact && from !== undefined && to !== undefined) return { artifact, fromPath: from, toPath: to };
    const [reason, what] = included ? ['NoArtifact', 'has no artifact'] : ['NotFound', 'does not exist'];
    throw new ReconcileFailure(reason, {
      cause: new ControllersError(
        'CONTROLLERS_INCLUDE_UNAVAILABLE',
        `include GitRepository/${key.namespace}/${key.name} ${what}`,
        { retry: 'backoff' },
      ),
      requeueAfterMs,
    });
  });
}

/** Whether the included artifacts are those that the object's own was made with. */
export function areIncludesCurrent(object: GitRepository, includes: readonly Include[]): boolean {
  const digests = (artifacts: readonly Artifact[]) =>
    artifacts.map(({ digest, revision }) => [revision, digest]);
  return isEqual(
    digests(includes.map((include) => include.artifact)),
    digests(object.status?.includedArtifacts ?? []),
  );
}

/** Fetches the trees of the includes. */
export function fetchIncludes(
  includes: readonly Include[],
  { trees, artifactAccess }: Pick<GitRepositoryOptions, 'trees' | 'artifactAccess'>,
  signal: AbortSignal,
): Promise<IncludedTree[]> {
  return Promise.all(
    includes.map(async ({ artifact, fromPath, toPath }) => {
      const tree = await fetchArtifact(artifact.url, {
        digest: artifact.digest,
        cache: trees,
        signal,
        access: artifactAccess,
      });
      return { tree, fromPath, toPath };
    }),
  );
}
