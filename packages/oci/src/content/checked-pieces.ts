import { createHasher, parseDigest } from '@gitops-toolkit/core';
import { OciError } from '../errors.ts';
import type { Descriptor } from '../model.ts';

/**
 * The pieces of a content as they come, checked against its descriptor: nothing beyond its size is let through, and the
 * last piece only where the digest is right. Who uses pieces before the end uses what is not yet known to be right.
 *
 * @throws {@link OciError} `OCI_DIGEST_MISMATCH`
 */
export async function* checkedPieces(
  pieces: AsyncIterable<Uint8Array>,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
): AsyncGenerator<Uint8Array> {
  const { algorithm, hex } = parseDigest(digest);
  const hasher = createHasher(algorithm);
  let received = 0;
  let held: Uint8Array | undefined;
  for await (const piece of pieces) {
    received += piece.length;
    if (received > size) throw mismatch(digest, `is longer than its ${size} bytes`);
    hasher.update(piece);
    if (held) yield held;
    held = piece;
  }
  if (received !== size) throw mismatch(digest, `has ${received} bytes, not ${size}`);
  if (hasher.hex() !== hex) throw mismatch(digest, 'is other content');
  if (held) yield held;
}

/** The error for content that is not what was asked for. */
export function mismatch(digest: string, words: string): OciError {
  return new OciError('OCI_DIGEST_MISMATCH', `what the registry serves as ${digest} ${words}`, {
    retry: 'backoff',
    hint: 'The registry, or something before it, damages or exchanges content.',
  });
}
