import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock.ts';
import type { RequestBody } from './body.ts';
import { Connections } from './connections.ts';
import { acceptedCodings, decoded } from './content-coding.ts';
import { HttpError } from './errors.ts';
import type { AddressPolicy } from './address-policy.ts';
import type { Proxy } from './proxy/proxy.ts';
import { exchange, type ExchangeResult, type HttpMethod } from './exchange.ts';
import { redirectTarget, refused } from './redirect.ts';
import type { Timeouts } from './timeouts.ts';
import type { TlsIdentity } from './tls-identity.ts';

const MAX_REDIRECTS = 5;
const USER_AGENT = 'gitops-toolkit';

/** What belongs to a client, and so to all its requests. */
export interface HttpClientOptions {
  readonly clock?: Clock;
  /** @default 'gitops-toolkit' */
  readonly userAgent?: string;
  /** Which addresses may be dialled. @default all */
  readonly addresses?: AddressPolicy;
}

/** One request. Only `url` and `maxBytes` have no default. */
export interface HttpRequest {
  readonly url: URL | string;
  /** @default 'GET' */
  readonly method?: HttpMethod;
  /** Sent wherever redirects lead. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent to the origin of `url` and to no other: `authorization`, tokens, cookies. */
  readonly secretHeaders?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** The client's certificate is shown to the origin of `url` and to no other. */
  readonly tls?: TlsIdentity;
  /** Everything goes through it, redirects too. @default none; that of the environment is not looked at */
  readonly proxy?: Proxy;
  readonly timeouts?: Timeouts;
  /** Bytes of the answer's body, as they come over the wire. */
  readonly maxBytes: number;
  /**
   * Asks for a compressed answer (gzip, deflate, Brotli, Zstandard where Node has it) and gives its body decoded,
   * up to so many bytes. @default none is asked for, and the body is given as it comes: packs, blobs and
   * archives are compressed already, and their digests are of what is sent
   */
  readonly maxDecodedBytes?: number;
  /** How many redirects of a `GET` or `HEAD` are followed; those of other methods never are. @default 5 */
  readonly maxRedirects?: number;
  readonly signal?: AbortSignal;
}

/** An answer. Its body must be read to its end or discarded. */
export interface HttpResponse {
  /** Where the answer came from in the end. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body in pieces, once. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body. */
  bytes(): Promise<Uint8Array>;
  /** Lets the answer go unread. */
  discard(): void;
}

/**
 * The client that everything is fetched with: connections that are kept, bounded bytes and times, secrets that
 * stay with the origin that they were given for.
 *
 * @example
 * ```ts no-run
 * import { HttpClient } from '@gitops-toolkit/core/http';
 * await using client = new HttpClient();
 * const response = await client.request({ url: 'https://charts.example.com/index.yaml', maxBytes: 50 * 1024 * 1024 });
 * console.log(response.status, (await response.bytes()).length);
 * ```
 */
export class HttpClient implements AsyncDisposable {
  readonly #options: HttpClientOptions;
  readonly #connections: Connections;

  constructor(options: HttpClientOptions = {}) {
    this.#options = options;
    this.#connections = new Connections(options);
  }

  /**
   * Sends a request, follows redirects, and gives the head of the answer, whatever its status.
   *
   * @throws {@link HttpError}; the reason of the signal.
   */
  async request(request: HttpRequest): Promise<HttpResponse> {
    const origin = parseUrl(request.url);
    const { maxRedirects = MAX_REDIRECTS, method = 'GET' } = request;
    let url = origin;
    for (let redirects = 0; ; redirects++) {
      const result = await this.#send(url, origin, request);
      const next = targetOf(url, result);
      if (next === undefined) return responseOf(url, await decodedAsAsked(result, url, request));
      result.discard();
      if (method !== 'GET' && method !== 'HEAD')
        throw refused(next, 'came in answer to a request that may not be sent elsewhere');
      if (redirects >= maxRedirects) throw refused(next, `is one of more than ${maxRedirects}`);
      url = next;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connections[Symbol.asyncDispose]();
  }

  async #send(url: URL, origin: URL, request: HttpRequest): Promise<ExchangeResult> {
    const { method = 'GET', headers, secretHeaders, tls, proxy, body, timeouts, maxBytes, signal } = request;
    const { clock, userAgent = USER_AGENT } = this.#options;
    const isDecoded = request.maxDecodedBytes !== undefined;
    const isOwnOrigin = url.origin === origin.origin;
    return exchange({
      url,
      method,
      headers: {
        'user-agent': userAgent,
        'accept-encoding': isDecoded ? await acceptedCodings() : 'identity',
        ...headers,
        ...(isOwnOrigin ? secretHeaders : {}),
      },
      ...(body ? { body } : {}),
      ...(tls ? { tls: isOwnOrigin ? tls : withoutClientCertificate(tls) } : {}),
      ...(proxy ? { proxy } : {}),
      ...(timeouts ? { timeouts } : {}),
      ...(clock ? { clock } : {}),
      ...(signal ? { signal } : {}),
      connections: this.#connections,
      maxBytes,
    });
  }
}

function decodedAsAsked(
  result: ExchangeResult,
  url: URL,
  { maxDecodedBytes }: HttpRequest,
): ExchangeResult | Promise<ExchangeResult> {
  return maxDecodedBytes === undefined ? result : decoded(result, url.host, maxDecodedBytes);
}

function parseUrl(url: URL | string): URL {
  if (typeof url === 'string' && !URL.canParse(url))
    throw new HttpError('HTTP_URL_INVALID', `not a URL: ${JSON.stringify(url.slice(0, 300))}`);
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    throw new HttpError('HTTP_URL_INVALID', `not an http or https URL: ${parsed.protocol}//${parsed.host}`);
  return parsed;
}

function targetOf(url: URL, result: ExchangeResult): URL | undefined {
  try {
    return redirectTarget(url, result.status, result.headers.location);
  } catch (error) {
    result.discard();
    throw error;
  }
}

/** The same answer with its body seen through something: other errors, a digest that is checked. */
export function withBody(response: HttpResponse, body: AsyncIterable<Uint8Array>): HttpResponse {
  return { ...response, body, bytes: () => join(body) };
}

function responseOf(url: URL, result: ExchangeResult): HttpResponse {
  return {
    url,
    status: result.status,
    headers: result.headers,
    body: result.body,
    bytes: () => join(result.body),
    discard: () => result.discard(),
  };
}

async function join(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  const [first] = pieces;
  return pieces.length === 1 && first ? first : Buffer.concat(pieces);
}

function withoutClientCertificate(tls: TlsIdentity): TlsIdentity {
  const { cert: _cert, key: _key, ...rest } = tls;
  return rest;
}
