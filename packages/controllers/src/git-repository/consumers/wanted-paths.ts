import type { GitRepository } from '@gitops-toolkit/api';
import { normalizePath } from '@gitops-toolkit/core';
import type { CacheReader } from '@gitops-toolkit/runtime';
import { includePaths, type PathConsumer } from './path-consumer.ts';

/**
 * Annotation of a GitRepository: with `enabled` its artifact has the paths that its consumers declare, and those of
 * `spec.sparseCheckout`; all of the repository where there are none of both.
 */
export const CONSUMER_PATHS_ANNOTATION = 'source.gitops-toolkit.dev/consumer-paths';

/** What of a repository goes into its artifact; the whole where both are empty. */
export interface WantedPaths {
  /** As the object names them. Each has to be there. */
  readonly directories: readonly string[];
  /** What consumers declare, sorted. One of them that is wrong must not keep the others from theirs. */
  readonly optionalPaths: readonly string[];
}

/** Whether the paths of consumers decide what goes into the artifact. */
export function followsConsumers({ metadata }: GitRepository): boolean {
  return metadata.annotations?.[CONSUMER_PATHS_ANNOTATION] === 'enabled';
}

/** The paths that a repository is wanted with now. */
export function wantedPaths(
  object: GitRepository,
  cache: Pick<CacheReader, 'list'>,
  consumers: readonly PathConsumer[],
): WantedPaths {
  const { sparseCheckout: directories = [] } = object.spec;
  if (consumers.length === 0 || !followsConsumers(object)) return { directories, optionalPaths: [] };
  const declared = new Set<string>();
  for (const consumer of [...consumers, includePaths]) {
    for (const { namespace, name, path } of cache
      .list(consumer.kind)
      .flatMap((found) => consumer.pathsOf(found))) {
      if (name !== object.metadata.name || namespace !== object.metadata.namespace) continue;
      // As Flux takes them: from the root, whatever they begin with.
      const normal = normalizePath(path.replace(/^\/+/, ''));
      if (normal !== undefined) declared.add(normal);
    }
  }
  // Who wants the root wants everything.
  if (declared.has('')) return { directories: [], optionalPaths: [] };
  return { directories, optionalPaths: [...declared].sort() };
}
