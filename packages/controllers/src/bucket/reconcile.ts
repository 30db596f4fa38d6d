import type { Bucket } from '@gitops-toolkit/api';
import { HttpClient } from '@gitops-toolkit/core/http';
import type { ReconcileContext, Result } from '@gitops-toolkit/runtime';
import type { BucketFetcher } from '@gitops-toolkit/source/bucket';
import { SourceReconciler } from '../source/source-reconciler.ts';
import type { SourceSteps } from '../source/source-run.ts';
import type { BucketOptions } from './options.ts';
import type { StoredIndex } from './steps.ts';

/** More than a program has buckets. */
const MAX_STORED = 1000;

/** Keeps an artifact of the objects in a `Bucket`: lists them, and fetches those that have changed. */
export class BucketReconciler extends SourceReconciler<Bucket> {
  readonly #options: BucketOptions;
  readonly #stored = new Map<string, StoredIndex>();
  #ownFetcher: BucketFetcher | undefined;
  #http: HttpClient | undefined;

  constructor(options: BucketOptions) {
    super(options);
    this.#options = options;
  }

  override async reconcile(object: Bucket, context: ReconcileContext): Promise<Result | void> {
    if (object.metadata.deletionTimestamp) this.#stored.delete(object.metadata.uid ?? '');
    return super.reconcile(object, context);
  }

  protected async steps(): Promise<SourceSteps<Bucket>> {
    const { BucketFetcher } = await import('@gitops-toolkit/source/bucket');
    const { bucketSteps } = await import('./steps.ts');
    const { addresses, fetcher: given } = this.#options;
    const fetcher = (this.#ownFetcher ??= given ?? new BucketFetcher(addresses ? { addresses } : {}));
    const http = (this.#http ??= this.#options.http ?? new HttpClient());
    if (this.#stored.size > MAX_STORED) this.#stored.clear();
    return bucketSteps({ ...this.#options, fetcher, http, stored: this.#stored });
  }
}
