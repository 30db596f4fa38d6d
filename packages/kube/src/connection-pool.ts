import type { Readable } from 'node:stream';
import { type Clock, systemClock } from '@gitops-toolkit/core';
import type { Dispatcher } from 'undici';
import type { ClusterConfig, TokenSource } from './cluster-config.ts';
import { Dispatchers } from './dispatchers.ts';
import { KubeError } from './errors.ts';
import { RateLimit, type RateLimitOptions } from './rate-limit.ts';

/** What a request came to: for metrics such as `rest_client_requests_total`. */
export interface ResponseInfo {
  readonly method: string;
  /** Below the server's address, with its query. */
  readonly path: string;
  /** Host and port of the API server. */
  readonly host: string;
  /** The HTTP status, or 0 where no answer came. */
  readonly status: number;
  /** Until the head of the answer was there. */
  readonly durationMs: number;
  /** How long the request waited for its turn before that, where the client limits its rate. */
  readonly waitedMs: number;
  /** 0 for the first attempt of a call, 1 for the first that repeats it. */
  readonly attempt: number;
}

/** Options of a {@link ConnectionPool}. */
export interface ConnectionPoolOptions extends RateLimitOptions {
  /** Connections for calls; watches have their own and no limit, or they would starve the calls. @default 64 */
  readonly connections?: number;
  /** @default 10 000 */
  readonly connectTimeoutMs?: number;
  /** Until the head of an answer. @default 60 000 */
  readonly headersTimeoutMs?: number;
  /** Called after each attempt. */
  readonly onResponse?: (info: ResponseInfo) => void;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Carries the requests in place of sockets, such as straight to a server in this process. @default HTTP over TCP */
  readonly transport?: Transport;
}

/**
 * Carries one attempt to the server and resolves with the head of its answer. What it rejects with is a connection
 * that failed (`KUBE_NETWORK`), unless it is a `KubeError`; it ends when the request's signal does. Paths come with
 * the server's own before them.
 */
export type Transport = (request: RawRequest) => Promise<RawResponse>;

/** A request as it is sent. */
export interface RawRequest {
  readonly method: string;
  /** Below the server's own path, with its query. */
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
  /** How often the call was tried before. @default 0 */
  readonly attempt?: number;
  /** The body may be silent for as long as it likes. */
  readonly isWatch?: boolean;
  /** Called when all waiting is over, right before the request goes out; what it throws is thrown in place of that. */
  readonly beforeSend?: ((request: Pick<RawRequest, 'method' | 'path'>) => void) | undefined;
}

/** The head of an answer, and its body as a stream. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/**
 * The connections to one cluster with one set of credentials. Clients that impersonate others
 * share it. Idle connections keep no process alive; watches do, until they end or this is disposed of.
 */
export class ConnectionPool implements AsyncDisposable {
  readonly #origin: string;
  readonly #host: string;
  readonly #basePath: string;
  readonly #config: ClusterConfig;
  readonly #options: ConnectionPoolOptions;
  readonly #clock: Clock;
  readonly #limit: RateLimit | undefined;
  readonly #dispatchers: Dispatchers;
  #closed = false;

  /** @throws KubeError `KUBE_CONFIG_INVALID` when the server is not an http(s) address. */
  constructor(config: ClusterConfig, options: ConnectionPoolOptions = {}) {
    const url = serverUrl(config.server);
    this.#origin = url.origin;
    this.#host = url.host;
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#config = config;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    if (options.qps) this.#limit = new RateLimit(options.qps, options.burst ?? options.qps, this.#clock);
    const { connections = 64, connectTimeoutMs = 10_000 } = options;
    this.#dispatchers = new Dispatchers(this.#origin, config, { connections, connectTimeoutMs });
  }

  /** Sends one attempt. A 401 is repeated once with a fresh token or certificate where that has a source. */
  async send(request: RawRequest): Promise<RawResponse> {
    const { token, clientCertificate } = this.#config;
    const response = await this.#attempt(request, false);
    const canRefresh = typeof token === 'function' || clientCertificate !== undefined;
    if (response.status !== 401 || !canRefresh) return response;
    response.body.resume();
    return this.#attempt({ ...request, attempt: (request.attempt ?? 0) + 1 }, true);
  }

  async #attempt(request: RawRequest, refresh: boolean): Promise<RawResponse> {
    const { signal } = request;
    if (this.#closed) throw new KubeError('KUBE_CLOSED', 'the client is closed');
    const asked = this.#clock.monotonic();
    await this.#limit?.take(signal);
    const turn = this.#clock.monotonic();
    const headers = { ...request.headers, ...(await authorization(this.#config, refresh)) };
    const transport = this.#options.transport ?? (await this.#overHttp(request, refresh));
    request.beforeSend?.(request);
    const started = this.#clock.monotonic();
    const times = { waitedMs: turn - asked, started };
    try {
      const response = await transport({ ...request, path: this.#basePath + request.path, headers });
      this.#report(request, response.status, times);
      return response;
    } catch (cause) {
      this.#report(request, 0, times);
      throw signal.aborted ? signal.reason : networkError(cause, this.#host);
    }
  }

  async #overHttp(about: RawRequest, refresh: boolean): Promise<Transport> {
    const dispatcher = await this.#dispatcher(about, refresh);
    return async ({ path, method, headers, body, signal }) => {
      const response = await dispatcher.request({
        origin: this.#origin,
        path,
        method: method as Dispatcher.HttpMethod,
        headers,
        body: body ?? null,
        signal,
        headersTimeout: this.#options.headersTimeoutMs ?? 60_000,
        // A quiet watch is watched by its own timer, a call by its deadline.
        bodyTimeout: 0,
      });
      return { status: response.statusCode, headers: response.headers, body: response.body };
    };
  }

  async #dispatcher({ isWatch = false }: RawRequest, refresh: boolean): Promise<Dispatcher> {
    try {
      return await this.#dispatchers.get({ isWatch, refresh });
    } catch (cause) {
      throw noCredentials('certificate', cause);
    }
  }

  #report(
    request: RawRequest,
    status: number,
    times: { readonly waitedMs: number; readonly started: number },
  ): void {
    const durationMs = this.#clock.monotonic() - times.started;
    const { method, path, attempt = 0 } = request;
    const { waitedMs } = times;
    this.#options.onResponse?.({ method, path, host: this.#host, status, durationMs, waitedMs, attempt });
  }

  /** Ends all connections, watches included. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#dispatchers.destroy();
  }
}

/** The error for a connection that failed or broke. */
export function networkError(cause: unknown, host: string): KubeError {
  if (cause instanceof KubeError) return cause;
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new KubeError('KUBE_TIMEOUT', `${host} did not answer in time`, { cause, retry: 'backoff' });
  }
  // A header that cannot be sent, such as a token with a line break, will not be sendable later.
  const retry = code === 'UND_ERR_INVALID_ARG' ? 'terminal' : 'backoff';
  return new KubeError('KUBE_NETWORK', `the connection to ${host} failed`, { cause, retry });
}

function serverUrl(server: string): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new KubeError('KUBE_CONFIG_INVALID', 'the address of the API server is not an http or https URL');
}

async function authorization(config: ClusterConfig, refresh: boolean): Promise<Record<string, string>> {
  if (config.token !== undefined)
    return { authorization: `Bearer ${await currentToken(config.token, refresh)}` };
  if (config.username === undefined) return {};
  const pair = Buffer.from(`${config.username}:${config.password ?? ''}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}

async function currentToken(source: TokenSource, refresh: boolean): Promise<string> {
  if (typeof source === 'string') return source;
  try {
    return await source({ refresh });
  } catch (cause) {
    throw noCredentials('token', cause);
  }
}

function noCredentials(what: string, cause: unknown): KubeError {
  if (cause instanceof KubeError) return cause;
  return new KubeError('KUBE_CREDENTIALS', `no ${what} could be had`, { cause, retry: 'backoff' });
}
