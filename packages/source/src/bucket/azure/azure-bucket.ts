import { SourceError } from '../../errors.ts';
import { childOf, readXml, textOf } from '../../xml/read-elements.ts';
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
import { sharedKeyAuthorization } from './shared-key.ts';

const MAX_PAGE_BYTES = 32 * 1024 * 1024;
const VERSION = '2021-12-02';

/** Opens a container of Azure Blob Storage, by its REST API. */
export function openAzureBucket(source: BucketSource, open: OpenBucket): BucketClient {
  return new AzureBucket(source, open);
}

class AzureBucket implements BucketClient {
  readonly #source: BucketSource;
  readonly #open: OpenBucket;
  readonly #base: URL;
  readonly #account: string;

  constructor(source: BucketSource, open: OpenBucket) {
    this.#source = source;
    this.#open = open;
    const endpoint = endpointUrl(source);
    this.#account = accountOf(endpoint);
    this.#base = new URL(`${endpoint.href.replace(/\/+$/, '')}/${encodeURIComponent(source.bucket)}`);
  }

  /** By a list of one: a signature for the container may not ask for more. */
  async exists({ signal }: BucketCall = {}): Promise<boolean> {
    const answer = await this.#get(
      '',
      { restype: 'container', comp: 'list', maxresults: '1' },
      MAX_PAGE_BYTES,
      signal,
    );
    if (answer.status === 404) return false;
    this.#require(answer);
    return true;
  }

  async *list(prefix: string, { signal }: BucketCall = {}): AsyncGenerator<BucketObject> {
    const seen = new Set<string>();
    let marker = '';
    do {
      const query = {
        restype: 'container',
        comp: 'list',
        maxresults: '1000',
        ...(prefix !== '' && { prefix }),
        ...(marker !== '' && { marker }),
      };
      const answer = await this.#get('', query, MAX_PAGE_BYTES, signal);
      this.#require(answer);
      const page = readXml(
        Buffer.from(answer.data)
          .toString('utf8')
          .replace(/^\uFEFF/, ''),
      );
      if (page?.name !== 'EnumerationResults') throw this.#invalid();
      for (const blob of childOf(page, 'Blobs')?.children ?? []) {
        const properties = childOf(blob, 'Properties');
        const key = nameOf(textOf(blob, 'Name') ?? '', childOf(blob, 'Name')?.attributes ?? '');
        if (blob.name !== 'Blob' || key === '') continue;
        const [etag, size] = [textOf(properties, 'Etag'), textOf(properties, 'Content-Length')];
        yield { key, etag: bareEtag(etag), size: Number(size ?? 0) };
      }
      marker = textOf(page, 'NextMarker') ?? '';
      if (marker !== '' && seen.has(marker)) throw endless(this.#source);
      seen.add(marker);
    } while (marker !== '');
  }

  async get(key: string, { signal }: BucketCall = {}): Promise<ObjectContent | undefined> {
    const { maxFileBytes } = withDefaultLimits(this.#open.limits);
    const path = key
      .split('/')
      .map((part) => encodeURIComponent(part))
      .join('/');
    const answer = await this.#get(`/${path}`, {}, maxFileBytes, signal);
    if (answer.status === 404) return undefined;
    this.#require(answer);
    return { data: answer.data, etag: bareEtag(answer.headers.etag) };
  }

  #get(
    path: string,
    query: Readonly<Record<string, string>>,
    maxBytes: number,
    signal: AbortSignal | undefined,
  ): Promise<BucketAnswer> {
    const { credentials } = this.#open;
    const url = new URL(`${this.#base.href}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers = { 'x-ms-version': VERSION, 'x-ms-date': new Date().toUTCString() };
    let authorization: string | undefined;
    if (credentials && 'accountKey' in credentials)
      authorization = sharedKeyAuthorization(
        { url, account: this.#account, headers },
        credentials.accountKey,
      );
    if (credentials && 'token' in credentials) authorization = `Bearer ${credentials.token}`;
    if (credentials && 'sasKey' in credentials)
      for (const [name, value] of new URLSearchParams(credentials.sasKey.replace(/^\?/, '')))
        url.searchParams.set(name, value);
    const secretHeaders = authorization === undefined ? {} : { secretHeaders: { authorization } };
    return requestBucket(this.#open, { url, headers, maxBytes, signal, ...secretHeaders });
  }

  #require({ status, headers }: BucketAnswer): void {
    if (status === 200) return;
    const reason = String(headers['x-ms-error-code'] ?? '');
    throw statusError(this.#source, status, /^\w{1,80}$/.test(reason) ? reason : '');
  }

  #invalid(): SourceError {
    return new SourceError(
      'BUCKET_ANSWER_INVALID',
      `${this.#source.endpoint} answers with what is not of Azure Blob Storage`,
      { retry: 'backoff' },
    );
  }
}

/** A name that XML cannot hold comes percent-encoded. */
function nameOf(text: string, attributes: string): string {
  if (!/\bEncoded\s*=\s*"true"/i.test(attributes)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The account is the first label of the host; where the host is an address, as of an emulator, it is the first part of the path. */
function accountOf({ hostname, pathname }: URL): string {
  const isAddress = /^[\d.]+$/.test(hostname) || hostname.startsWith('[') || hostname === 'localhost';
  return (isAddress ? pathname.split('/')[1] : hostname.split('.')[0]) ?? '';
}
