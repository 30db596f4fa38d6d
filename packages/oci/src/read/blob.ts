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
    try {
      for await (const piece of piecesFrom(session, digest, { from: received, size, signal })) {
        received += piece.length;
        yield piece;
      }
      // One that ends early without a word is taken up, too.
      if (received >= size || resumes >= MAX_RESUMES) return;
    } catch (error) {
      // All of it came before the connection broke.
      if (received === size && size > 0) return;
      const isBroken =
        error instanceof OciError && (error.code === 'OCI_CONNECTION_FAILED' || error.code === 'OCI_TIMEOUT');
      if (!isBroken || resumes >= MAX_RESUMES || signal?.aborted) throw error;
    }
  }
}

/** Which part of a blob is asked for: all from a place on. */
interface Part {
  readonly from: number;
  readonly size: number;
  readonly signal: AbortSignal | undefined;
}

async function* piecesFrom(
  session: RepositorySession,
  digest: string,
  part: Part,
): AsyncGenerator<Uint8Array> {
  const { from, size } = part;
  if (from === 0) {
    yield* (await open(session, digest, part, [200])).body;
    return;
  }
  // With its end: there are registries that read no range without one.
  const response = await open(session, digest, part, [200, 206, 416], `bytes=${from}-${size - 1}`);
  if (response.status === 206) {
    const range = response.headers['content-range'] ?? '';
    if (!range.startsWith(`bytes ${from}-`)) {
      response.discard();
      throw mismatch(digest, 'came from another place than was asked for');
    }
    yield* response.body;
    return;
  }
  // A registry without ranges: what is here already comes once more. Its digest is that of the whole.
  if (response.status === 416) response.discard();
  const whole = response.status === 200 ? response : await open(session, digest, part, [200]);
  yield* after(from, whole.body);
}

function open(
  session: RepositorySession,
  digest: string,
  { size, signal }: Part,
  statuses: readonly number[],
  range?: string,
): Promise<HttpResponse> {
  return session.send(
    {
      path: `blobs/${digest}`,
      headers: range === undefined ? {} : { range },
      // A byte more than may come, so that too long a body is told from a broken limit.
      maxBytes: size + 1,
      signal,
    },
    statuses,
  );
}

async function* after(bytes: number, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = bytes;
  for await (const piece of pieces) {
    if (rest < piece.length) yield piece.subarray(rest);
    rest = Math.max(rest - piece.length, 0);
  }
}
