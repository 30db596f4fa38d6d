import { Bucket } from '@gitops-toolkit/api';
import { controller, type ControllerBuilder, predicates } from '@gitops-toolkit/runtime';
import type { SharedControllerOptions } from '../shared-options.ts';
import { sourceDefaults } from '../source/source-options.ts';
import type { BucketOptions } from './options.ts';
import { BucketReconciler } from './reconcile.ts';

/** How {@link bucketController} is made: only the storage has no default. */
export type BucketControllerOptions = Partial<BucketOptions> &
  Pick<BucketOptions, 'storage'> &
  SharedControllerOptions;

/**
 * The controller of `Bucket` objects, for a manager.
 *
 * It runs an object when its spec changes, when somebody asks by annotation, and every `spec.interval`. Buckets of S3 need the
 * package `@aws-sdk/client-s3`.
 */
export function bucketController(options: BucketControllerOptions): ControllerBuilder<Bucket> {
  const { concurrency = 2, retries, selection, ...rest } = options;
  let builder = controller(Bucket, new BucketReconciler({ ...sourceDefaults, ...rest }))
    .when(predicates.or(predicates.generationChanged, predicates.reconcileRequested))
    .concurrency(concurrency);
  if (retries) builder = builder.retries(retries);
  if (selection) builder = builder.selecting(selection);
  return builder;
}
