import type { S3Client } from '@aws-sdk/client-s3';
import { type RetryOptions, retrying } from '@gitops-toolkit/core/http';
import { SourceError } from '../../errors.ts';
import type { BucketCall, BucketClient, BucketObject, ObjectContent } from '../bucket-client.ts';
import { bareEtag, endpointUrl, isNetworkFailure, type OpenBucket, statusError } from '../bucket-http.ts';
import { type BucketSource, withDefaultLimits } from '../bucket-source.ts';
import { sdkHandler } from './http-handler.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

/** A page of a list is some hundred bytes an object. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;
/** Hosts whose buckets have names of their own under them. */
const AWS = /(^|\.)amazonaws\.com(\.cn)?$/;

/** Opens a bucket of a storage that speaks S3. Loads `@aws-sdk/client-s3`, which has to be installed beside this package. */
export async function openS3Bucket(source: BucketSource, open: OpenBucket): Promise<BucketClient> {
  const sdk = await loadSdk();
  return new S3Bucket(sdk, source, open);
}

async function loadSdk(): Promise<Sdk> {
  try {
    return await import('@aws-sdk/client-s3');
  } catch (cause) {
    throw new SourceError('BUCKET_DRIVER_MISSING', 'buckets of S3 need the package @aws-sdk/client-s3', {
      cause,
      hint: 'npm install @aws-sdk/client-s3',
    });
  }
}

class S3Bucket implements BucketClient {
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #source: BucketSource;
  readonly #maxFileBytes: number;
  readonly #retries: RetryOptions;

  constructor(sdk: Sdk, source: BucketSource, open: OpenBucket) {
    this.#sdk = sdk;
    this.#source = source;
    this.#maxFileBytes = withDefaultLimits(open.limits).maxFileBytes;
    const endpoint = endpointUrl(source);
    const isAws = AWS.test(endpoint.hostname);
    const { credentials, retries = {} } = open;
    this.#retries = retries;
    this.#client = new sdk.S3Client({
      region: source.region ?? 'us-east-1',
      // AWS has an endpoint a region; others take what is asked of them.
      ...(isAws ? { followRegionRedirects: true } : { endpoint: endpoint.href, forcePathStyle: true }),
      ...(credentials && 'accessKeyId' in credentials
        ? { credentials }
        : {
            credentials: { accessKeyId: '', secretAccessKey: '' },
            signer: { sign: async (request) => request },
          }),
      requestHandler: sdkHandler(open, Math.max(this.#maxFileBytes, MAX_PAGE_BYTES)),
      // Of answers only: what the network loses, and bodies that break off, are none of the SDK's concern.
      ...(retries.retries !== undefined && { maxAttempts: retries.retries + 1 }),
      // Storages that are like S3 do not all know the newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  exists({ signal }: BucketCall = {}): Promise<boolean> {
    const { bucket: Bucket } = this.#source;
    return this.#trying(signal, async () => {
      try {
        await this.#client.send(new this.#sdk.HeadBucketCommand({ Bucket }), abortable(signal));
        return true;
      } catch (error) {
        if (statusOf(error) === 404) return false;
        throw error;
      }
    });
  }

  async *list(prefix: string, { signal }: BucketCall = {}): AsyncGenerator<BucketObject> {
    const input = { Bucket: this.#source.bucket, ...(prefix !== '' && { Prefix: prefix }) };
    const seen = new Set<string>();
    let token: string | undefined;
    do {
      const page = await this.#page(
        { ...input, ...(token !== undefined && { ContinuationToken: token }) },
        signal,
      );
      for (const { Key: key, ETag: etag, Size: size = 0 } of page.Contents ?? [])
        if (key !== undefined) yield { key, etag: bareEtag(etag), size };
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
      // The same page twice would never end.
      if (token !== undefined && seen.has(token)) throw endless(this.#source);
      if (token !== undefined) seen.add(token);
    } while (token !== undefined);
  }

  get(key: string, { signal }: BucketCall = {}): Promise<ObjectContent | undefined> {
    const { bucket: Bucket } = this.#source;
    return this.#trying(signal, async () => {
      try {
        const command = new this.#sdk.GetObjectCommand({ Bucket, Key: key });
        const found = await this.#client.send(command, abortable(signal));
        const data = await this.#read(key, found.Body as AsyncIterable<Uint8Array> | undefined);
        return { data, etag: bareEtag(found.ETag) };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  #page(
    input: { Bucket: string; Prefix?: string; ContinuationToken?: string },
    signal: AbortSignal | undefined,
  ) {
    return this.#trying(signal, async () => {
      const page = await this.#client.send(new this.#sdk.ListObjectsV2Command(input), abortable(signal));
      // What is no list, a page to sign in for example, must not pass for an empty bucket.
      if (page.IsTruncated === undefined && page.Name === undefined) throw notS3(this.#source);
      return page;
    });
  }

  /** Sends a request and reads its answer, again where the network has lost either. */
  #trying<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    const attempt = async (): Promise<T> => {
      try {
        return await run();
      } catch (error) {
        signal?.throwIfAborted();
        throw this.#failure(error);
      }
    };
    const options = { ...this.#retries, mayPass: isNetworkFailure, ...(signal && { signal }) };
    return retrying(attempt, options);
  }

  async #read(key: string, body: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of body ?? []) {
      size += piece.length;
      if (size > this.#maxFileBytes) throw tooLarge(key, this.#maxFileBytes);
      pieces.push(piece);
    }
    return Buffer.concat(pieces, size);
  }

  #failure(error: unknown): unknown {
    if (error instanceof SourceError) return error;
    const cause = (error as { cause?: unknown }).cause;
    if (cause instanceof SourceError) return cause;
    const status = statusOf(error);
    const { name = '' } = error as { name?: string };
    if (status !== undefined)
      return statusError(this.#source, status, /^[\w.]{1,80}$/.test(name) ? name : '');
    return new SourceError(
      'BUCKET_ANSWER_INVALID',
      `${this.#source.endpoint} answers with what is not S3's`,
      {
        cause: error,
        retry: 'backoff',
      },
    );
  }
}

function notS3({ endpoint }: BucketSource, cause?: unknown): SourceError {
  return new SourceError('BUCKET_ANSWER_INVALID', `${endpoint} answers with what is not S3's`, {
    retry: 'backoff',
    ...(cause !== undefined && { cause }),
  });
}

/** The error for an object of more bytes than may come. */
export function tooLarge(key: string, limit: number): SourceError {
  return new SourceError(
    'BUCKET_LIMIT',
    `the object ${JSON.stringify(key.slice(0, 300))} has more than ${limit} bytes`,
    {
      hint: 'Leave it out with `.sourceignore` or spec.ignore, or raise limits.maxFileBytes.',
    },
  );
}

/** The error for a list whose pages come again. */
export function endless({ endpoint, bucket }: BucketSource): SourceError {
  return new SourceError('BUCKET_ANSWER_INVALID', `${endpoint} lists the bucket '${bucket}' without an end`);
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}
