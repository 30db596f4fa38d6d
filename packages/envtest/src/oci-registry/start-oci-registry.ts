import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import { serveHttp } from '../servers/serve-http.ts';
import type { RepositoryContents } from './contents.ts';
import { type RegistryCall, RegistryRoutes } from './routes.ts';
import { type RegistryUser, TokenService } from './token-service.ts';

/** How an embedded registry behaves. */
export interface OciRegistryOptions {
  /** Whether it keeps referrers (distribution spec 1.1). @default true */
  readonly referrers?: boolean;
  /** @default anybody may do anything */
  readonly user?: RegistryUser;
  /** Certificates: HTTPS is served. @default HTTP */
  readonly tls?: ServerOptions;
  /** Sees each request first; where it gives `true`, it has answered. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A registry in this process. */
export interface OciRegistry extends AsyncDisposable {
  /** `127.0.0.1:<port>`, as references name it. */
  readonly host: string;
  readonly url: string;
  /** Requests that came, as `GET /v2/…`. */
  readonly requests: readonly string[];
  /** What a repository holds, to be looked at or tampered with. */
  contents(repository: string): RepositoryContents;
}

const PATH = /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|tags|referrers)\/([^/]*)$/;

/**
 * Starts an OCI registry in memory: push, pull, tags by page, referrers, mounts, ranges, tokens.
 *
 * @example
 * ```ts
 * import { startOciRegistry } from '@gitops-toolkit/envtest';
 * await using registry = await startOciRegistry();
 * console.log(registry.host); // 127.0.0.1:<port>
 * ```
 */
export async function startOciRegistry(options: OciRegistryOptions = {}): Promise<OciRegistry> {
  const routes = new RegistryRoutes({ referrers: options.referrers ?? true });
  const service = options.user && new TokenService(options.user);
  const requests: string[] = [];
  const handler: RequestListener = (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (options.intercept?.(request, response)) return;
    void answer(request, response, { routes, service, base: () => server.url });
  };
  const server = await serveHttp(handler, options.tls);
  return {
    host: `127.0.0.1:${server.port}`,
    url: server.url,
    requests,
    contents: (repository) => routes.contents(repository),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  {
    routes,
    service,
    base,
  }: { routes: RegistryRoutes; service: TokenService | undefined; base: () => string },
): Promise<void> {
  const url = new URL(request.url ?? '/', base());
  if (service && url.pathname === '/token') return service.answer(request, response, url);
  const call = parse(url);
  const action = actionOf(request.method, call?.kind);
  if (service && !service.allows(request, call?.repository, action)) {
    const actions = action === 'pull' ? 'pull' : `pull,${action}`;
    response
      .writeHead(401, { 'www-authenticate': service.challenge(base(), call?.repository, actions) })
      .end();
    return;
  }
  const pieces: Buffer[] = [];
  try {
    for await (const piece of request) pieces.push(piece as Buffer);
  } catch {
    return;
  }
  if (call) routes.handle(request, response, { ...call, body: Buffer.concat(pieces) });
  else response.writeHead(url.pathname === '/v2/' ? 200 : 404).end();
}

function parse(url: URL): Omit<RegistryCall, 'body'> | undefined {
  const [, repository = '', kind = '', reference = ''] = PATH.exec(url.pathname) ?? [];
  if (repository === '') return undefined;
  return {
    repository,
    kind: kind.replace('blobs/uploads', 'uploads') as RegistryCall['kind'],
    reference,
    url,
  };
}

function actionOf(
  method: string | undefined,
  kind: RegistryCall['kind'] | undefined,
): 'pull' | 'push' | 'delete' {
  if (method === 'DELETE') return 'delete';
  return kind === 'uploads' || method === 'PUT' || method === 'POST' ? 'push' : 'pull';
}
