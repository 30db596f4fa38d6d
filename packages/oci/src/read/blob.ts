import type { HttpResponse } from '@gitops-toolkit/core/http';
import { checkedPieces, mismatch } from '../content/checked-pieces.ts';
import { OciError } from '../errors.ts';
import type { Descriptor } from '../model.ts';
import type { RepositorySession } from '../repository-session.ts';

/** How often a broken download is taken up where it broke. */
const MAX_RESUMES = 5;

/**
 * The pieces of a blob, checked while they come ({@link checkedPieces}). A connection that breaks is taken up again
 * where it broke, where the registry can. `urls` of the descriptor are never followed.
 *
 * @throws {@link OciError}
 */
export function fetchBlob(
  session: RepositorySession,
  descriptor: Pick<Descriptor, 'digest' | 'size'>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  return checkedPieces(resumedPieces(session, descriptor, signal), descriptor);
}

async function* resumedPieces(
  session: RepositorySession,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  for (let resumes = 0; ; resumes++) {
    const response = await open(session, digest, { from: received, size, signal });
    try {
      for await (const piece of response.body) {
        received += piece.length;
        yield piece;
      }
      // One that ends early without a word is taken up, too.
      if (received >= size || resumes >= MAX_RESUMES) return;
    } catch (error) {
      const isBroken =
        error instanceof OciError && (error.code === 'OCI_CONNECTION_FAILED' || error.code === 'OCI_TIMEOUT');
      if (!isBroken || resumes >= MAX_RESUMES || signal?.aborted) throw error;
    }
  }
}

async function open(
  session: RepositorySession,
  digest: string,
  {
    from,
    size,
    signal,
  }: { readonly from: number; readonly size: number; readonly signal: AbortSignal | undefined },
): Promise<HttpResponse> {
  const headers: Record<string, string> = from === 0 ? {} : { range: `bytes=${from}-` };
  // A byte more than may come, so that too long a body is told from a broken limit.
  const request = { path: `blobs/${digest}`, headers, maxBytes: Math.max(size - from, 0) + 1, signal };
  const response = await session.send(request, from === 0 ? [200] : [200, 206]);
  if (from === 0) return response;
  const range = response.headers['content-range'] ?? '';
  if (response.status === 206 && range.startsWith(`bytes ${from}-`)) return response;
  response.discard();
  if (response.status === 206) throw mismatch(digest, 'came from another place than was asked for');
  throw new OciError(
    'OCI_CONNECTION_FAILED',
    `${session.registry} cannot go on where the download of ${digest} broke`,
    {
      retry: 'backoff',
    },
  );
}
