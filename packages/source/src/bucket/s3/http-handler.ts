import { Readable } from 'node:stream';
import { piecesWithCodes, withCodes } from '../../http-failure.ts';
import { BUCKET_CODES, type OpenBucket } from '../bucket-http.ts';

/** A request as the SDK of AWS has signed it. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null | undefined>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer as the SDK takes it. */
interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Readable;
}

/** What the SDK sends its requests with. */
export interface SdkHandler {
  readonly handle: (
    request: SdkRequest,
    options?: { readonly abortSignal?: unknown },
  ) => Promise<{ response: SdkResponse }>;
  readonly httpHandlerConfigs: () => object;
  readonly updateHttpClientConfig: () => void;
  readonly destroy: () => void;
}

/** Headers that the client sets itself. */
const OWN_HEADERS = new Set(['host', 'content-length', 'connection']);
/** What the storage is told of who asks. */
const SECRET_HEADERS = new Set(['authorization', 'x-amz-security-token']);

/** Sends the requests of the SDK through the one HTTP client: with its limits, address policy, proxies and certificates. */
export function sdkHandler({ http, tls, proxy, timeouts }: OpenBucket, maxBytes: number): SdkHandler {
  return {
    async handle(request, { abortSignal } = {}) {
      const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined;
      const headers = Object.entries(request.headers).filter(
        ([name]) => !OWN_HEADERS.has(name.toLowerCase()),
      );
      const isSecret = ([name]: readonly [string, string]): boolean => SECRET_HEADERS.has(name.toLowerCase());
      const response = await withCodes(BUCKET_CODES, () =>
        http.request({
          url: urlOf(request),
          method: request.method as 'GET',
          headers: Object.fromEntries(headers.filter((header) => !isSecret(header))),
          secretHeaders: Object.fromEntries(headers.filter(isSecret)),
          // A signature is over the address: another one is none of it.
          maxRedirects: 0,
          maxBytes,
          ...(typeof request.body === 'string' && { body: Buffer.from(request.body) }),
          ...(request.body instanceof Uint8Array && { body: request.body }),
          ...(tls && { tls }),
          ...(proxy && { proxy }),
          ...(timeouts && { timeouts }),
          ...(signal && { signal }),
        }),
      );
      const flat = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
      return {
        response: {
          statusCode: response.status,
          headers: Object.fromEntries(flat) as Record<string, string>,
          body: Readable.from(piecesWithCodes(BUCKET_CODES, response.body)),
        },
      };
    },
    httpHandlerConfigs: () => ({}),
    updateHttpClientConfig: () => {},
    destroy: () => {},
  };
}

function urlOf({ protocol, hostname, port, path, query = {} }: SdkRequest): URL {
  const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? (value as readonly string[]) : [value as string | null | undefined];
    // As the SDK signs it: everything but what RFC 3986 leaves alone is encoded.
    return values.map((each) =>
      each === null || each === undefined ? encode(name) : `${encode(name)}=${encode(each)}`,
    );
  });
  url.search = pairs.join('&');
  return url;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
