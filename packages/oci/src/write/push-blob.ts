import type { HttpResponse } from '@gitops-toolkit/core/http';
import { OciError } from '../errors.ts';
import type { Descriptor } from '../model.ts';
import type { RepositorySession } from '../repository-session.ts';

/** Content to be pushed: all of it, or what makes it anew each time it is sent. */
export type BlobContent = Uint8Array | (() => AsyncIterable<Uint8Array>);

/** How a blob is pushed. */
export interface PushBlobOptions {
  /** A repository of the same registry that may have the blob already. */
  readonly mountFrom?: string;
  /** Sends larger ones in pieces of so many bytes, each with an answer. @default all at once */
  readonly chunkBytes?: number;
  readonly signal?: AbortSignal;
}

const MAX_ANSWER_BYTES = 64 * 1024;
/** How often a blob is sent before it is given up. */
const MAX_UPLOADS = 3;
const ACTION = 'pull,push' as const;

/**
 * Pushes a blob, unless the registry has it.
 *
 * @returns whether it was sent
 * @throws {@link OciError}
 */
export async function pushBlob(
  session: RepositorySession,
  descriptor: Pick<Descriptor, 'digest' | 'size'>,
  content: BlobContent,
  options: PushBlobOptions = {},
): Promise<boolean> {
  for (let uploads = 1; ; uploads++) {
    // An upload whose last answer was lost may have been a success.
    if (await hasBlob(session, descriptor.digest, options.signal)) return uploads > 1;
    const place = await beginUpload(session, descriptor.digest, options);
    if (place === undefined) return false;
    try {
      await upload(session, descriptor, content, place, options);
      return true;
    } catch (error) {
      if (uploads >= MAX_UPLOADS || options.signal?.aborted || !isLost(error, content)) throw error;
    }
  }
}

function upload(
  session: RepositorySession,
  descriptor: Pick<Descriptor, 'digest' | 'size'>,
  content: BlobContent,
  place: URL,
  { chunkBytes, signal }: PushBlobOptions,
): Promise<void> {
  return chunkBytes !== undefined && descriptor.size > chunkBytes
    ? sendChunks(session, descriptor, { content, place, chunkBytes, signal })
    : sendWhole(session, descriptor, { content, place, signal });
}

/**
 * Whether an upload broke in a way that another one may not. Registries keep, forget or confuse what they have of a
 * piece that was cut, and so do not take it a second time: then the upload is begun anew.
 */
function isLost(error: unknown, content: BlobContent): boolean {
  if (!(error instanceof OciError)) return false;
  const { code } = error;
  // Bytes have been sent again already where the connection broke.
  const isBroken = code === 'OCI_CONNECTION_FAILED' || code === 'OCI_TIMEOUT';
  return isBroken
    ? typeof content === 'function'
    : code === 'OCI_NOT_FOUND' || code === 'OCI_STATUS' || code === 'OCI_ANSWER_INVALID';
}

/** Whether a repository has a blob. */
export async function hasBlob(
  session: RepositorySession,
  digest: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const request = {
    path: `blobs/${digest}`,
    method: 'HEAD' as const,
    maxBytes: MAX_ANSWER_BYTES,
    action: ACTION,
    signal,
  };
  const response = await session.send(request, [200, 404]);
  response.discard();
  return response.status === 200;
}

/** Where the blob is to be sent; `undefined` where it was mounted. */
async function beginUpload(
  session: RepositorySession,
  digest: string,
  { mountFrom, signal }: PushBlobOptions,
): Promise<URL | undefined> {
  const query =
    mountFrom === undefined ? '' : `?${new URLSearchParams({ mount: digest, from: mountFrom }).toString()}`;
  const request = {
    path: `blobs/uploads/${query}`,
    method: 'POST' as const,
    maxBytes: MAX_ANSWER_BYTES,
    action: ACTION,
    ...(mountFrom !== undefined && { from: mountFrom }),
    signal,
  };
  const response = await session.send(request, mountFrom === undefined ? [202] : [201, 202]);
  response.discard();
  return response.status === 201 ? undefined : locationOf(session, response);
}

async function sendWhole(
  session: RepositorySession,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
  upload: { readonly content: BlobContent; readonly place: URL; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { content, place, signal } = upload;
  const body = content instanceof Uint8Array ? content : { pieces: content(), length: size };
  const response = await session.send(
    {
      url: withDigest(place, digest),
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body,
      maxBytes: MAX_ANSWER_BYTES,
      action: ACTION,
      signal,
    },
    [201, 204],
  );
  response.discard();
}

/** Sends pieces of one size; one that is lost is sent again from where the registry says it is. */
async function sendChunks(
  session: RepositorySession,
  { digest }: Pick<Descriptor, 'digest' | 'size'>,
  upload: {
    readonly content: BlobContent;
    readonly place: URL;
    readonly chunkBytes: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { content, chunkBytes, signal } = upload;
  let { place } = upload;
  let sent = 0;
  for await (const chunk of chunksOf(content, chunkBytes)) {
    const common = { maxBytes: MAX_ANSWER_BYTES, action: ACTION, signal };
    const headers = {
      'content-type': 'application/octet-stream',
      'content-range': `${sent}-${sent + chunk.length - 1}`,
    };
    const response = await session.send(
      { ...common, url: place, method: 'PATCH', headers, body: chunk },
      [202, 204, 416],
    );
    response.discard();
    sent += chunk.length;
    // A try whose answer was lost: the registry has the piece, and will not take it again.
    if (response.status !== 416) place = locationOf(session, response);
    else place = await uploadedUpTo(session, place, sent, signal);
  }
  const request = {
    url: withDigest(place, digest),
    method: 'PUT' as const,
    maxBytes: MAX_ANSWER_BYTES,
    action: ACTION,
    signal,
  };
  (await session.send(request, [201, 204])).discard();
}

async function uploadedUpTo(
  session: RepositorySession,
  place: URL,
  sent: number,
  signal: AbortSignal | undefined,
): Promise<URL> {
  const response = await session.send(
    { url: place, maxBytes: MAX_ANSWER_BYTES, action: ACTION, signal },
    [204],
  );
  response.discard();
  if (response.headers['range'] === `0-${sent - 1}`) return locationOf(session, response);
  throw new OciError('OCI_ANSWER_INVALID', `${session.registry} lost a part of what was sent to it`, {
    retry: 'backoff',
  });
}

async function* chunksOf(content: BlobContent, chunkBytes: number): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) {
    for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
    return;
  }
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of content()) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + chunkBytes - size);
      held.push(part);
      size += part.length;
      at += part.length;
      if (size < chunkBytes) continue;
      yield Buffer.concat(held);
      [held, size] = [[], 0];
    }
  }
  if (size > 0) yield Buffer.concat(held);
}

/** An upload may go on at another host; the credentials stay with the registry. */
function locationOf(session: RepositorySession, { headers }: HttpResponse): URL {
  const location = headers.location;
  if (location === undefined || !URL.canParse(location, session.resolve('/').href))
    throw new OciError('OCI_ANSWER_INVALID', `${session.registry} does not say where a blob is to be sent`);
  return session.resolve(location);
}

function withDigest(place: URL, digest: string): URL {
  const url = new URL(place);
  url.searchParams.set('digest', digest);
  return url;
}
