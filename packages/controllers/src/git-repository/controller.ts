import { GitRepository } from '@gitops-toolkit/api';
import {
  type CacheReader,
  controller,
  type ControllerBuilder,
  type ObjectKey,
  predicates,
} from '@gitops-toolkit/runtime';
import type { SharedControllerOptions } from '../shared-options.ts';
import { sourceDefaults } from '../source/source-options.ts';
import type { ConsumedPath } from './consumers/path-consumer.ts';
import { followsConsumers } from './consumers/wanted-paths.ts';
import { includesRepository } from './includes-repository.ts';
import type { GitRepositoryOptions } from './options.ts';
import { GitRepositoryReconciler } from './reconcile.ts';

/** How {@link gitRepositoryController} is made: only the storage has no default. */
export type GitRepositoryControllerOptions = Partial<GitRepositoryOptions> &
  Pick<GitRepositoryOptions, 'storage' | 'trees'> &
  SharedControllerOptions;

/**
 * The controller of `GitRepository` objects, for a manager.
 *
 * It runs an object when its spec changes, when somebody asks by annotation, every `spec.interval`, and when
 * a repository that it includes has a new artifact.
 */
export function gitRepositoryController(
  options: GitRepositoryControllerOptions,
): ControllerBuilder<GitRepository> {
  const { concurrency = 2, retries, selection, ...rest } = options;
  const reconciler = new GitRepositoryReconciler({
    ...sourceDefaults,
    ...rest,
  });
  let builder = controller(GitRepository, reconciler)
    .when(predicates.or(predicates.generationChanged, predicates.reconcileRequested))
    .watches(
      GitRepository,
      (changed, { cache }) =>
        cache
          .list(GitRepository, { namespace: changed.metadata.namespace ?? '' })
          .filter((object) => includesRepository(object, changed.metadata.name ?? ''))
          .map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name ?? '' })),
      { predicate: predicates.changed((object: GitRepository) => object.status?.artifact?.digest) },
    )
    .concurrency(concurrency);
  for (const consumer of rest.consumers ?? [])
    builder = builder.watches(
      consumer.kind,
      (changed, { cache }) => followers(consumer.pathsOf(changed), cache),
      {
        predicate: predicates.generationChanged,
      },
    );
  if (retries) builder = builder.retries(retries);
  if (selection) builder = builder.selecting(selection);
  return builder;
}

/** The repositories that have only what is read of them. */
function followers(paths: readonly ConsumedPath[], cache: CacheReader): ObjectKey[] {
  return paths
    .map(({ namespace, name }) => ({ namespace, name }))
    .filter((key) => {
      const repository = cache.get(GitRepository, key);
      return repository && followsConsumers(repository);
    });
}
