import type { HttpClient, Proxy, Timeouts, TlsIdentity } from '@gitops-toolkit/core/http';
import type { GitHttpRequest, GitHttpResponse, HttpClient as HttpPlugin } from 'isomorphic-git';
import { SourceError } from '../../errors.ts';
import { withCodes } from '../../http-failure.ts';
import { authorizationHeader, type GitCredentials } from '../remote/credentials.ts';
import { GIT_HTTP_CODES } from '../remote/git-http.ts';

/** How a repository that is written to is spoken to. */
export interface PushAccess {
  /** Sent to the origin of the URL alone. */
  readonly credentials?: GitCredentials;
  /** The client's certificate is shown to the origin of the URL alone. */
  readonly tls?: TlsIdentity;
  readonly proxy?: Proxy;
  readonly timeouts?: Timeouts;
  /** Looked at while waiting for the network. */
  readonly signal?: AbortSignal;
}

/** The exchanges of `isomorphic-git`, by our client: its limits, times and care for credentials. */
export function httpPlugin(
  client: HttpClient,
  origin: string,
  maxBytes: number,
  { credentials, tls, proxy, timeouts, signal }: PushAccess,
): HttpPlugin {
  const request = async ({ url, method, headers, body }: GitHttpRequest): Promise<GitHttpResponse> => {
    const isOwnOrigin = new URL(url).origin === origin;
    const authorization = isOwnOrigin ? authorizationHeader(credentials) : undefined;
    const { cert: _cert, key: _key, ...withoutCertificate } = tls ?? {};
    const sent = body && (await joined(body));
    return withCodes(GIT_HTTP_CODES, async () => {
      const response = await client.request({
        url,
        method: method === 'POST' ? 'POST' : 'GET',
        headers: headers ?? {},
        ...(authorization === undefined ? {} : { secretHeaders: { authorization } }),
        ...(sent && { body: sent }),
        ...(tls && { tls: isOwnOrigin ? tls : withoutCertificate }),
        ...(proxy && { proxy }),
        ...(timeouts && { timeouts }),
        ...(signal && { signal }),
        maxBytes,
      });
      const data = await response.bytes();
      refuseSha256(url, data);
      return {
        url: response.url.href,
        statusCode: response.status,
        statusMessage: String(response.status),
        headers: Object.fromEntries(
          Object.entries(response.headers).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, String(value)]],
          ),
        ),
        body: pieces(data),
      };
    });
  };
  return { request };
}

/** `isomorphic-git` takes the ids of such a repository for damaged ones, of half their length. */
function refuseSha256(url: string, data: Uint8Array): void {
  if (!url.includes('/info/refs?')) return;
  const answer = Buffer.from(data.buffer, data.byteOffset, data.length);
  // No name of a reference has a space or a NUL.
  const isSha256 = [' ', '\0'].some((before) => answer.includes(`${before}object-format=sha256`));
  if (isSha256)
    throw new SourceError('GIT_PROTOCOL', 'the repository has SHA-256 ids, which pushes do not know', {
      hint: 'Push to a repository of SHA-1, or by the program git. Fetching knows both.',
    });
}

async function joined(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of body) all.push(piece);
  return Buffer.concat(all);
}

async function* pieces(data: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield data;
}
