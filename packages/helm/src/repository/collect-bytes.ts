import { joinBytes } from '../bytes/join-bytes.ts';
import { HelmError } from '../errors.ts';
import type { FetchedBytes } from './chart-fetch.ts';

/**
 * All bytes of an answer.
 *
 * @throws HelmError `HELM_LIMIT` as soon as there are more than allowed; the reason of the signal.
 */
export async function collectBytes(
  source: FetchedBytes,
  maxBytes: number,
  what: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source instanceof Uint8Array ? [source] : source) {
    signal?.throwIfAborted();
    length += piece.length;
    if (length > maxBytes) {
      throw new HelmError('HELM_LIMIT', `${what} is larger than ${maxBytes} bytes`, {
        hint: 'Raise the limit, or ask for a smaller chart.',
      });
    }
    pieces.push(piece);
  }
  return joinBytes(pieces);
}
