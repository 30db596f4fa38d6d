import {
  type HttpClient,
  HttpError,
  type HttpResponse,
  isPassingStatus,
  retryAfterMs,
  retrying,
} from '@gitops-toolkit/core/http';
import { SourceError } from '../errors.ts';
import { type HttpFailureCodes, withCodes } from '../http-failure.ts';
import { MAX_URL_LENGTH } from '../url-length.ts';
import type { BucketAccess, BucketSource } from './bucket-source.ts';

/** What drivers open a bucket with. */
export interface OpenBucket extends BucketAccess {
  readonly http: HttpClient;
}

export const BUCKET_CODES: HttpFailureCodes = {
  HTTP_ADDRESS_REFUSED: 'BUCKET_CONNECTION_FAILED',
  HTTP_CONNECTION_FAILED: 'BUCKET_CONNECTION_FAILED',
  HTTP_ENCODING_INVALID: 'BUCKET_ANSWER_INVALID',
  HTTP_LIMIT: 'BUCKET_LIMIT',
  HTTP_PROXY_FAILED: 'BUCKET_CONNECTION_FAILED',
  HTTP_PROXY_INVALID: 'BUCKET_CONNECTION_FAILED',
  HTTP_REDIRECT_REFUSED: 'BUCKET_CONNECTION_FAILED',
  HTTP_TIMEOUT: 'BUCKET_TIMEOUT',
  HTTP_URL_INVALID: 'BUCKET_ENDPOINT_INVALID',
};

/** A GET of a storage's API. */
export interface BucketRequest {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secretHeaders?: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** An answer, read to its end. */
export interface BucketAnswer {
  readonly status: number;
  readonly headers: HttpResponse['headers'];
  readonly data: Uint8Array;
}

/**
 * Sends a GET, again where that may help, and reads the answer.
 *
 * @throws SourceError with the `BUCKET_` codes; the reason of the signal
 */
export async function requestBucket(
  { http, tls, proxy, timeouts, retries }: OpenBucket,
  { url, headers, secretHeaders, maxBytes, signal }: BucketRequest,
): Promise<BucketAnswer> {
  const attempt = async (): Promise<BucketAnswer> => {
    const response = await http.request({
      url,
      maxBytes,
      // A signature is over the address: another one is none of it.
      maxRedirects: 0,
      ...(headers && { headers }),
      ...(secretHeaders && { secretHeaders }),
      ...(tls && { tls }),
      ...(proxy && { proxy }),
      ...(timeouts && { timeouts }),
      ...(signal && { signal }),
    });
    const answer = { status: response.status, headers: response.headers, data: await response.bytes() };
    if (isPassingStatus(answer.status)) throw new PassingAnswer(answer);
    return answer;
  };
  return withCodes(BUCKET_CODES, async () => {
    try {
      return await retrying(attempt, {
        ...retries,
        mayPass: (error) => error instanceof PassingAnswer || isNetworkFailure(error),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (error instanceof PassingAnswer) return error.answer;
      throw error;
    }
  });
}

/** Whether the network has lost a request or its answer: the next may come through. */
export function isNetworkFailure(error: unknown): boolean {
  if (error instanceof HttpError)
    return error.code === 'HTTP_CONNECTION_FAILED' || error.code === 'HTTP_TIMEOUT';
  if (!(error instanceof SourceError)) return false;
  return (
    error.retry === 'backoff' &&
    (error.code === 'BUCKET_CONNECTION_FAILED' || error.code === 'BUCKET_TIMEOUT')
  );
}

/** An answer that may be another a moment later. */
class PassingAnswer extends Error {
  readonly answer: BucketAnswer;
  readonly retryAfterMs: number | undefined;

  constructor(answer: BucketAnswer) {
    super(`status ${answer.status}`);
    this.answer = answer;
    this.retryAfterMs = retryAfterMs(answer.headers['retry-after']);
  }
}

/** The error for an answer that is none that was hoped for. `reason` is the storage's own name for it. */
export function statusError(
  { endpoint, bucket }: Pick<BucketSource, 'endpoint' | 'bucket'>,
  status: number,
  reason: string,
): SourceError {
  const message = `${endpoint} answers ${status} for the bucket '${bucket}'${reason === '' ? '' : `: ${reason}`}`;
  if (status === 401 || status === 403) {
    return new SourceError('BUCKET_ACCESS_DENIED', message, {
      retry: 'backoff',
      hint: 'Check the credentials, and whether they may list and read the bucket.',
    });
  }
  if (status === 404) return new SourceError('BUCKET_NOT_FOUND', message, { retry: 'backoff' });
  return new SourceError('BUCKET_STATUS', message, { retry: 'backoff' });
}

/** The base URL of an endpoint, which may be a host alone. @throws SourceError `BUCKET_ENDPOINT_INVALID` */
export function endpointUrl({
  endpoint,
  insecure = false,
}: Pick<BucketSource, 'endpoint' | 'insecure'>): URL {
  const text = /^https?:\/\//.test(endpoint) ? endpoint : `${insecure ? 'http' : 'https'}://${endpoint}`;
  const url = text.length <= MAX_URL_LENGTH && URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'https:' || insecure) && url.username === '' && url.password === '')
    return url;
  throw new SourceError(
    'BUCKET_ENDPOINT_INVALID',
    `not the endpoint of a storage: ${JSON.stringify(endpoint.slice(0, 300))}`,
    { hint: 'It is a host with a port if need be, or a URL without a login; plain HTTP needs insecure.' },
  );
}

/** An entity tag without its quotes. */
export function bareEtag(etag: string | undefined): string {
  return (etag ?? '').replace(/^"(.*)"$/, '$1');
}
