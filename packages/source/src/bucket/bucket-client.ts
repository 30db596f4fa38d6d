/** An object of a bucket, as a list tells of it. */
export interface BucketObject {
  readonly key: string;
  /** What changes with the content; no hash of it. Without quotes. */
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
}

/** The content of an object, and the entity tag that it has. */
export interface ObjectContent {
  readonly data: Uint8Array;
  readonly etag: string;
}

/** What a call takes. */
export interface BucketCall {
  readonly signal?: AbortSignal;
}

/** One bucket of one kind of storage. All calls throw SourceError with the `BUCKET_` codes, or the reason of their signal. */
export interface BucketClient {
  /** Whether there is such a bucket. */
  exists(call?: BucketCall): Promise<boolean>;
  /** All objects whose keys begin with the prefix, page by page. */
  list(prefix: string, call?: BucketCall): AsyncIterable<BucketObject>;
  /** An object as it is now: content and entity tag of the same moment. `undefined` where it is gone. */
  get(key: string, call?: BucketCall): Promise<ObjectContent | undefined>;
}
