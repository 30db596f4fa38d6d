import { HttpError, type HttpErrorCode } from '@gitops-toolkit/core/http';
import { SourceError, type SourceErrorCode } from './errors.ts';

/** The codes under which one kind of fetching reports what goes wrong on the way. */
export type HttpFailureCodes = Readonly<Record<HttpErrorCode, SourceErrorCode>>;

/** Runs an exchange; what it fails with on the way carries the codes of the caller's kind. */
export async function withCodes<T>(codes: HttpFailureCodes, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw asSourceError(error, codes);
  }
}

/** The same for the pieces of a body. */
export async function* piecesWithCodes(
  codes: HttpFailureCodes,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw asSourceError(error, codes);
  }
}

function asSourceError(error: unknown, codes: HttpFailureCodes): unknown {
  if (!(error instanceof HttpError)) return error;
  const { hint, retry, retryAfterMs } = error;
  return new SourceError(codes[error.code], error.message, {
    cause: error.cause ?? error,
    retry,
    ...(hint === undefined ? {} : { hint }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
