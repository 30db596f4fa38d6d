import { OCIRepository } from '@gitops-toolkit/api';
import { controller, type ControllerBuilder, predicates } from '@gitops-toolkit/runtime';
import type { SharedControllerOptions } from '../shared-options.ts';
import { sourceDefaults } from '../source/source-options.ts';
import type { OciRepositoryOptions } from './options.ts';
import { OciRepositoryReconciler } from './reconcile.ts';

/** How {@link ociRepositoryController} is made: only the storage has no default. */
export type OciRepositoryControllerOptions = Partial<OciRepositoryOptions> &
  Pick<OciRepositoryOptions, 'storage'> &
  SharedControllerOptions;

/**
 * The controller of `OCIRepository` objects, for a manager.
 *
 * It runs an object when its spec changes, when somebody asks by annotation, and every `spec.interval`.
 */
export function ociRepositoryController(
  options: OciRepositoryControllerOptions,
): ControllerBuilder<OCIRepository> {
  const { concurrency = 2, retries, selection, ...rest } = options;
  let builder = controller(OCIRepository, new OciRepositoryReconciler({ ...sourceDefaults, ...rest }))
    .when(predicates.or(predicates.generationChanged, predicates.reconcileRequested))
    .concurrency(concurrency);
  if (retries) builder = builder.retries(retries);
  if (selection) builder = builder.selecting(selection);
  return builder;
}
