import type { Readable } from 'node:stream';
import type { Clock, Logger, ObjectRef } from '@gitops-toolkit/core';
import type { CallOptions } from './call-options.ts';
import type { CallTracer } from './call-tracer.ts';
import type { Impersonation } from './cluster-config.ts';
import { type ConnectionPool, networkError, type RawRequest, type RawResponse } from './connection-pool.ts';
import { Deadline } from './deadline.ts';
import type { KubeError } from './errors.ts';
import type { Query } from './list.ts';
import { queryString } from './resource-path.ts';
import { parseBody, readText, tooLarge } from './response-body.ts';
import { withRetries } from './retry.ts';
import { errorOfResponse } from './status-error.ts';
import { parseWarnings } from './warnings.ts';

/** What all requests of a client have in common. */
export interface RequesterOptions {
  readonly pool: ConnectionPool;
  readonly host: string;
  readonly userAgent: string;
  readonly impersonate: Impersonation | undefined;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly maxResponseBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onWarning: ((text: string) => void) | undefined;
  readonly traceCall: CallTracer | undefined;
  /** Hears of a kind whose path is no longer there: its definition has changed since discovery. */
  readonly onUnserved: (kind: { readonly apiVersion: string; readonly kind: string }) => void;
  /** See {@link RawRequest.beforeSend}. */
  readonly beforeSend: RawRequest['beforeSend'];
}

/** One call. */
export interface Call extends CallOptions {
  readonly method: string;
  readonly path: string;
  readonly query?: Query | undefined;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A JSON value, or text that goes out as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** Twice is as once. @default true for GET and HEAD */
  readonly isIdempotent?: boolean;
  /** What an error is about. */
  readonly object?: ObjectRef;
  /** The kind that the path is for. @default the object's */
  readonly kind?: { readonly apiVersion: string; readonly kind: string };
}

/** What the API server says of paths that it does not serve: an unknown version, an unknown resource in it. */
const UNSERVED: ReadonlySet<string> = new Set([
  '404 page not found',
  'the server could not find the requested resource',
]);

/** Turns calls into requests, and answers into values or errors. */
export class Requester {
  readonly options: RequesterOptions;
  readonly #headers: Record<string, string | string[]>;

  constructor(options: RequesterOptions) {
    this.options = options;
    this.#headers = { 'user-agent': options.userAgent, ...impersonationHeaders(options.impersonate) };
  }

  /** The value of the answer. */
  call<T>(call: Call): Promise<T> {
    const { host, traceCall } = this.options;
    if (!traceCall) return this.#call(call);
    const { method, path, headers } = call;
    return traceCall({ method, path, host }, (more) =>
      this.#call({ ...call, headers: { ...more, ...headers } }),
    );
  }

  async #call<T>(call: Call): Promise<T> {
    const { clock, timeoutMs, maxRetries, maxResponseBytes } = this.options;
    using deadline = new Deadline({ signal: call.signal, timeoutMs: call.timeoutMs ?? timeoutMs, clock });
    const { signal } = deadline;
    const isIdempotent = call.isIdempotent ?? (call.method === 'GET' || call.method === 'HEAD');
    const attempt = async (n: number): Promise<T> => {
      signal.throwIfAborted();
      const response = await this.#send(call, { signal, attempt: n });
      const declared = Number(response.headers['content-length'] ?? 0);
      if (declared > maxResponseBytes) response.body.destroy(tooLarge(maxResponseBytes));
      const text = await this.#text(response, signal);
      if (response.status >= 300) throw this.#failure(call, response, text);
      return parseBody(text, contentType(response)) as T;
    };
    // Awaited here: the deadline ends with this function.
    return await withRetries(attempt, { maxRetries, isIdempotent, signal, clock });
  }

  /** The body of a successful answer as a stream, in one attempt. The signal also ends the stream. */
  async stream(call: Call & { readonly signal: AbortSignal }): Promise<Readable> {
    const response = await this.#send(call, { signal: call.signal, isWatch: true });
    if (response.status < 300) return response.body;
    throw this.#failure(call, response, await this.#text(response, call.signal));
  }

  async #text(response: RawResponse, signal: AbortSignal): Promise<string> {
    const { host, maxResponseBytes } = this.options;
    return readText(response.body, maxResponseBytes).catch((cause: unknown) => {
      throw signal.aborted ? signal.reason : networkError(cause, host);
    });
  }

  async #send(call: Call, options: Pick<RawRequest, 'attempt' | 'isWatch' | 'signal'>): Promise<RawResponse> {
    const headers: Record<string, string | string[]> = {
      ...this.#headers,
      accept: call.accept ?? 'application/json',
      ...call.headers,
    };
    if (call.body !== undefined) headers['content-type'] = call.contentType ?? 'application/json';
    const response = await this.options.pool.send({
      method: call.method,
      path: call.path + queryString(call.query),
      headers,
      body: bodyText(call.body),
      beforeSend: this.options.beforeSend,
      ...options,
    });
    for (const text of parseWarnings(response.headers['warning'])) this.options.onWarning?.(text);
    return response;
  }

  #failure(call: Call, response: RawResponse, text: string): KubeError {
    const retryAfter = response.headers['retry-after'];
    const error = errorOfResponse({
      status: response.status,
      text,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      object: call.object,
    });
    const kind = call.kind ?? call.object;
    if (kind && error.status === 404 && UNSERVED.has(error.message)) this.options.onUnserved(kind);
    return error;
  }
}

function bodyText(body: unknown): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

function contentType(response: RawResponse): string {
  const value = response.headers['content-type'];
  return typeof value === 'string' ? value : '';
}

function impersonationHeaders(impersonate: Impersonation | undefined): Record<string, string | string[]> {
  if (!impersonate) return {};
  const headers: Record<string, string | string[]> = { 'impersonate-user': impersonate.user };
  if (impersonate.groups?.length) headers['impersonate-group'] = [...impersonate.groups];
  if (impersonate.uid !== undefined) headers['impersonate-uid'] = impersonate.uid;
  for (const [key, values] of Object.entries(impersonate.extra ?? {})) {
    headers[`impersonate-extra-${encodeURIComponent(key)}`] = [...values];
  }
  return headers;
}
