import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Who may do anything, and whether others may read. */
export interface RegistryUser {
  readonly username: string;
  readonly password: string;
  /** Whether tokens are asked for, as most registries do, or the name and password with each request. @default 'token' */
  readonly scheme?: 'token' | 'basic';
  /** Whether reading needs no credentials, only a token where tokens are asked for. @default false */
  readonly anonymousPull?: boolean;
  /** How long tokens hold, in seconds. @default 300 */
  readonly tokenSeconds?: number;
}

interface Grant {
  readonly scopes: readonly string[];
  readonly until: number;
}

/** Gives out tokens, and says who may do what: the protocol that registries of Docker began. */
export class TokenService {
  readonly #user: RegistryUser;
  readonly #grants = new Map<string, Grant>();

  constructor(user: RegistryUser) {
    this.#user = user;
  }

  /** Whether a request may do something with a repository. */
  allows(
    request: IncomingMessage,
    repository: string | undefined,
    action: 'pull' | 'push' | 'delete',
  ): boolean {
    const { scheme = 'token', anonymousPull = false } = this.#user;
    const [kind, value = ''] = (request.headers.authorization ?? '').split(' ');
    if (scheme === 'basic')
      return (anonymousPull && action === 'pull') || (kind === 'Basic' && this.#isUser(value));
    const grant = kind === 'Bearer' ? this.#grants.get(value) : undefined;
    if (!grant || grant.until < Date.now()) return false;
    if (repository === undefined) return true;
    return grant.scopes.some((scope) => {
      const [, name, actions = ''] = /^repository:(.+):([a-z,*]+)$/.exec(scope) ?? [];
      return name === repository && actions.split(',').includes(action);
    });
  }

  /** The header of an answer that asks for credentials. */
  challenge(base: string, repository: string | undefined, action: string): string {
    if (this.#user.scheme === 'basic') return 'Basic realm="registry"';
    const scope = repository === undefined ? '' : `,scope="repository:${repository}:${action}"`;
    return `Bearer realm="${base}/token",service="registry"${scope}`;
  }

  /** Answers a request for a token. */
  answer(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const { anonymousPull = false, tokenSeconds = 300 } = this.#user;
    const [kind, value = ''] = (request.headers.authorization ?? '').split(' ');
    const isUser = kind === 'Basic' && this.#isUser(value);
    if (!isUser && (kind !== '' || !anonymousPull)) {
      response.writeHead(401).end();
      return;
    }
    const asked = url.searchParams.getAll('scope').flatMap((scope) => scope.split(' '));
    const scopes = isUser ? asked : asked.map((scope) => scope.replace(/:[^:]*$/, ':pull'));
    const token = randomUUID();
    this.#grants.set(token, { scopes, until: Date.now() + tokenSeconds * 1000 });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ token, expires_in: tokenSeconds }));
  }

  #isUser(base64: string): boolean {
    const given = Buffer.from(Buffer.from(base64, 'base64').toString());
    const wanted = Buffer.from(`${this.#user.username}:${this.#user.password}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}
