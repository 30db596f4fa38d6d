import {
  type HttpClient,
  HttpError,
  type HttpErrorCode,
  type HttpMethod,
  type HttpResponse,
  isPassingStatus,
  type Proxy,
  type RequestBody,
  retryAfterMs,
  retrying,
  type RetryOptions,
  type Timeouts,
  type TlsIdentity,
  withBody,
} from '@gitops-toolkit/core/http';
import { OciError, type OciErrorCode } from './errors.ts';

/** How a registry is reached. */
export interface RegistryHttpOptions {
  readonly client: HttpClient;
  /** `https://ghcr.io` */
  readonly base: string;
  readonly tls?: TlsIdentity;
  readonly proxy?: Proxy;
  readonly timeouts?: Timeouts;
  readonly retries?: RetryOptions;
}

/** A request to a registry, or to what it sends its clients to. */
export interface RegistryRequest {
  /** Of the registry itself: `/v2/…`, with the query. */
  readonly path?: string;
  /** In place of `path`: an address that the registry gave. */
  readonly url?: URL;
  readonly method?: HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secretHeaders?: Readonly<Record<string, string>>;
  /** Made anew for each try. A stream has one try. */
  readonly body?: RequestBody;
  /** Not tried again. @default false */
  readonly once?: boolean;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

const CODES: Readonly<Record<HttpErrorCode, OciErrorCode>> = {
  HTTP_ADDRESS_REFUSED: 'OCI_CONNECTION_FAILED',
  HTTP_CONNECTION_FAILED: 'OCI_CONNECTION_FAILED',
  HTTP_ENCODING_INVALID: 'OCI_ANSWER_INVALID',
  HTTP_LIMIT: 'OCI_LIMIT',
  HTTP_PROXY_FAILED: 'OCI_CONNECTION_FAILED',
  HTTP_PROXY_INVALID: 'OCI_CONNECTION_FAILED',
  HTTP_REDIRECT_REFUSED: 'OCI_CONNECTION_FAILED',
  HTTP_TIMEOUT: 'OCI_TIMEOUT',
  HTTP_URL_INVALID: 'OCI_REFERENCE_INVALID',
};

/** Sends requests to one registry, again where that may help. */
export class RegistryHttp {
  readonly #options: Omit<RegistryHttpOptions, 'base'>;
  #base: string;

  constructor({ base, ...options }: RegistryHttpOptions) {
    this.#base = base;
    this.#options = options;
  }

  /** Where the registry is. */
  get base(): string {
    return this.#base;
  }

  /** From now on without TLS. */
  usePlainHttp(): void {
    this.#base = this.#base.replace(/^https:/, 'http:');
  }

  /**
   * Sends a request, and gives the answer whatever its status.
   *
   * @throws {@link OciError}; the reason of the signal
   */
  async send(request: RegistryRequest): Promise<HttpResponse> {
    const { body, once = false, signal } = request;
    const isRepeatable = body === undefined || body instanceof Uint8Array;
    try {
      return await retrying(() => this.#attempt(request, isRepeatable), {
        ...this.#options.retries,
        ...(isRepeatable && !once ? {} : { retries: 0 }),
        ...(signal ? { signal } : {}),
        mayPass: (error) => error instanceof PassingAnswer || isPassingError(error),
      });
    } catch (error) {
      if (error instanceof PassingAnswer) return error.response;
      throw asOciError(error);
    }
  }

  async #attempt(request: RegistryRequest, isRepeatable: boolean): Promise<HttpResponse> {
    const { client, tls, proxy, timeouts } = this.#options;
    const base = this.#base;
    const {
      path = '',
      url = new URL(base + path),
      method,
      headers,
      secretHeaders,
      body,
      maxBytes,
      signal,
    } = request;
    const response = await client.request({
      url,
      maxBytes,
      ...(method && { method }),
      ...(headers && { headers }),
      ...(secretHeaders && { secretHeaders }),
      ...(body && { body }),
      ...(tls && { tls: url.origin === new URL(base).origin ? tls : withoutClientCertificate(tls) }),
      ...(proxy && { proxy }),
      ...(timeouts && { timeouts }),
      ...(signal && { signal }),
    });
    if (isRepeatable && isPassingStatus(response.status)) {
      response.discard();
      throw new PassingAnswer(response);
    }
    return withBody(response, piecesAsOci(response.body));
  }
}

/** An answer that may be another a moment later. */
class PassingAnswer extends Error {
  readonly response: HttpResponse;
  readonly retryAfterMs: number | undefined;

  constructor(response: HttpResponse) {
    super(`status ${response.status}`);
    this.response = response;
    this.retryAfterMs = retryAfterMs(response.headers['retry-after']);
  }
}

async function* piecesAsOci(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw asOciError(error);
  }
}

function isPassingError(error: unknown): boolean {
  return (
    error instanceof HttpError && (error.code === 'HTTP_CONNECTION_FAILED' || error.code === 'HTTP_TIMEOUT')
  );
}

function asOciError(error: unknown): unknown {
  if (!(error instanceof HttpError)) return error;
  const { hint, retry, retryAfterMs: after } = error;
  return new OciError(CODES[error.code], error.message, {
    cause: error.cause ?? error,
    retry,
    ...(hint === undefined ? {} : { hint }),
    ...(after === undefined ? {} : { retryAfterMs: after }),
  });
}

function withoutClientCertificate({ cert: _cert, key: _key, ...rest }: TlsIdentity): TlsIdentity {
  return rest;
}
