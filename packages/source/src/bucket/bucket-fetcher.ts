import {
  type FileTree,
  formatRevision,
  MemoryTree,
  MemoryTreeBuilder,
  type Revision,
  SOURCE_IGNORE_FILE,
} from '@gitops-toolkit/core';
import { type AddressPolicy, HttpClient } from '@gitops-toolkit/core/http';
import { SourceError } from '../errors.ts';
import type { FetchedTree, FetchOptions, SourceFetcher } from '../source-fetcher.ts';
import type { BucketClient } from './bucket-client.ts';
import { type BucketIndex, bucketPatterns, hashIndex, indexObjects } from './bucket-index.ts';
import { type BucketAccess, type BucketSource, withDefaultLimits } from './bucket-source.ts';

/** The objects that a bucket had when it was looked at. */
export interface BucketRevision extends Revision {
  readonly source: BucketSource;
  readonly algorithm: 'sha256';
  /** Over keys and entity tags, as in Flux. */
  readonly hash: string;
  readonly index: BucketIndex;
}

/** What belongs to one fetch. */
export interface BucketFetchOptions extends FetchOptions, BucketAccess {
  /** What was fetched before: objects that did not change are taken from there. */
  readonly previous?: { readonly index: BucketIndex; readonly tree: FileTree };
  /** Objects that are fetched at a time. @default 100, as in Flux */
  readonly concurrency?: number;
}

/** The files of a bucket. What it is the revision of is what was fetched, which may be newer than what was looked at. */
export interface FetchedBucket extends FetchedTree {
  readonly found: BucketRevision;
  /** Objects that were not taken from before. */
  readonly downloaded: number;
}

/**
 * Reads buckets of S3, Google Cloud Storage and Azure Blob Storage; keeps connections open.
 *
 * @example
 * ```ts no-run
 * import { BucketFetcher } from '@gitops-toolkit/source/bucket';
 * await using fetcher = new BucketFetcher();
 * const credentials = { accessKeyId: 'me', secretAccessKey: 'secret' };
 * const source = { provider: 's3', endpoint: 's3.example.com', bucket: 'manifests', prefix: 'prod/' } as const;
 * const revision = await fetcher.resolve(source, { credentials });
 * const { tree } = await fetcher.fetch(revision, { credentials });
 * console.log(tree.size);
 * ```
 */
export class BucketFetcher
  implements SourceFetcher<BucketSource, BucketRevision, BucketFetchOptions>, AsyncDisposable
{
  readonly #http: HttpClient;

  /** @param addresses which addresses may be dialled. @default all */
  constructor({ addresses }: { readonly addresses?: AddressPolicy } = {}) {
    this.#http = new HttpClient(addresses ? { addresses } : {});
  }

  /**
   * Lists the objects that are wanted; of none the content is asked for, but that of `.sourceignore`.
   *
   * @throws SourceError with the `BUCKET_` codes; the reason of the signal
   */
  async resolve(source: BucketSource, options: BucketFetchOptions = {}): Promise<BucketRevision> {
    const { prefix = '', ignore, bucket, endpoint } = source;
    const call = options.signal ? { signal: options.signal } : {};
    const client = await this.#open(source, options);
    if (!(await client.exists(call)))
      throw new SourceError('BUCKET_NOT_FOUND', `bucket '${bucket}' not found at ${endpoint}`, {
        retry: 'backoff',
      });
    const ignoreFile = await client.get(SOURCE_IGNORE_FILE, call);
    const patterns = bucketPatterns(ignoreFile?.data, ignore);
    return revisionOf(source, await indexObjects(client.list(prefix, call), patterns, options.limits));
  }

  /**
   * Brings the objects of a revision. One that has changed meanwhile comes as it is now, one that is gone does not, and the
   * revision is that of what came.
   *
   * @throws SourceError with the `BUCKET_` codes; the reason of the signal
   */
  async fetch(revision: BucketRevision, options: BucketFetchOptions = {}): Promise<FetchedBucket> {
    const { previous } = options;
    const client = await this.#open(revision.source, options);
    const kept = new Map<string, Uint8Array>();
    for (const [key, etag] of revision.index) {
      const data = previous?.index.get(key) === etag ? previous.tree.read(key) : undefined;
      if (data) kept.set(key, data);
    }
    const wanted = [...revision.index.keys()].filter((key) => !kept.has(key));
    const fetched = await download(client, wanted, keptBytes(kept), options);
    const builder = new MemoryTreeBuilder();
    const index = new Map<string, string>();
    for (const [key, etag] of revision.index) {
      const content = kept.has(key) ? { data: kept.get(key), etag } : fetched.get(key);
      if (!content?.data) continue;
      builder.add(key, { data: content.data, mode: 0o644 });
      index.set(key, content.etag);
    }
    const found = revisionOf(revision.source, index);
    const tree = new MemoryTree(builder);
    return { tree, revision: formatRevision(found), found, downloaded: fetched.size, warnings: [] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http[Symbol.asyncDispose]();
  }

  async #open(source: BucketSource, options: BucketFetchOptions): Promise<BucketClient> {
    const open = { ...options, http: this.#http };
    if (source.provider === 's3') return (await import('./s3/s3-bucket.ts')).openS3Bucket(source, open);
    if (source.provider === 'google')
      return (await import('./google/google-bucket.ts')).openGoogleBucket(source, open);
    return (await import('./azure/azure-bucket.ts')).openAzureBucket(source, open);
  }
}

/** Fetches objects side by side; the first that fails ends it. */
async function download(
  client: BucketClient,
  keys: readonly string[],
  bytesBefore: number,
  { concurrency = 100, limits, signal }: BucketFetchOptions,
): Promise<Map<string, { data: Uint8Array; etag: string }>> {
  const { maxBytes } = withDefaultLimits(limits);
  const failed = new AbortController();
  const both = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const fetched = new Map<string, { data: Uint8Array; etag: string }>();
  const rest = keys.values();
  let bytes = bytesBefore;
  const work = async (): Promise<void> => {
    for (const key of rest) {
      both.throwIfAborted();
      const content = await client.get(key, { signal: both });
      if (!content) continue;
      bytes += content.data.length;
      if (bytes > maxBytes)
        throw new SourceError('BUCKET_LIMIT', `the bucket has more than ${maxBytes} bytes`, {
          hint: 'Leave objects out, or raise limits.maxBytes.',
        });
      fetched.set(key, content);
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, keys.length) }, () =>
    work().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  const ended = await Promise.allSettled(workers);
  signal?.throwIfAborted();
  if (ended.some(({ status }) => status === 'rejected')) throw failed.signal.reason;
  return fetched;
}

function keptBytes(kept: ReadonlyMap<string, Uint8Array>): number {
  return [...kept.values()].reduce((sum, data) => sum + data.length, 0);
}

function revisionOf(source: BucketSource, index: BucketIndex): BucketRevision {
  return { source, name: '', algorithm: 'sha256', hash: hashIndex(index), index };
}
