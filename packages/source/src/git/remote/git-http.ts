import { type Clock, mask } from '@gitops-toolkit/core';
import { SourceError } from '../../errors.ts';
import type { Connections, TlsIdentity } from '../../http/connections.ts';
import { exchange, type ExchangeResult } from '../../http/exchange.ts';
import { GIT_HTTP_CODES } from '../../http/http-error-codes.ts';
import type { Timeouts } from '../../http/timeouts.ts';
import { authorizationHeader, type GitCredentials, secretsOf } from './credentials.ts';
import { protocolError } from './pkt-line.ts';

const MAX_REDIRECTS = 5;
const USER_AGENT = 'git/gitops-toolkit';

/** How a git server is spoken to. */
export interface GitHttpOptions {
  readonly credentials?: GitCredentials;
  readonly tls?: TlsIdentity;
  readonly timeouts?: Timeouts;
  readonly maxBytes: number;
  readonly connections: Connections;
  readonly clock?: Clock;
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
  ): Promise<{ result: ExchangeResult; base: URL }> {
    const suffix = '/info/refs';
    let url = new URL(`${base.href.replace(/\/$/, '')}${suffix}?service=${service}`);
    for (let redirects = 0; ; redirects++) {
      const result = await this.#send(url, { method: 'GET', accept: '*/*', signal });
      const next = redirectTarget(url, result);
      if (next === undefined) {
        await this.#checkStatus(url, result);
        this.#checkType(result, `application/x-${service}-advertisement`);
        if (!url.pathname.endsWith(suffix))
          throw refused(url, 'leads to another address than that of a repository');
        const found = new URL(url.href);
        found.pathname = url.pathname.slice(0, -suffix.length);
        found.search = '';
        return { result, base: found };
      }
      result.discard();
      if (redirects >= MAX_REDIRECTS) throw refused(next, `is one of more than ${MAX_REDIRECTS}`);
      url = next;
    }
  }

  /** Sends a request to a service. */
  async call(base: URL, service: string, body: Uint8Array, signal?: AbortSignal): Promise<ExchangeResult> {
    const url = new URL(`${base.href.replace(/\/$/, '')}/${service}`);
    const accept = `application/x-${service}-result`;
    const result = await this.#send(url, {
      method: 'POST',
      accept,
      body,
      type: `application/x-${service}-request`,
      signal,
    });
    if (redirectTarget(url, result) !== undefined) {
      result.discard();
      throw refused(url, 'came in answer to a request that may not be sent elsewhere');
    }
    await this.#checkStatus(url, result);
    this.#checkType(result, accept);
    return result;
  }

  #send(
    url: URL,
    request: {
      method: 'GET' | 'POST';
      accept: string;
      body?: Uint8Array;
      type?: string;
      signal: AbortSignal | undefined;
    },
  ): Promise<ExchangeResult> {
    const { credentials, tls, timeouts, maxBytes, connections, clock } = this.#options;
    const isOwnOrigin = url.origin === this.#origin;
    const authorization = isOwnOrigin ? authorizationHeader(credentials) : undefined;
    return exchange({
      url,
      method: request.method,
      headers: {
        'user-agent': USER_AGENT,
        accept: request.accept,
        'accept-encoding': 'identity',
        'git-protocol': 'version=2',
        ...(request.type === undefined ? {} : { 'content-type': request.type }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(request.body ? { body: request.body } : {}),
      ...(tls ? { tls: isOwnOrigin ? tls : withoutClientCertificate(tls) } : {}),
      ...(timeouts ? { timeouts } : {}),
      ...(clock ? { clock } : {}),
      ...(request.signal ? { signal: request.signal } : {}),
      connections,
      maxBytes,
      codes: GIT_HTTP_CODES,
    });
  }

  async #checkStatus(url: URL, result: ExchangeResult): Promise<void> {
    const { status, headers } = result;
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

  #checkType(result: ExchangeResult, expected: string): void {
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

/** Where an answer redirects to; `undefined` where it does not. */
function redirectTarget(from: URL, result: ExchangeResult): URL | undefined {
  const location = result.headers.location;
  if (![301, 302, 303, 307, 308].includes(result.status) || location === undefined) return undefined;
  // Parsers disagree on a backslash: a host could hide behind it.
  if (location.includes('\\') || !URL.canParse(location, from.href)) {
    result.discard();
    throw refused(from, 'has an address that cannot be read');
  }
  const target = new URL(location, from);
  const isAllowed =
    target.protocol === 'https:' || (target.protocol === 'http:' && from.protocol === 'http:');
  if (!isAllowed || target.username !== '' || target.password !== '') {
    result.discard();
    throw refused(
      target,
      isAllowed ? 'carries credentials' : `leads from ${from.protocol} to ${target.protocol}`,
    );
  }
  return target;
}

function refused(url: URL, words: string): SourceError {
  return new SourceError('GIT_REDIRECT_REFUSED', `the redirect to ${url.host} ${words}`, {
    hint: 'Use the URL that the repository has now.',
  });
}

function withoutClientCertificate(tls: TlsIdentity): TlsIdentity {
  const { cert: _cert, key: _key, ...rest } = tls;
  return rest;
}

/** The beginning of an error's body, where it is text for people. */
async function errorText(result: ExchangeResult): Promise<string> {
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
