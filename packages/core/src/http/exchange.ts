import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, systemClock } from '../clock.ts';
import { lengthHeader, type RequestBody, sendBody } from './body.ts';
import type { Connections } from './connections.ts';
import { HttpError } from './errors.ts';
import { nodeHttp } from './node-http.ts';
import type { Proxy } from './proxy/proxy.ts';
import { dialledUntil } from './proxy/dial-signal.ts';
import { streamPieces } from './stream-pieces.ts';
import { DEFAULT_TIMEOUTS, type Timeouts, Watchdog } from './timeouts.ts';
import type { TlsIdentity } from './tls-identity.ts';

/** The methods of the protocols that are spoken here. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request and its answer. Redirects are the caller's to follow. */
export interface ExchangeOptions {
  readonly url: URL;
  readonly method: HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly connections: Connections;
  readonly tls?: TlsIdentity;
  readonly proxy?: Proxy;
  readonly timeouts?: Timeouts;
  /** Bytes of the answer's body. */
  readonly maxBytes: number;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** The head of an answer, and its body still to be read. One that is not read must be discarded. */
export interface ExchangeResult {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets the answer go unread. */
  discard(): void;
}

/**
 * Sends a request and waits for the head of the answer.
 *
 * @throws The timeout, connection and limit errors of {@link HttpError}; the reason of the signal.
 */
export async function exchange(options: ExchangeOptions): Promise<ExchangeResult> {
  try {
    return await attempt(options);
  } catch (error) {
    // The server closed a kept connection just as it was taken up again: nothing of the request was handled.
    const isRepeatable = options.body === undefined || options.body instanceof Uint8Array;
    if (error instanceof HttpError && reusedAndReset.has(error) && isRepeatable) return attempt(options);
    throw error;
  }
}

const reusedAndReset = new WeakSet<HttpError>();

async function attempt(options: ExchangeOptions): Promise<ExchangeResult> {
  const { url, signal } = options;
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const ended = new AbortController();
  const request = await open(options, ended.signal);
  const fail = (reason: unknown) => {
    request.destroy();
    ended.abort(reason);
  };
  const watchdog = new Watchdog({
    clock: options.clock ?? systemClock,
    what: url.host,
    totalMs: timeouts.totalMs,
    onTimeout: fail,
  });
  const onAbort = () => fail(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const finish = () => {
    watchdog.stop();
    signal?.removeEventListener('abort', onAbort);
  };
  const explain = (error: unknown): unknown =>
    ended.signal.aborted ? ended.signal.reason : connectionError(url, error);
  const connected = watchConnection(request, watchdog, timeouts);
  try {
    const response = await responseTo(request, options.body, {
      ...connected,
      fail,
      ended: ended.signal,
      onProgress: () => watchdog.phase(timeouts.idleMs, 'took nothing for'),
    });
    watchdog.pause();
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: readBody(response, {
        ...options,
        watchdog,
        idleMs: timeouts.idleMs,
        ended: ended.signal,
        explain,
        finish,
      }),
      discard() {
        finish();
        // An answer without a body gives its connection back.
        if (options.method === 'HEAD') response.resume();
        else response.destroy();
      },
    };
  } catch (error) {
    finish();
    const explained = explain(error);
    const isReset = !ended.signal.aborted && (error as { code?: string }).code === 'ECONNRESET';
    if (explained instanceof HttpError && isReset && request.reusedSocket) reusedAndReset.add(explained);
    throw explained;
  }
}

/** @param ended Aborts when nobody waits for the answer any more, nor for a connection that is yet to be made. */
async function open(options: ExchangeOptions, ended: AbortSignal): Promise<ClientRequest> {
  const { url, method, headers, body, connections, tls, proxy } = options;
  const route = await connections.route(url, tls, proxy);
  const { request } = route.secure ? await import('node:https') : nodeHttp();
  options.signal?.throwIfAborted();
  return request({
    // Of the URL just these: userinfo in it would become an Authorization header.
    protocol: route.secure ? 'https:' : 'http:',
    hostname: route.host,
    ...(route.port === '' ? {} : { port: route.port }),
    path: route.path,
    method,
    headers: { ...headers, ...route.headers, ...lengthHeader(body) },
    agent: route.agent,
    maxHeaderSize: 64 * 1024,
    ...dialledUntil(ended),
  });
}

/** Watches the ways to a connection, and then to an answer. */
interface SendingWatch {
  /** The whole of the body is out: now the server has to answer. */
  readonly onSent: () => void;
}

function watchConnection(
  request: ClientRequest,
  watchdog: Watchdog,
  timeouts: Required<Timeouts>,
): SendingWatch {
  const waitForAnswer = () => watchdog.phase(timeouts.firstByteMs, 'sent no answer within');
  watchdog.phase(timeouts.connectMs, 'could not be connected to within');
  request.once('socket', (socket: Socket & { secureConnecting?: boolean }) => {
    if (socket.secureConnecting) socket.once('secureConnect', waitForAnswer);
    else if (socket.connecting) socket.once('connect', waitForAnswer);
    else waitForAnswer();
  });
  return { onSent: waitForAnswer };
}

function responseTo(
  request: ClientRequest,
  body: RequestBody | undefined,
  watch: SendingWatch & {
    readonly onProgress: () => void;
    readonly fail: (reason: unknown) => void;
    readonly ended: AbortSignal;
  },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    // A request that still waits for its connection says nothing of its end until it has one.
    watch.ended.addEventListener('abort', () => reject(watch.ended.reason as Error), { once: true });
    request.once('response', (response) => {
      isAnswered = true;
      resolve(response);
    });
    // Stays on: an error after the answer came is told by the answer's own stream as well.
    request.on('error', reject);
    const isStream = body !== undefined && !(body instanceof Uint8Array);
    const onProgress = () => !isAnswered && watch.onProgress();
    sendBody(request, body, onProgress).then(() => isStream && !isAnswered && watch.onSent(), watch.fail);
  });
}

async function* readBody(
  response: IncomingMessage,
  options: {
    readonly url: URL;
    readonly maxBytes: number;
    readonly watchdog: Watchdog;
    readonly idleMs: number;
    readonly ended: AbortSignal;
    explain(error: unknown): unknown;
    finish(): void;
  },
): AsyncGenerator<Uint8Array> {
  const { maxBytes, watchdog, idleMs } = options;
  let received = 0;
  try {
    const pieces = streamPieces(response);
    while (true) {
      // The time that the reader takes for itself is not the server's.
      watchdog.phase(idleMs, 'sent nothing for');
      const next = await pieces.next();
      watchdog.pause();
      // Of an answer that has come, Node throws away what is not read when its request is ended, and tells nobody.
      if (next.done) return options.ended.throwIfAborted();
      received += next.value.length;
      if (received > maxBytes) {
        throw new HttpError('HTTP_LIMIT', `${options.url.host} sends more than ${maxBytes} bytes`);
      }
      yield next.value;
    }
  } catch (error) {
    throw error instanceof HttpError ? error : options.explain(error);
  } finally {
    options.finish();
    // An answer that was read to its end gives its connection back; another is closed.
    if (!response.complete) response.destroy();
  }
}

function connectionError(url: URL, cause: unknown): HttpError {
  // What dials says best what is wrong.
  if (cause instanceof HttpError) return cause;
  const { code = '', message = '' } = cause as { code?: string; message?: string };
  const hint = /CERT|SELF_SIGNED|VERIFY|ALTNAME/.test(code)
    ? "Give the authority of the server's certificate as ca, if it is one of your own."
    : undefined;
  return new HttpError('HTTP_CONNECTION_FAILED', `cannot talk to ${url.host}: ${message || code}`, {
    cause,
    retry: 'backoff',
    ...(hint === undefined ? {} : { hint }),
  });
}
