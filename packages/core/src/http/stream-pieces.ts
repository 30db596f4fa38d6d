import type { Readable } from 'node:stream';

/**
 * The pieces of a stream as they came, one at a time. Its own iterator joins all that has come in the meantime, and copies
 * every byte for that. The stream is left open where the reader stops early.
 *
 * @throws What the stream fails with, and where it is closed before its end.
 */
export async function* streamPieces(stream: Readable): AsyncGenerator<Uint8Array> {
  const { finished } = await import('node:stream');
  const waiting: Uint8Array[] = [];
  const end: { isThere: boolean; error?: Error | null | undefined } = { isThere: false };
  let wake = (): void => {};
  const onData = (piece: Uint8Array): void => {
    waiting.push(piece);
    stream.pause();
    wake();
  };
  const stopWatching = finished(stream, { writable: false }, (error) => {
    end.isThere = true;
    end.error = error;
    wake();
  });
  stream.on('data', onData);
  try {
    while (true) {
      const piece = waiting.shift();
      if (piece !== undefined) yield piece;
      else if (end.isThere) break;
      else {
        const woken = new Promise<void>((resolve) => (wake = resolve));
        stream.resume();
        await woken;
      }
    }
    if (end.error) throw end.error;
  } finally {
    stream.off('data', onData);
    stopWatching();
  }
}
