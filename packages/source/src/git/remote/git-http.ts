import { mask } from '@gitops-toolkit/core';
import {
  type HttpClient,
  type HttpResponse,
  type Proxy,
  type Timeouts,
  type TlsIdentity,
  withBody,
} from '@gitops-toolkit/core/http';
import { SourceError } from '../../errors.ts';
import { type HttpFailureCodes, piecesWithCodes, withCodes } from '../../http-failure.ts';
import { authorizationHeader, type GitCredentials, secretsOf } from './credentials.ts';
import { protocolError } from './pkt-line.ts';

const USER_AGENT = 'git/gitops-toolkit';

/** Under which codes exchanges with git servers fail. */
export const GIT_HTTP_CODES: HttpFailureCodes = {
  HTTP_ADDRESS_REFUSED: 'GIT_CONNECTION_FAILED',
  HTTP_CONNECTION_FAILED: 'GIT_CONNECTION_FAILED',
  HTTP_ENCODING_INVALID: 'GIT_PROTOCOL',
  HTTP_LIMIT: 'GIT_LIMIT',
  HTTP_PROXY_FAILED: 'GIT_CONNECTION_FAILED',
  HTTP_PROXY_INVALID: 'GIT_CONNECTION_FAILED',
  HTTP_REDIRECT_REFUSED: 'GIT_REDIRECT_REFUSED',
  HTTP_TIMEOUT: 'GIT_TIMEOUT',
  HTTP_URL_INVALID: 'GIT_URL_INVALID',
};

/** How a git server is spoken to. */
export interface GitHttpOptions {
  readonly credentials?: GitCredentials;
  readonly tls?: TlsIdentity;
  readonly proxy?: Proxy;
  readonly timeouts?: Timeouts;
  readonly maxBytes: number;
  readonly client: HttpClient;
}

/** Requests to one repository. Credentials go to the origin that they were given for and to no other. */
export class GitHttp {
  readonly #origin: string;
  readonly #options: GitHttpOptions;

  constructor(origin: string, options: GitHttpOptions) {
    this.#origin = origin;
    this.#options = options;
  }

  /** Asks a service what it offers. Redirects are followed here alone, as git does. */
  async discover(
    base: URL,
    service: string,
    signal?: AbortSignal,
  ): Promise<{ result: HttpResponse; base: URL }> {
    const suffix = '/info/refs';
    const url = new URL(`${base.href.replace(/\/$/, '')}${suffix}?service=${service}`);
    const result = await this.#send(url, { accept: '*/*', signal });
    await this.#checkStatus(result);
    this.#checkType(result, `application/x-${service}-advertisement`);
    const found = new URL(result.url);
    if (!found.pathname.endsWith(suffix)) {
      result.discard();
      throw new SourceError(
        'GIT_REDIRECT_REFUSED',
        `the redirect to ${found.host} leads to another address than that of a repository`,
        { hint: 'Use the URL that the repository has now.' },
      );
    }
    found.pathname = found.pathname.slice(0, -suffix.length);
    found.search = '';
    return { result, base: found };
  }

  /** Sends a request to a service. */
  async call(base: URL, service: string, body: Uint8Array, signal?: AbortSignal): Promise<HttpResponse> {
    const url = new URL(`${base.href.replace(/\/$/, '')}/${service}`);
    const accept = `application/x-${service}-result`;
    const type = `application/x-${service}-request`;
    const result = await this.#send(url, { accept, body, type, signal });
    await this.#checkStatus(result);
    this.#checkType(result, accept);
    return result;
  }

  async #send(
    url: URL,
    request: { accept: string; body?: Uint8Array; type?: string; signal: AbortSignal | undefined },
  ): Promise<HttpResponse> {
    const { credentials, tls, proxy, timeouts, maxBytes, client } = this.#options;
    // After a redirect of the discovery, the calls go to another origin.
    const isOwnOrigin = url.origin === this.#origin;
    const authorization = isOwnOrigin ? authorizationHeader(credentials) : undefined;
    const response = await withCodes(GIT_HTTP_CODES, () =>
      client.request({
        url,
        method: request.body ? 'POST' : 'GET',
        headers: {
          'user-agent': USER_AGENT,
          accept: request.accept,
          'git-protocol': 'version=2',
          ...(request.type === undefined ? {} : { 'content-type': request.type }),
        },
        ...(authorization === undefined ? {} : { secretHeaders: { authorization } }),
        ...(request.body ? { body: request.body } : {}),
        ...(tls ? { tls: isOwnOrigin ? tls : withoutClientCertificate(tls) } : {}),
        ...(proxy ? { proxy } : {}),
        ...(timeouts ? { timeouts } : {}),
        ...(request.signal ? { signal: request.signal } : {}),
        maxBytes,
      }),
    );
    return withBody(response, piecesWithCodes(GIT_HTTP_CODES, response.body));
  }

  async #checkStatus(result: HttpResponse): Promise<void> {
    const { status, headers, url } = result;
    if (status === 200) return;
    const words = mask(await errorText(result), secretsOf(this.#options.credentials));
    const where = `${url.origin}${url.pathname.replace(/\/(?:info\/refs|git-[a-z]+-pack)$/, '')}`;
    const message = `${where} answers ${status}${words === '' ? '' : `: ${words}`}`;
    if (status === 401 || status === 403) {
      throw new SourceError('GIT_AUTHENTICATION_FAILED', message, {
        retry: 'backoff',
        hint: this.#options.credentials
          ? 'The server refuses the credentials: check user name, password or token, and what they may read.'
          : 'The repository is not public, or does not exist: give credentials.',
      });
    }
    if (status === 404 || status === 410) {
      throw new SourceError('GIT_REPOSITORY_NOT_FOUND', message, {
        retry: 'backoff',
        hint: 'Check the path of the URL. Some servers also answer so where credentials are missing.',
      });
    }
    const after = Number(headers['retry-after']);
    throw new SourceError('GIT_HTTP_STATUS', message, {
      retry: 'backoff',
      ...(Number.isFinite(after) && after > 0 ? { retryAfterMs: after * 1000 } : {}),
    });
  }

  #checkType(result: HttpResponse, expected: string): void {
    const type = (result.headers['content-type'] ?? '').split(';')[0]?.trim();
    const encoding = result.headers['content-encoding'] ?? 'identity';
    if (type === expected && encoding === 'identity') return;
    result.discard();
    const what =
      encoding === 'identity' ? `is of the type ${JSON.stringify(type)}` : `has the encoding ${encoding}`;
    throw protocolError(
      `${what}, not ${expected}`,
      'Check that the URL is that of a git repository and not of its web page.',
    );
  }
}

function withoutClientCertificate(tls: TlsIdentity): TlsIdentity {
  const { cert: _cert, key: _key, ...rest } = tls;
  return rest;
}

/** The beginning of an error's body, where it is text for people. */
async function errorText(result: HttpResponse): Promise<string> {
  const isText = (result.headers['content-type'] ?? '').startsWith('text/plain');
  if (!isText) {
    result.discard();
    return '';
  }
  let text = '';
  try {
    for await (const piece of result.body) {
      text += Buffer.from(piece).toString('utf8');
      if (text.length > 1000) break;
    }
  } catch {
    // The status says more than a broken body.
  }
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}
