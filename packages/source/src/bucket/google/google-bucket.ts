import { isRecord } from '@gitops-toolkit/core';
import { SourceError } from '../../errors.ts';
import type { BucketCall, BucketClient, BucketObject, ObjectContent } from '../bucket-client.ts';
import {
  bareEtag,
  type BucketAnswer,
  endpointUrl,
  type OpenBucket,
  requestBucket,
  statusError,
} from '../bucket-http.ts';
import { type BucketSource, withDefaultLimits } from '../bucket-source.ts';
import { endless } from '../s3/s3-bucket.ts';

const MAX_PAGE_BYTES = 16 * 1024 * 1024;
/** Looks at an object that changes all the time. */
const MAX_LOOKS = 4;

/** What the JSON API says of an object. */
interface ObjectResource {
  readonly name: string;
  readonly etag: string;
  readonly size: number;
  readonly generation: string;
}

/** Opens a bucket of Google Cloud Storage, by its JSON API. */
export function openGoogleBucket(source: BucketSource, open: OpenBucket): BucketClient {
  return new GoogleBucket(source, open);
}

class GoogleBucket implements BucketClient {
  readonly #source: BucketSource;
  readonly #open: OpenBucket;
  readonly #base: string;

  constructor(source: BucketSource, open: OpenBucket) {
    this.#source = source;
    this.#open = open;
    this.#base = new URL(`/storage/v1/b/${encodeURIComponent(source.bucket)}`, endpointUrl(source)).href;
  }

  async exists({ signal }: BucketCall = {}): Promise<boolean> {
    const answer = await this.#get(`${this.#base}?fields=name`, MAX_PAGE_BYTES, signal);
    if (answer.status === 404) return false;
    this.#require(answer);
    return true;
  }

  async *list(prefix: string, { signal }: BucketCall = {}): AsyncGenerator<BucketObject> {
    const seen = new Set<string>();
    let token: string | undefined;
    do {
      const query = new URLSearchParams({
        fields: 'kind,items(name,etag,size,generation),nextPageToken',
        ...(prefix !== '' && { prefix }),
        ...(token !== undefined && { pageToken: token }),
      });
      const answer = await this.#get(`${this.#base}/o?${query.toString()}`, MAX_PAGE_BYTES, signal);
      this.#require(answer);
      const page = this.#json(answer);
      // What is no list must not pass for an empty bucket.
      if (page['kind'] !== 'storage#objects') throw this.#invalid();
      for (const item of Array.isArray(page['items']) ? page['items'] : []) {
        const { name: key, etag, size } = this.#resource(item);
        yield { key, etag, size };
      }
      const next = page['nextPageToken'];
      token = typeof next === 'string' && next !== '' ? next : undefined;
      if (token !== undefined && seen.has(token)) throw endless(this.#source);
      if (token !== undefined) seen.add(token);
    } while (token !== undefined);
  }

  /** The content of the generation that the entity tag is of: asked for again where another one has come in between. */
  async get(key: string, { signal }: BucketCall = {}): Promise<ObjectContent | undefined> {
    const url = `${this.#base}/o/${encodeURIComponent(key)}`;
    const { maxFileBytes } = withDefaultLimits(this.#open.limits);
    for (let look = 0; look < MAX_LOOKS; look++) {
      const about = await this.#get(`${url}?fields=name,etag,size,generation`, MAX_PAGE_BYTES, signal);
      if (about.status === 404) return undefined;
      this.#require(about);
      const { etag, generation } = this.#resource(this.#json(about));
      const media = await this.#get(`${url}?alt=media&ifGenerationMatch=${generation}`, maxFileBytes, signal);
      if (media.status === 404 || media.status === 412) continue;
      this.#require(media);
      return { data: media.data, etag };
    }
    throw new SourceError(
      'BUCKET_STATUS',
      `the object ${JSON.stringify(key.slice(0, 300))} changes all the time`,
      {
        retry: 'backoff',
      },
    );
  }

  #get(url: string, maxBytes: number, signal: AbortSignal | undefined): Promise<BucketAnswer> {
    const { credentials } = this.#open;
    return requestBucket(this.#open, {
      url: new URL(url),
      maxBytes,
      signal,
      ...(credentials &&
        'token' in credentials && { secretHeaders: { authorization: `Bearer ${credentials.token}` } }),
    });
  }

  #require({ status, data }: BucketAnswer): void {
    if (status === 200) return;
    const reason = /"reason"\s*:\s*"(\w{1,80})"/.exec(Buffer.from(data).toString('utf8'))?.[1] ?? '';
    throw statusError(this.#source, status, reason);
  }

  #json({ data }: BucketAnswer): Record<string, unknown> {
    try {
      const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
      if (isRecord(value)) return value;
    } catch {
      // Said below.
    }
    throw this.#invalid();
  }

  #resource(value: unknown): ObjectResource {
    const { name, etag, size, generation } = isRecord(value) ? value : {};
    if (typeof name !== 'string' || !/^\d{1,30}$/.test(String(generation))) throw this.#invalid();
    return {
      name,
      etag: bareEtag(typeof etag === 'string' ? etag : ''),
      size: Number(size ?? 0),
      generation: String(generation),
    };
  }

  #invalid(): SourceError {
    return new SourceError(
      'BUCKET_ANSWER_INVALID',
      `${this.#source.endpoint} answers with what is not of Google Cloud Storage`,
      { retry: 'backoff' },
    );
  }
}
