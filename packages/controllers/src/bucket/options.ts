import type { BucketFetcher, BucketLimits } from '@gitops-toolkit/source/bucket';
import type { CloudIdentityOptions } from '../source/cloud-identity.ts';
import type { SourceOptions } from '../source/source-options.ts';

/** What the reconciler of Buckets is made of. */
export interface BucketOptions extends SourceOptions, Partial<CloudIdentityOptions> {
  /** @default one of its own */
  readonly fetcher?: BucketFetcher;
  /** How much of a bucket may come. */
  readonly limits?: BucketLimits;
}
