import { type Clock, createHasher, type Logger, silentLogger, systemClock } from '@gitops-toolkit/core';
import { nodeHttp } from '@gitops-toolkit/core/http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { type ArtifactToken, readToken } from '../artifact/artifact-token.ts';
import { SourceError } from '../errors.ts';
import type { ArtifactStorage } from './artifact-storage.ts';
import { hasToken } from './bearer-token.ts';
import { parseRange } from './byte-range.ts';
import { readCertificate, type ServerTls, watchCertificate } from './server-certificate.ts';
import type { StoredFile } from './storage-driver.ts';

/** How artifacts are served. */
export interface ArtifactServerOptions {
  readonly storage: ArtifactStorage;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** @default any free port */
  readonly port?: number;
  /** More are turned away. @default 256 */
  readonly maxConnections?: number;
  /** A client that takes nothing for so long is let go. @default 30000 */
  readonly idleMs?: number;
  /** Serves HTTPS. A certificate that is replaced is taken over; connections that are open stay as they are. @default HTTP */
  readonly tls?: ServerTls;
  /**
   * What clients must show as `Authorization: Bearer …`; white space around it does not count. A function is asked at the start and with each
   * request, for a token that is replaced; while it has none that can be used, requests are answered by 503. The probe at `/` needs none.
   * @default everybody is served
   */
  readonly token?: ArtifactToken;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** A server that runs until it is disposed. */
export interface ArtifactServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

const LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16 * 1024 };
/** Digests of files that were served; a file that was replaced has another time or size. */
const MAX_ETAGS = 10_000;

/**
 * Serves the artifacts of a storage over HTTP: whole or in ranges, by their exact path. Nothing is
 * listed; what is not an artifact is not found. `/` answers 200, for probes.
 *
 * @throws SourceError `ARTIFACT_TOKEN_INVALID`, `ARTIFACT_CERTIFICATE_INVALID`; what listening throws, such as EADDRINUSE
 *
 * @example
 * ```ts
 * import { ArtifactStorage, startArtifactServer } from '@gitops-toolkit/source';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const storage = new ArtifactStorage({ root: join(tmpdir(), 'artifacts'), host: 'localhost:9090' });
 * await using server = await startArtifactServer({ storage });
 * console.log(server.url);
 * ```
 */
export async function startArtifactServer(options: ArtifactServerOptions): Promise<ArtifactServer> {
  const { host = '127.0.0.1', port = 0, maxConnections = 256, idleMs = 30_000, tls } = options;
  if (options.token !== undefined) await readToken(options.token);
  const stopping = new AbortController();
  const server = await createServer(options, stopping.signal);
  server.maxConnections = maxConnections;
  server.keepAliveTimeout = 5000;
  server.timeout = idleMs;
  try {
    await listen(server, host, port);
  } catch (error) {
    stopping.abort();
    throw error;
  }
  const address = server.address() as AddressInfo;
  const shownHost = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `${tls ? 'https' : 'http'}://${shownHost}:${address.port}`,
    port: address.port,
    [Symbol.asyncDispose]() {
      stopping.abort();
      return close(server);
    },
  };
}

/** @param signal ends what goes on beside requests */
async function createServer(options: ArtifactServerOptions, signal: AbortSignal): Promise<Server> {
  const { tls, clock = systemClock, logger = silentLogger } = options;
  const handler = new ArtifactHandler(options);
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handler.handle(request, response).catch((error: unknown) => {
      logger.error('cannot serve an artifact', { path: request.url, error });
      if (response.headersSent) response.destroy();
      // Also where the storage cannot be reached: who asks is to try again.
      else end(response, 503);
    });
  };
  if (!tls) return nodeHttp().createServer(LIMITS, listener);
  const known = await readCertificate(tls);
  const https = await import('node:https');
  const server = https.createServer({ ...LIMITS, ...known, minVersion: 'TLSv1.2' }, listener);
  void watchCertificate(tls, {
    known,
    onChange: (certificate) => server.setSecureContext({ ...certificate, minVersion: 'TLSv1.2' }),
    clock,
    logger,
    signal,
  });
  return server;
}

class ArtifactHandler {
  readonly #storage: ArtifactStorage;
  readonly #token: ArtifactServerOptions['token'];
  readonly #etags = new Map<string, string>();

  constructor({ storage, token }: Pick<ArtifactServerOptions, 'storage' | 'token'>) {
    this.#storage = storage;
    this.#token = token;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('x-content-type-options', 'nosniff');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return end(response, 405);
    }
    if (request.url === '/') return end(response, 200);
    if (!(await this.#isAllowed(request))) {
      response.setHeader('www-authenticate', 'Bearer');
      return end(response, 401);
    }
    // As it was sent: a path with anything to decode or to resolve in it is none of an artifact.
    const path = (request.url ?? '').slice(1).replace(/\?.*$/, '');
    await using file = await this.#open(path);
    if (!file) return end(response, 404);
    await this.#send(file, path, request, response);
  }

  async #isAllowed({ headers }: IncomingMessage): Promise<boolean> {
    const token = this.#token;
    if (token === undefined) return true;
    return hasToken(headers.authorization, await readToken(token));
  }

  /** Behind a symlink there is nothing, as under a path that cannot be one. */
  async #open(path: string): Promise<StoredFile | undefined> {
    try {
      return await this.#storage.open(path);
    } catch (error) {
      if (error instanceof SourceError && error.code === 'STORAGE_PATH_INVALID') return undefined;
      throw error;
    }
  }

  async #send(
    file: StoredFile,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { size } = file;
    const etag = await this.#etag(file, path);
    response.setHeader('etag', etag);
    response.setHeader('last-modified', new Date(file.modifiedAt).toUTCString());
    response.setHeader('accept-ranges', 'bytes');
    if (matches(request.headers['if-none-match'], etag)) return end(response, 304);
    const ifRange = request.headers['if-range'];
    const range =
      ifRange === undefined || ifRange === etag ? parseRange(request.headers.range, size) : undefined;
    if (range === 'unsatisfiable') {
      response.setHeader('content-range', `bytes */${size}`);
      return end(response, 416);
    }
    if (range) response.setHeader('content-range', `bytes ${range.start}-${range.end}/${size}`);
    response.setHeader('content-type', contentType(path));
    response.setHeader('content-length', range ? range.end - range.start + 1 : size);
    response.statusCode = range ? 206 : 200;
    if (request.method === 'HEAD' || size === 0) {
      response.end();
      return;
    }
    await pipeline(file.read(range), response).catch((error: { code?: string }) => {
      // A client that goes away is no failure of the server.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
  }

  /** The digest of the file's bytes: computed when it is first asked for, where the storage does not know it. */
  async #etag(file: StoredFile, path: string): Promise<string> {
    if (file.digest !== undefined) return `"${file.digest}"`;
    const key = `${path} ${file.version}`;
    const known = this.#etags.get(key);
    if (known !== undefined) return known;
    const hasher = createHasher();
    for await (const piece of file.read()) hasher.update(piece);
    const etag = `"sha256:${hasher.hex()}"`;
    if (this.#etags.size >= MAX_ETAGS) this.#etags.clear();
    this.#etags.set(key, etag);
    return etag;
  }
}

/** Charts and indexes are stored as they are, beside archives. */
function contentType(path: string): string {
  if (/\.(?:gz|tgz)$/.test(path)) return 'application/gzip';
  if (path.endsWith('.json')) return 'application/json';
  return path.endsWith('.yaml') ? 'application/yaml' : 'application/octet-stream';
}

function matches(header: string | undefined, etag: string): boolean {
  return (header ?? '')
    .split(',')
    .some((tag) => tag.trim() === etag || tag.trim() === `W/${etag}` || tag.trim() === '*');
}

function end(response: ServerResponse, status: number): void {
  response.statusCode = status;
  const text = status === 304 ? '' : `${status === 200 ? 'ok' : status}\n`;
  if (text !== '') response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(text);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
