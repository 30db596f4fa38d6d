import { HelmRepository } from '@gitops-toolkit/api';
import { controller, type ControllerBuilder, predicates } from '@gitops-toolkit/runtime';
import type { SharedControllerOptions } from '../shared-options.ts';
import { sourceDefaults } from '../source/source-options.ts';
import type { HelmOptions } from './options.ts';
import { HelmRepositoryReconciler } from './reconcile.ts';

/** How {@link helmRepositoryController} is made: only the storage has no default. */
export type HelmRepositoryControllerOptions = Partial<HelmOptions> &
  Pick<HelmOptions, 'storage'> &
  SharedControllerOptions;

/**
 * The controller of `HelmRepository` objects, for a manager.
 *
 * It runs an object when its spec changes, when somebody asks by annotation, and every `spec.interval`, or every minute where
 * there is none. Those of the type `oci` are left alone.
 */
export function helmRepositoryController(
  options: HelmRepositoryControllerOptions,
): ControllerBuilder<HelmRepository> {
  const { concurrency = 2, retries, selection, ...rest } = options;
  let builder = controller(HelmRepository, new HelmRepositoryReconciler({ ...sourceDefaults, ...rest }))
    .when(predicates.or(predicates.generationChanged, predicates.reconcileRequested))
    .concurrency(concurrency);
  if (retries) builder = builder.retries(retries);
  if (selection) builder = builder.selecting(selection);
  return builder;
}
