import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import type { ExchangeResult } from './exchange.ts';
import { HttpError } from './errors.ts';

/** Largest window of Zstandard that a client must be ready for (RFC 9659): 8 MiB. */
const ZSTD_WINDOW_LOG_MAX = 23;

/** What a client that decodes asks for, the densest first. */
export async function acceptedCodings(): Promise<string> {
  const { createZstdDecompress } = await import('node:zlib');
  return typeof createZstdDecompress === 'function' ? 'zstd, br, gzip' : 'br, gzip';
}

/**
 * The same answer with its body decoded, and without the headers that speak of the encoded one.
 *
 * An answer that says to be encoded more than once is refused: nobody needs it, and each turn multiplies what a
 * few bytes unpack to.
 *
 * @param maxBytes of the decoded body
 * @throws `HTTP_ENCODING_INVALID`; while the body is read also `HTTP_LIMIT`, and what the exchange throws
 */
export async function decoded(
  result: ExchangeResult,
  host: string,
  maxBytes: number,
): Promise<ExchangeResult> {
  const { 'content-encoding': named = '', 'content-length': _length, ...headers } = result.headers;
  const coding = named.trim().toLowerCase();
  if (coding === '' || coding === 'identity') {
    return { ...result, body: bounded(result.body, host, maxBytes) };
  }
  const createDecoder = await decoderOf(coding);
  if (!createDecoder) {
    result.discard();
    throw new HttpError(
      'HTTP_ENCODING_INVALID',
      `${host} answers in the encoding ${JSON.stringify(named.slice(0, 100))}`,
      {
        hint: 'One of gzip, deflate, br and zstd is decoded, once.',
      },
    );
  }
  const body = bounded(decode(result, host, createDecoder), host, maxBytes);
  return { ...result, headers: headers as IncomingHttpHeaders, body };
}

/** Makes a decoder for a body that begins with these bytes. */
type CreateDecoder = (start: Uint8Array) => Transform;

async function decoderOf(coding: string): Promise<CreateDecoder | undefined> {
  const zlib = await import('node:zlib');
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return () => zlib.createGunzip();
    case 'deflate':
      // With the header of zlib by the standard (RFC 9110, 8.4.1.2), without it from some servers.
      return ([first = 0]) => ((first & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw());
    case 'br':
      return () => zlib.createBrotliDecompress();
    case 'zstd':
      if (typeof zlib.createZstdDecompress !== 'function') return undefined;
      return () =>
        zlib.createZstdDecompress({ params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX } });
    default:
      return undefined;
  }
}

async function* decode(
  result: ExchangeResult,
  host: string,
  createDecoder: CreateDecoder,
): AsyncGenerator<Uint8Array> {
  const pieces = result.body[Symbol.asyncIterator]();
  try {
    const first = await pieces.next();
    // Answers to HEAD, and those without content, name an encoding of nothing.
    if (first.done) return;
    yield* through(createDecoder(first.value), first.value, pieces);
  } catch (error) {
    throw explain(error, host);
  } finally {
    result.discard();
  }
}

/** Feeds a decoder no faster than what comes out of it is taken. */
async function* through(
  decoder: Transform,
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { pipeline } = await import('node:stream');
  async function* encoded(): AsyncGenerator<Uint8Array> {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  }
  // The decoder's own stream tells the failures of both.
  pipeline(encoded(), decoder, () => {});
  yield* decoder as AsyncIterable<Uint8Array>;
}

async function* bounded(
  body: AsyncIterable<Uint8Array>,
  host: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const piece of body) {
    total += piece.length;
    if (total > maxBytes)
      throw new HttpError('HTTP_LIMIT', `${host} sends what unpacks to more than ${maxBytes} bytes`);
    yield piece;
  }
}

/** A failure of the decoder in the client's words; others stay as they are. */
function explain(error: unknown, host: string): unknown {
  const { code = '' } = error as { code?: string };
  if (!/^(?:Z_|ZSTD_|ERR__ERROR_)/.test(code)) return error;
  if (code === 'Z_BUF_ERROR') {
    return new HttpError('HTTP_CONNECTION_FAILED', `${host} ends its answer in the middle`, {
      cause: error,
      retry: 'backoff',
    });
  }
  return new HttpError('HTTP_ENCODING_INVALID', `${host} sends what cannot be decoded`, { cause: error });
}
