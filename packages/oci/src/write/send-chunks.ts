import { OciError } from '../errors.ts';
import type { Descriptor } from '../model.ts';
import type { RepositorySession } from '../repository-session.ts';
import type { BlobContent } from './blob-content.ts';
import { ACTION, locationOf, MAX_ANSWER_BYTES, withDigest } from './upload-place.ts';

/** Sends pieces of one size; one that is lost is sent again from where the registry says it is. */
export async function sendChunks(
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
