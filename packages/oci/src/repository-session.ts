import {
  type HttpMethod,
  type HttpResponse,
  type RequestBody,
  retryAfterMs,
} from '@gitops-toolkit/core/http';
import { type Action, type Authorizer, scopeOf } from './auth/authorizer.ts';
import type { CredentialStore, RegistryCredentials } from './credentials/credential-store.ts';
import { OciError } from './errors.ts';
import type { RegistryHttp } from './registry-http.ts';

/** A request about a repository. */
export interface RepositoryRequest {
  /** After `/v2/<name>/`; with a slash before it, of the registry. */
  readonly path?: string;
  /** In place of `path`: an address that the registry gave. */
  readonly url?: URL;
  readonly method?: HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly maxBytes: number;
  /** @default 'pull' */
  readonly action?: Action;
  /** Another repository that is read from. */
  readonly from?: string;
  readonly signal: AbortSignal | undefined;
}

/** What a session is made of. */
export interface RepositorySessionOptions {
  readonly registry: string;
  readonly name: string;
  readonly http: RegistryHttp;
  readonly authorizer: Authorizer;
  readonly credentials: CredentialStore | undefined;
}

const MAX_ERROR_BYTES = 64 * 1024;

/** Requests about one repository, with the token for it. */
export class RepositorySession {
  readonly registry: string;
  readonly name: string;
  readonly #options: RepositorySessionOptions;

  constructor(options: RepositorySessionOptions) {
    this.registry = options.registry;
    this.name = options.name;
    this.#options = options;
  }

  /** The address of a path of the repository; of one that the registry gave, what it is relative to. */
  resolve(location: string): URL {
    return new URL(location, `${this.#options.http.base}/`);
  }

  /**
   * Sends a request. An answer of 401 makes the credentials be shown anew, once.
   *
   * @returns the answer, where its status is one of `expected`
   * @throws {@link OciError} for any other
   */
  async send(request: RepositoryRequest, expected: readonly number[]): Promise<HttpResponse> {
    const { registry, name, credentials: store } = this.#options;
    const credentials = await store?.(registry, name, request.signal);
    let response = await this.#attempt(request, credentials);
    const isRepeatable = request.body === undefined || request.body instanceof Uint8Array;
    if (response.status === 401 && isRepeatable) {
      response.discard();
      this.#options.authorizer.refused(
        response.headers['www-authenticate'],
        this.#scopes(request),
        credentials,
      );
      response = await this.#attempt(request, credentials);
    }
    if (expected.includes(response.status)) return response;
    throw await this.#statusError(request, response, credentials);
  }

  async #attempt(
    request: RepositoryRequest,
    credentials: RegistryCredentials | undefined,
  ): Promise<HttpResponse> {
    const { http, authorizer, name } = this.#options;
    const { path = '', action: _action, from: _from, url, ...rest } = request;
    const isOwnOrigin = url === undefined || url.origin === new URL(http.base).origin;
    const header = isOwnOrigin
      ? await authorizer.header(this.#scopes(request), credentials, request.signal)
      : undefined;
    return http.send({
      ...rest,
      ...(url ? { url } : { path: path.startsWith('/') ? path : `/v2/${name}/${path}` }),
      ...(header !== undefined && { secretHeaders: { authorization: header } }),
    });
  }

  #scopes({ action = 'pull', from }: RepositoryRequest): string[] {
    const scopes = [scopeOf(this.name, action)];
    if (from !== undefined) scopes.push(scopeOf(from, 'pull'));
    return scopes;
  }

  async #statusError(
    { path, method = 'GET' }: RepositoryRequest,
    response: HttpResponse,
    credentials: RegistryCredentials | undefined,
  ): Promise<OciError> {
    const { status } = response;
    const reason = method === 'HEAD' ? '' : await errorCodes(response);
    if (method === 'HEAD') response.discard();
    const what = `${this.registry}/${this.name}${path === undefined || path === '' ? '' : ` (${path})`}`;
    const message = `${response.url.host} answers ${status} for ${what}${reason === '' ? '' : `: ${reason}`}`;
    if (status === 401 || status === 403) {
      const hint = credentials
        ? 'The registry refuses the credentials: check them, and what they may do.'
        : 'The repository is not public, or does not exist: give credentials.';
      return new OciError('OCI_AUTHENTICATION_FAILED', message, { retry: 'backoff', hint });
    }
    if (status === 404) return new OciError('OCI_NOT_FOUND', message, { retry: 'backoff' });
    const after = retryAfterMs(response.headers['retry-after']);
    return new OciError('OCI_STATUS', message, {
      retry: 'backoff',
      ...(after !== undefined && { retryAfterMs: after }),
    });
  }
}

/** The codes in the body of an error (distribution spec, "Error codes"); its messages are not trusted to be short or plain. */
async function errorCodes(response: HttpResponse): Promise<string> {
  try {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of response.body) {
      pieces.push(piece);
      if ((size += piece.length) > MAX_ERROR_BYTES) break;
    }
    const { errors } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as {
      errors?: { code?: unknown }[];
    };
    const codes = (errors ?? [])
      .map(({ code }) => String(code))
      .filter((code) => /^[A-Z_]{1,60}$/.test(code));
    return codes.slice(0, 3).join(', ');
  } catch {
    // The status says more than a broken body.
    return '';
  }
}
