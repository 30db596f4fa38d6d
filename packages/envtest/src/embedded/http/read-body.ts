import { errorMessage } from '@gitops-toolkit/core';

import { badRequest, StatusError, tooLarge } from '../status-error.ts';

/** As much of a request as a client may send; the real server's limit. */
const MAX_BODY = 3 * 1024 * 1024;

/** Reads the whole body of a request. @throws StatusError 413 where it is too long, 400 where it breaks off */
export async function readBody(request: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      if (size > MAX_BODY) throw tooLarge(`limit is ${MAX_BODY}`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof StatusError ? error : badRequest(errorMessage(error));
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}
