/**
 * Buckets as sources: S3 and whatever speaks it, Google Cloud Storage, Azure Blob Storage.
 *
 * @module
 */
export type { BucketIndex } from './bucket-index.ts';
export {
  BucketFetcher,
  type BucketFetchOptions,
  type BucketRevision,
  type FetchedBucket,
} from './bucket-fetcher.ts';
export type {
  BucketAccess,
  BucketCredentials,
  BucketLimits,
  BucketProvider,
  BucketSource,
} from './bucket-source.ts';
