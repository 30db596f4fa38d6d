import type { ClientRequest } from 'node:http';

/** A body that is made while it is sent. */
export interface BodyStream {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** In bytes, where it is known; else it is sent in chunks. */
  readonly length?: number;
}

/** What a request carries. */
export type RequestBody = Uint8Array | BodyStream;

/** The header that says how long a body is. */
export function lengthHeader(body: RequestBody | undefined): Record<string, string> {
  const length = body instanceof Uint8Array ? body.length : body?.length;
  return length === undefined ? {} : { 'content-length': String(length) };
}

/**
 * Sends a body no faster than the other side takes it.
 *
 * @param onProgress called when a piece has gone out
 */
export async function sendBody(
  request: ClientRequest,
  body: RequestBody | undefined,
  onProgress: () => void,
): Promise<void> {
  if (body !== undefined && !(body instanceof Uint8Array)) {
    for await (const piece of body.pieces) {
      if (request.destroyed) return;
      await written(request, piece);
      onProgress();
    }
    request.end();
  } else {
    request.end(body);
  }
}

function written(request: ClientRequest, piece: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      request.off('drain', done);
      request.off('close', done);
      resolve();
    };
    request.once('close', done);
    if (request.write(piece)) done();
    else request.once('drain', done);
  });
}
