import { createHasher, SingleFlight } from '@gitops-toolkit/core';
import type { HttpResponse } from '@gitops-toolkit/core/http';
import type { RegistryCredentials } from '../credentials/credential-store.ts';
import { OciError } from '../errors.ts';
import type { RegistryHttp } from '../registry-http.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import { checkRealm } from './realm-policy.ts';
import type { RegistryMemory } from './registry-memory.ts';

/** What may be done with a repository: `pull`, or `pull,push`. */
export type Action = 'pull' | 'pull,push' | 'pull,push,delete';

/** What an authorizer works with. */
export interface AuthorizerOptions {
  /** The registry, as it is dialled. */
  readonly registry: string;
  readonly http: RegistryHttp;
  readonly memory: RegistryMemory;
  readonly insecure: boolean;
  readonly allowedHosts?: readonly string[];
}

/** A token is given up some time before its end: clocks differ, and requests take time. */
const MARGIN_MS = 10_000;
/** What holds where a registry does not say (distribution spec, token authentication). */
const DEFAULT_LIFE_S = 60;
const MAX_TOKEN_BYTES = 1024 * 1024;
const CLIENT_ID = 'gitops-toolkit';

/** Answers the challenges of one registry. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #pings = new SingleFlight<Challenge>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** The header for requests of the scopes; `undefined` where the registry wants none. */
  async header(
    scopes: readonly string[],
    credentials: RegistryCredentials | undefined,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const challenge = await this.#askedFor(signal);
    if (challenge.scheme === 'none') return undefined;
    if (challenge.scheme === 'basic') return basicHeader(credentials);
    if (credentials?.registryToken !== undefined) return `Bearer ${credentials.registryToken}`;
    return `Bearer ${await this.#token(challenge, scopes, credentials, signal)}`;
  }

  /** Forgets what was answered with: the registry took it no more. Gives the challenge that it sent. */
  refused(
    header: string | undefined,
    scopes: readonly string[],
    credentials: RegistryCredentials | undefined,
  ): void {
    const { http, memory } = this.#options;
    const known = memory.challenge(http.base);
    if (known?.scheme === 'bearer') memory.forget(this.#key(known, scopes, credentials));
    const challenge = parseChallenge(header);
    if (challenge) memory.remember(http.base, challenge);
  }

  /** What the registry asks of its clients: one request, once. */
  async #askedFor(signal: AbortSignal | undefined): Promise<Challenge> {
    const { http, memory, registry } = this.#options;
    const known = memory.challenge(http.base);
    if (known) return known;
    return this.#pings.run(registry, () => this.#ping(signal), signal);
  }

  async #ping(signal: AbortSignal | undefined): Promise<Challenge> {
    const { http, memory, registry } = this.#options;
    const response = await this.#firstAnswer(signal);
    const header = response.headers['www-authenticate'];
    response.discard();
    const challenge = response.status === 401 ? parseChallenge(header) : ({ scheme: 'none' } as const);
    if (!challenge)
      throw new OciError('OCI_AUTHENTICATION_FAILED', `${registry} asks for credentials of an unknown kind`);
    memory.remember(http.base, challenge);
    return challenge;
  }

  /** An insecure registry may have HTTPS all the same, as for Docker: it is tried first. */
  async #firstAnswer(signal: AbortSignal | undefined): Promise<HttpResponse> {
    const { http, insecure, memory, registry } = this.#options;
    const request = { path: '/v2/', maxBytes: MAX_TOKEN_BYTES, signal };
    if (!insecure || http.base.startsWith('http:')) return http.send(request);
    try {
      return await http.send({ ...request, once: true });
    } catch (error) {
      if (!(error instanceof OciError) || error.code !== 'OCI_CONNECTION_FAILED') throw error;
    }
    http.usePlainHttp();
    const response = await http.send(request);
    memory.rememberPlain(registry);
    return response;
  }

  async #token(
    challenge: Extract<Challenge, { scheme: 'bearer' }>,
    scopes: readonly string[],
    credentials: RegistryCredentials | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { memory } = this.#options;
    const key = this.#key(challenge, scopes, credentials);
    const kept = memory.token(key);
    if (kept !== undefined) return kept;
    const { token, seconds } = await this.#requestToken(challenge, scopes, credentials, signal);
    memory.keep(key, token, Math.max(seconds * 1000 - MARGIN_MS, 0));
    return token;
  }

  #key(
    { realm, service = '' }: Extract<Challenge, { scheme: 'bearer' }>,
    scopes: readonly string[],
    credentials: RegistryCredentials | undefined,
  ): string {
    const hasher = createHasher();
    hasher.update(Buffer.from(JSON.stringify(credentials ?? null)));
    return [realm, service, ...scopes.toSorted(), hasher.hex()].join(' ');
  }

  async #requestToken(
    { realm, service }: Extract<Challenge, { scheme: 'bearer' }>,
    scopes: readonly string[],
    credentials: RegistryCredentials | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ token: string; seconds: number }> {
    const { registry, insecure, allowedHosts, http } = this.#options;
    const { url, isTrusted } = checkRealm(realm, registry, {
      insecure,
      ...(allowedHosts && { allowedHosts }),
    });
    const shown = credentials && isTrusted ? credentials : undefined;
    if (credentials && !isTrusted) {
      throw new OciError(
        'OCI_REALM_REFUSED',
        `${registry} asks for its credentials to be sent to ${url.host}`,
        {
          hint: `Allow the host ${url.hostname} as a realm of the registry, if it is one.`,
        },
      );
    }
    const response =
      shown?.identityToken === undefined
        ? await http.send({
            url: withQuery(url, service, scopes),
            secretHeaders: authorization(basicHeader(shown)),
            maxBytes: MAX_TOKEN_BYTES,
            signal,
          })
        : await http.send({
            url,
            method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: Buffer.from(this.#refreshForm(shown.identityToken, url, service, scopes)),
            maxBytes: MAX_TOKEN_BYTES,
            signal,
          });
    if (response.status !== 200) {
      response.discard();
      throw tokenRefused(registry, url, response.status, credentials);
    }
    return tokenIn(await response.bytes(), url);
  }

  #refreshForm(token: string, url: URL, service: string | undefined, scopes: readonly string[]): string {
    const { http, memory, registry } = this.#options;
    if (memory.firstRealm(http.base, url.href) !== url.href) {
      throw new OciError('OCI_REALM_REFUSED', `${registry} now asks for tokens from ${url.host}`, {
        hint: 'A refresh token goes to the address that was named first. Begin anew if the registry has moved.',
      });
    }
    return new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: token,
      client_id: CLIENT_ID,
      ...(service !== undefined && { service }),
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    }).toString();
  }
}

/** The scope of an action on a repository. */
export function scopeOf(repository: string, action: Action): string {
  return `repository:${repository}:${action}`;
}

function authorization(header: string | undefined): Record<string, string> {
  return header === undefined ? {} : { authorization: header };
}

function basicHeader(credentials: RegistryCredentials | undefined): string | undefined {
  const { username, password } = credentials ?? {};
  if (username === undefined && password === undefined) return undefined;
  return `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`;
}

function withQuery(realm: URL, service: string | undefined, scopes: readonly string[]): URL {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  return url;
}

function tokenIn(bytes: Uint8Array, url: URL): { token: string; seconds: number } {
  let value: { token?: unknown; access_token?: unknown; expires_in?: unknown };
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8')) as typeof value;
  } catch {
    value = {};
  }
  const token = value?.token ?? value?.access_token;
  if (typeof token !== 'string' || token === '' || /[\r\n]/.test(token))
    throw new OciError('OCI_ANSWER_INVALID', `${url.host} answers with no token`, { retry: 'backoff' });
  const seconds = value.expires_in;
  return { token, seconds: typeof seconds === 'number' && seconds > 0 ? seconds : DEFAULT_LIFE_S };
}

function tokenRefused(
  registry: string,
  url: URL,
  status: number,
  credentials: RegistryCredentials | undefined,
): OciError {
  const isRefusal = status === 400 || status === 401 || status === 403 || status === 404;
  return new OciError(
    isRefusal ? 'OCI_AUTHENTICATION_FAILED' : 'OCI_STATUS',
    `${url.host} answers ${status} to the request of a token for ${registry}`,
    {
      retry: 'backoff',
      ...(isRefusal && {
        hint: credentials
          ? 'The registry refuses the credentials: check user name and password or token.'
          : 'The repository is not public, or does not exist: give credentials.',
      }),
    },
  );
}
