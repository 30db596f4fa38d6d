import { OciError } from '../errors.ts';
import type { Descriptor } from '../model.ts';
import type { RepositorySession } from '../repository-session.ts';
import type { BlobContent } from './blob-content.ts';
import { sendChunks } from './send-chunks.ts';
import { ACTION, locationOf, MAX_ANSWER_BYTES, withDigest } from './upload-place.ts';

/** How a blob is pushed. */
export interface PushBlobOptions {
  /** A repository of the same registry that may have the blob already. */
  readonly mountFrom?: string;
  /** Sends larger ones in pieces of so many bytes, each with an answer. @default all at once */
  readonly chunkBytes?: number;
  readonly signal?: AbortSignal;
}

/** How often a blob is sent before it is given up. */
const MAX_UPLOADS = 3;

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
