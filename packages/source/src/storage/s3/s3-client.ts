import { createHash } from 'node:crypto';
import { awsSignature, awsTimestamp } from '@gitops-toolkit/auth';
import { type Clock, systemClock } from '@gitops-toolkit/core';
import {
  HttpClient,
  type HttpMethod,
  type HttpResponse,
  type Timeouts,
  type TlsIdentity,
} from '@gitops-toolkit/core/http';
import type { SourceErrorCode } from '../../errors.ts';
import { type HttpFailureCodes, withCodes } from '../../http-failure.ts';

/** Keys of a service that speaks S3. */
export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of keys that were lent for a while. */
  readonly sessionToken?: string;
}

/** Which bucket, and how it is reached. */
export interface S3ClientOptions {
  readonly bucket: string;
  /** Such as `https://minio.example.com`. @default that of AWS for the region */
  readonly endpoint?: string;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** A function is asked before each request: keys that are lent run out. */
  readonly credentials: S3Keys | (() => Promise<S3Keys>);
  readonly tls?: TlsIdentity;
  readonly timeouts?: Timeouts;
  readonly clock?: Clock;
}

/** One request to a bucket. */
export interface S3Request {
  readonly method: HttpMethod;
  /** @default the bucket itself */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Pieces of one body. */
  readonly body?: readonly Uint8Array[];
  /** Bytes of the answer's body. */
  readonly maxBytes: number;
  /** What failures on the way are called. */
  readonly code: SourceErrorCode;
  readonly signal?: AbortSignal;
}

const EMPTY_HASH = createHash('sha256').digest('hex');

/** Requests to one bucket, signed by Signature Version 4 and addressed by path: what all services that speak S3 understand. */
export class S3Client implements AsyncDisposable {
  readonly #options: S3ClientOptions;
  readonly #http: HttpClient;
  readonly #base: string;

  constructor(options: S3ClientOptions) {
    const { endpoint = `https://s3.${options.region ?? 'us-east-1'}.amazonaws.com`, bucket, clock } = options;
    this.#options = options;
    this.#base = `${endpoint.replace(/\/+$/, '')}/${encode(bucket)}`;
    this.#http = new HttpClient(clock ? { clock } : {});
  }

  /**
   * Sends a request and gives the head of the answer, whatever its status.
   *
   * @throws `SourceError` with the code of the request; what the function of the credentials throws; the reason of the signal.
   */
  async send(request: S3Request): Promise<HttpResponse> {
    const { tls, timeouts } = this.#options;
    const { method, key, query = {}, body, maxBytes, code, signal } = request;
    const path = key === undefined ? '' : `/${key.split('/').map(encode).join('/')}`;
    const url = new URL(`${this.#base}${path}`);
    // Written out: a form would have `+` for a space, which is not what is signed.
    url.search = Object.entries(query)
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .join('&');
    const secretHeaders = await this.#sign(url, request);
    return withCodes(codesOf(code), () =>
      this.#http.request({
        url,
        method,
        secretHeaders,
        maxRedirects: 0,
        maxBytes,
        ...(body ? { body: { pieces: inOrder(body), length: lengthOf(body) } } : {}),
        ...(tls ? { tls } : {}),
        ...(timeouts ? { timeouts } : {}),
        ...(signal ? { signal } : {}),
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http[Symbol.asyncDispose]();
  }

  async #sign(url: URL, { method, headers = {}, body }: S3Request): Promise<Record<string, string>> {
    const { credentials, region = 'us-east-1', clock = systemClock } = this.#options;
    const keys = typeof credentials === 'function' ? await credentials() : credentials;
    const timestamp = awsTimestamp(clock.now());
    const bodyHash = body ? hashOf(body) : EMPTY_HASH;
    const sent: Record<string, string> = {
      ...headers,
      'x-amz-content-sha256': bodyHash,
      'x-amz-date': timestamp,
      ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }),
    };
    const signed = { ...sent, host: url.host };
    const names = Object.keys(signed).toSorted().join(';');
    const scope = { service: 's3', region, timestamp };
    const signature = awsSignature({ method, url, headers: signed, bodyHash }, keys, scope);
    const credential = `${keys.accessKeyId}/${timestamp.slice(0, 8)}/${region}/s3/aws4_request`;
    return {
      ...sent,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
    };
  }
}

/** All failures on the way are of the one kind: what was asked for could not be read, or written. */
function codesOf(code: SourceErrorCode): HttpFailureCodes {
  return {
    HTTP_ADDRESS_REFUSED: code,
    HTTP_CONNECTION_FAILED: code,
    HTTP_ENCODING_INVALID: code,
    HTTP_LIMIT: code,
    HTTP_PROXY_FAILED: code,
    HTTP_PROXY_INVALID: code,
    HTTP_REDIRECT_REFUSED: code,
    HTTP_TIMEOUT: code,
    HTTP_URL_INVALID: code,
  };
}

/** As Signature Version 4 wants it: all but letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hashOf(body: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const piece of body) hash.update(piece);
  return hash.digest('hex');
}

function lengthOf(body: readonly Uint8Array[]): number {
  return body.reduce((sum, piece) => sum + piece.length, 0);
}

async function* inOrder(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
