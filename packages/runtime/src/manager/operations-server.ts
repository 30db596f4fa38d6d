import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import type { Readable } from 'node:stream';

import type { Logger } from '@gitops-toolkit/core';

/** What a request is answered with. */
export interface HttpAnswer {
  readonly status: number;
  /** A stream is sent as it comes. */
  readonly body: string | Readable;
  /** @default 'text/plain; charset=utf-8' */
  readonly contentType?: string;
}

/** Answers to GET requests, by path. The signal is aborted when nobody waits for the answer any more. */
export type Routes = Readonly<
  Record<string, (url: URL, signal: AbortSignal) => Promise<HttpAnswer> | HttpAnswer>
>;

/** Where a server listens. */
export interface ListenOptions {
  /** 0 for any that is free. */
  readonly port: number;
  /** @default every interface */
  readonly host?: string;
}

/** A small HTTP server for probes, metrics and profiles. */
export class OperationsServer implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens; rejects where the port is taken. */
  static async listen(options: ListenOptions, routes: Routes, logger: Logger): Promise<OperationsServer> {
    // Not loaded by programs that serve nothing, and not by an import, which would load Node's client for `fetch` with it.
    const { createServer } = process.getBuiltinModule('node:http');
    const server = createServer((request, response) => void answer(request, response, routes, logger));
    // Probes are short: whoever holds a connection open for longer is none.
    server.requestTimeout = 10_000;
    server.headersTimeout = 10_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(
        { port: options.port, ...(options.host !== undefined && { host: options.host }) },
        resolve,
      );
    });
    server.on('error', (error) => logger.error('the operations server failed', { error }));
    return new OperationsServer(server);
  }

  /** The port that it listens on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Routes,
  logger: Logger,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const { status, body, contentType } = await route(request, { routes, logger, signal: gone.signal });
  response.writeHead(status, {
    'content-type': contentType ?? 'text/plain; charset=utf-8',
    ...(typeof body === 'string' && { 'content-length': Buffer.byteLength(body) }),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  if (typeof body === 'string') response.end(request.method === 'HEAD' ? undefined : body);
  else await stream(body, response, logger);
}

/** Whoever asked may go away in the middle: that ends the stream, and is no failure of the program. */
async function stream(body: Readable, response: ServerResponse, logger: Logger): Promise<void> {
  const { pipeline } = await import('node:stream/promises');
  await pipeline(body, response).catch((error: unknown) =>
    logger.debug('an answer of the operations server broke off', { error }),
  );
}

async function route(
  request: IncomingMessage,
  {
    routes,
    logger,
    signal,
  }: { readonly routes: Routes; readonly logger: Logger; readonly signal: AbortSignal },
): Promise<HttpAnswer> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, body: 'method not allowed\n' };
  const url = URL.parse(request.url ?? '/', 'http://localhost');
  if (!url || !Object.hasOwn(routes, url.pathname)) return { status: 404, body: 'not found\n' };
  try {
    return (await routes[url.pathname]?.(url, signal)) ?? { status: 404, body: 'not found\n' };
  } catch (error) {
    logger.error('a request to the operations server failed', { path: url.pathname, error });
    return { status: 500, body: 'internal error\n' };
  }
}
