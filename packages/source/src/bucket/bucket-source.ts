import type { Proxy, RetryOptions, Timeouts, TlsIdentity } from '@gitops-toolkit/core/http';

/** Whose storage it is: `s3` is any that speaks it. */
export type BucketProvider = 's3' | 'google' | 'azure';

/** A bucket, and which of its objects are wanted. */
export interface BucketSource {
  readonly provider: BucketProvider;
  /** A host with a port if need be, or a URL: `s3.example.com`, `https://account.blob.core.windows.net`. */
  readonly endpoint: string;
  readonly bucket: string;
  /** Of S3. @default 'us-east-1' */
  readonly region?: string;
  /** Only objects whose keys begin with it are listed. */
  readonly prefix?: string;
  /** Lines in the syntax of `.gitignore`, after those of the object `.sourceignore` of the bucket. */
  readonly ignore?: string;
  /** Plain HTTP. @default false */
  readonly insecure?: boolean;
}

/** What a bucket is got into with; for none, what anybody may read. */
export type BucketCredentials =
  /** S3 */
  | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
  /** A bearer token of Google or Azure. */
  | { readonly token: string }
  /** The key of a storage account of Azure, in base64. */
  | { readonly accountKey: string }
  /** A shared access signature of Azure: the query of a URL. */
  | { readonly sasKey: string };

/** How much of a bucket may come. Whatever is beyond fails with `BUCKET_LIMIT`. */
export interface BucketLimits {
  /** Objects that are listed. @default 100_000 */
  readonly maxObjects?: number;
  /** Objects that are wanted. @default 50_000 */
  readonly maxFiles?: number;
  /** Bytes of one of them. @default 64 MiB */
  readonly maxFileBytes?: number;
  /** Bytes of all of them. @default 256 MiB */
  readonly maxBytes?: number;
}

/** What belongs to one bucket: who asks, and how much may come. */
export interface BucketAccess {
  readonly credentials?: BucketCredentials;
  readonly tls?: TlsIdentity;
  readonly proxy?: Proxy;
  readonly timeouts?: Timeouts;
  /** How often a request is sent again that the network has lost, or that the storage puts off. */
  readonly retries?: RetryOptions;
  readonly limits?: BucketLimits;
}

/** The limits, each with a value. */
export function withDefaultLimits(limits: BucketLimits = {}): Required<BucketLimits> {
  return {
    maxObjects: 100_000,
    maxFiles: 50_000,
    maxFileBytes: 64 * 1024 * 1024,
    maxBytes: 256 * 1024 * 1024,
    ...limits,
  };
}
