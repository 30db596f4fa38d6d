import { type Clock, type FileTree, sleep, systemClock } from '@gitops-toolkit/core';
import { unpackArchive, type UnpackLimits } from '@gitops-toolkit/core/node';
import { HttpClient, type HttpResponse, type Timeouts, type TlsIdentity } from '@gitops-toolkit/core/http';
import { SourceError } from '../errors.ts';
import { accessTo, type ArtifactAccess } from './artifact-access.ts';
import { readToken } from './artifact-token.ts';
import { createArtifactHasher, parseArtifactDigest } from './artifact-digest.ts';
import { type HttpFailureCodes, piecesWithCodes, withCodes } from '../http-failure.ts';
import type { TreeCache } from './tree-cache.ts';

const MAX_BACKOFF_MS = 30_000;

const CODES: HttpFailureCodes = {
  HTTP_ADDRESS_REFUSED: 'ARTIFACT_DOWNLOAD_FAILED',
  HTTP_CONNECTION_FAILED: 'ARTIFACT_DOWNLOAD_FAILED',
  HTTP_ENCODING_INVALID: 'ARTIFACT_DOWNLOAD_FAILED',
  HTTP_LIMIT: 'ARTIFACT_LIMIT',
  HTTP_PROXY_FAILED: 'ARTIFACT_DOWNLOAD_FAILED',
  HTTP_PROXY_INVALID: 'ARTIFACT_DOWNLOAD_FAILED',
  HTTP_REDIRECT_REFUSED: 'ARTIFACT_DOWNLOAD_FAILED',
  HTTP_TIMEOUT: 'ARTIFACT_TIMEOUT',
  HTTP_URL_INVALID: 'ARTIFACT_DOWNLOAD_FAILED',
};

/** How an artifact is fetched. */
export interface FetchArtifactOptions {
  /** What the bytes must have; nothing is unpacked before it is checked. */
  readonly digest: string;
  /** Further tries where the server fails or cannot be reached. @default 9 */
  readonly retries?: number;
  /** The wait before the first further try; each wait is twice the one before, up to 30 s. @default 500 */
  readonly retryDelayMs?: number;
  /** Bytes of the archive. @default 100 MiB */
  readonly maxArchiveBytes?: number;
  readonly limits?: UnpackLimits;
  readonly timeouts?: Timeouts;
  /** What the server wants to see: goes to the origin of the URL, as `Authorization: Bearer …`, without white space around it. */
  readonly token?: string;
  /** For a server with an authority of its own. */
  readonly tls?: TlsIdentity;
  /** Token and authority of one server, for URLs that may be of others, too. */
  readonly access?: ArtifactAccess | undefined;
  /** Shares trees, and loads under way, with other callers. */
  readonly cache?: TreeCache;
  readonly clock?: Clock;
  /** Looked at while waiting, and between pieces. */
  readonly signal?: AbortSignal;
}

/**
 * Downloads an artifact, checks its digest, and unpacks it into memory.
 *
 * @throws `ARTIFACT_NOT_FOUND`, `ARTIFACT_DIGEST_MISMATCH`, `ARTIFACT_LIMIT`, `ARTIFACT_TOKEN_INVALID`, and, once there are no tries
 * left, `ARTIFACT_DOWNLOAD_FAILED` or `ARTIFACT_TIMEOUT`; `DIGEST_INVALID` and the `ARCHIVE_` codes of core; the
 * reason of the signal.
 *
 * @example
 * ```ts no-run
 * import { fetchArtifact } from '@gitops-toolkit/source';
 * const tree = await fetchArtifact('http://source-controller/gitrepository/apps/podinfo/5394cb7.tar.gz', {
 *   digest: 'sha256:3b1fb54b4d8a1d7b2bb2a3a2f0a0d3cf7f1a9ea7a6a04d2b6a9a6a1f0c9d2e11',
 * });
 * tree.read('kustomization.yaml');
 * ```
 */
export async function fetchArtifact(url: string, options: FetchArtifactOptions): Promise<FileTree> {
  const { cache, digest, signal } = options;
  parseArtifactDigest(digest);
  if (!cache) return load(url, options);
  const { signal: _own, ...shared } = options;
  return cache.get(
    digest,
    (loadSignal) => load(url, { ...shared, signal: loadSignal }),
    signal ? { signal } : {},
  );
}

async function load(url: string, options: FetchArtifactOptions): Promise<FileTree> {
  const { signal, limits } = options;
  const pieces = await download(url, options);
  return unpackArchive(inOrder(pieces), { ...limits, shared: true, ...(signal ? { signal } : {}) });
}

async function* inOrder(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** The pieces of an archive that has the digest. To join them would take long where they are many. */
async function download(text: string, options: FetchArtifactOptions): Promise<Uint8Array[]> {
  const { retries = 9, retryDelayMs = 500, clock = systemClock, signal } = options;
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new SourceError(
      'ARTIFACT_DOWNLOAD_FAILED',
      `not the URL of an artifact: ${JSON.stringify(text.slice(0, 300))}`,
    );
  }
  await using client = new HttpClient(options.clock ? { clock: options.clock } : {});
  for (let attempt = 0; ; attempt++) {
    try {
      return await downloadOnce(new URL(text), options, client);
    } catch (error) {
      signal?.throwIfAborted();
      const mayRetry =
        error instanceof SourceError &&
        (error.code === 'ARTIFACT_DOWNLOAD_FAILED' || error.code === 'ARTIFACT_TIMEOUT');
      if (!mayRetry || error.retry === 'terminal' || attempt >= retries) throw error;
      const backoff = Math.min(retryDelayMs * 2 ** attempt, MAX_BACKOFF_MS);
      const wait = Math.min(Math.max(backoff, error.retryAfterMs ?? 0), MAX_BACKOFF_MS);
      await sleep(wait, { clock, ...(signal ? { signal } : {}) });
    }
  }
}

async function downloadOnce(
  url: URL,
  options: FetchArtifactOptions,
  client: HttpClient,
): Promise<Uint8Array[]> {
  const { digest, maxArchiveBytes = 100 * 1024 * 1024, timeouts, signal } = options;
  const { token: given, tls } = { ...options, ...accessTo(url, options.access) };
  const token = given === undefined ? undefined : await readToken(given);
  const result = await withCodes(CODES, () =>
    client.request({
      url,
      headers: { accept: '*/*' },
      maxRedirects: 0,
      maxBytes: maxArchiveBytes,
      ...(token === undefined ? {} : { secretHeaders: { authorization: `Bearer ${token}` } }),
      ...(tls ? { tls } : {}),
      ...(timeouts ? { timeouts } : {}),
      ...(signal ? { signal } : {}),
    }),
  );
  if (result.status !== 200) throw statusError(url, result);
  const { algorithm, hex } = parseArtifactDigest(digest);
  const hasher = await createArtifactHasher(algorithm);
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesWithCodes(CODES, result.body)) {
    hasher.update(piece);
    pieces.push(piece);
  }
  const computed = hasher.hex();
  if (computed !== hex) {
    throw new SourceError(
      'ARTIFACT_DIGEST_MISMATCH',
      `${url.host} serves ${algorithm}:${computed}, not ${digest}`,
      {
        retry: 'backoff',
        hint: 'The artifact was replaced or damaged since its source was reconciled.',
      },
    );
  }
  return pieces;
}

function statusError(url: URL, result: HttpResponse): SourceError {
  const { status, headers } = result;
  result.discard();
  if (status === 404 || status === 410) {
    return new SourceError('ARTIFACT_NOT_FOUND', `${url.host} has no artifact at ${url.pathname}`, {
      retry: 'backoff',
      hint: 'The source has moved on to another revision, or its storage was emptied.',
    });
  }
  const after = Number(headers['retry-after']);
  return new SourceError('ARTIFACT_DOWNLOAD_FAILED', `${url.host} answers ${status}`, {
    retry: status >= 500 || status === 429 || status === 408 ? 'backoff' : 'terminal',
    ...(Number.isFinite(after) && after > 0 ? { retryAfterMs: after * 1000 } : {}),
    ...(status === 401 || status === 403 ? { hint: 'The server wants a token, or another one.' } : {}),
  });
}
