import { timingSafeEqual } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { GitServerFaults } from './faults.ts';
import {
  type GitFileInput,
  GitTestRepository,
  type GitTestRepositoryOptions,
} from './git-test-repository.ts';
import { FLUSH, pkt } from './pkt.ts';
import { advertiseReceivePack, answerReceivePack, type RefUpdate } from './receive-pack.ts';
import { advertiseUploadPack, answerUploadPack } from './upload-pack.ts';

const MAX_BODY = 512 * 1024 * 1024;

/** How a git server for tests is started. */
export interface GitServerOptions {
  /** Repositories by name, each with the files of a first commit. */
  readonly repositories?: Readonly<Record<string, Readonly<Record<string, GitFileInput>>>>;
  /** What every request has to show. @default nothing: everyone may read and push */
  readonly auth?: { readonly username: string; readonly password: string } | { readonly bearerToken: string };
  readonly faults?: GitServerFaults;
  /** @default any free port */
  readonly port?: number;
}

/** A request as it came in. */
export interface GitServerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A git server on loopback that runs until it is disposed. */
export interface GitServer extends AsyncDisposable {
  /** Of the server; a repository is at `<url>/<name>.git`. */
  readonly url: string;
  /** Every request so far. */
  readonly requests: readonly GitServerRequest[];
  /** Every change that was pushed so far. */
  readonly pushes: readonly (RefUpdate & { readonly repository: string })[];
  createRepository(name: string, options?: GitTestRepositoryOptions): GitTestRepository;
  repository(name: string): GitTestRepository | undefined;
  repositoryUrl(name: string): string;
  /** Replaces the faults; without an argument the server works again. */
  setFaults(faults?: GitServerFaults): void;
  stop(): Promise<void>;
}

/**
 * Starts a git server that speaks smart HTTP, versions 2 and 0, for fetching and pushing. It needs no
 * git program and listens on loopback alone.
 *
 * @example
 * ```ts
 * import { startGitServer } from '@gitops-toolkit/envtest';
 * import { fetchGit } from '@gitops-toolkit/source';
 * await using server = await startGitServer({ repositories: { app: { 'app.yaml': 'kind: Deployment\n' } } });
 * const { tree } = await fetchGit({ url: server.repositoryUrl('app'), branch: 'main' });
 * tree.read('app.yaml');
 * ```
 */
export async function startGitServer(options: GitServerOptions = {}): Promise<GitServer> {
  const state = new ServerState(options);
  const server = createServer((request, response) => {
    state.handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else respond(response, 500, 'text/plain', Buffer.from(String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () => close(server);
  return {
    url,
    requests: state.requests,
    pushes: state.pushes,
    createRepository: (name, repositoryOptions) => state.create(name, repositoryOptions),
    repository: (name) => state.repositories.get(name),
    repositoryUrl: (name) => `${url}/${name}.git`,
    setFaults: (faults = {}) => {
      state.faults = faults;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

class ServerState {
  readonly repositories = new Map<string, GitTestRepository>();
  readonly requests: GitServerRequest[] = [];
  readonly pushes: (RefUpdate & { readonly repository: string })[] = [];
  faults: GitServerFaults;
  readonly #auth: GitServerOptions['auth'];

  constructor(options: GitServerOptions) {
    this.faults = options.faults ?? {};
    this.#auth = options.auth;
    for (const [name, files] of Object.entries(options.repositories ?? {})) {
      this.create(name).commit({ files, message: 'Add files' });
    }
  }

  create(name: string, options?: GitTestRepositoryOptions): GitTestRepository {
    const repository = new GitTestRepository(name, options);
    this.repositories.set(name, repository);
    return repository;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://server');
    this.requests.push({
      method: request.method ?? '',
      path: url.pathname + url.search,
      headers: request.headers,
    });
    const { stall, status, redirectTo, message = '', retryAfter } = this.faults;
    if (stall === 'always') return;
    if (redirectTo !== undefined) {
      response.setHeader('location', redirectTo + url.pathname + url.search);
      return respond(response, 302, 'text/plain', Buffer.alloc(0));
    }
    if (status !== undefined) {
      if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
      return respond(response, status, 'text/plain', Buffer.from(message));
    }
    if (!this.#isAllowed(request.headers.authorization)) {
      response.setHeader('www-authenticate', 'Basic realm="git"');
      return respond(response, 401, 'text/plain', Buffer.from('who are you?'));
    }
    const match = /^\/(.+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(
      decodeURIComponent(url.pathname),
    );
    const repository = this.repositories.get(match?.[1] ?? '');
    if (!repository || !match?.[2])
      return respond(response, 404, 'text/plain', Buffer.from('no such repository'));
    const wantsV2 = /\bversion=2\b/.test(String(request.headers['git-protocol'] ?? ''));
    const version = wantsV2 && !this.faults.onlyVersion0 ? 2 : 0;
    if (match[2] === 'info/refs')
      return advertise(response, repository, url.searchParams.get('service') ?? '', version);
    await this.#serve(request, response, repository, match[2], version);
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    repository: GitTestRepository,
    service: string,
    version: 0 | 2,
  ): Promise<void> {
    if (request.method !== 'POST') return respond(response, 405, 'text/plain', Buffer.alloc(0));
    const body = await readBody(request);
    if (this.faults.stall === 'upload-pack') return;
    const answer =
      service === 'git-upload-pack'
        ? answerUploadPack(repository, body, version)
        : answerReceivePack(repository, body, (update) =>
            this.pushes.push({ ...update, repository: repository.name }),
          );
    const sent = this.faults.tamper?.(answer) ?? answer;
    const type = `application/x-${service}-result`;
    if (this.faults.stall === 'pack' && sent.includes('packfile')) {
      response.writeHead(200, { 'content-type': type });
      response.write(sent.subarray(0, Math.ceil(sent.length / 2)));
      return;
    }
    if (this.faults.cutAfterBytes !== undefined) {
      response.writeHead(200, { 'content-type': type, 'content-length': sent.length });
      response.write(sent.subarray(0, this.faults.cutAfterBytes), () => response.destroy());
      return;
    }
    respond(response, 200, type, sent);
  }

  #isAllowed(header = ''): boolean {
    const auth = this.#auth;
    if (!auth) return true;
    const expected =
      'bearerToken' in auth
        ? `Bearer ${auth.bearerToken}`
        : `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
    const [given, wanted] = [Buffer.from(header), Buffer.from(expected)];
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

function advertise(
  response: ServerResponse,
  repository: GitTestRepository,
  service: string,
  version: 0 | 2,
): void {
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') {
    return respond(response, 403, 'text/plain', Buffer.from('only smart HTTP is spoken here'));
  }
  const lines =
    service === 'git-upload-pack'
      ? advertiseUploadPack(repository, version)
      : advertiseReceivePack(repository);
  const introduction =
    version === 2 && service === 'git-upload-pack' ? [] : [pkt(`# service=${service}\n`), FLUSH];
  respond(response, 200, `application/x-${service}-advertisement`, Buffer.concat([...introduction, lines]));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > MAX_BODY) throw new Error('the request is too large');
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  // The git program compresses what is long.
  return request.headers['content-encoding'] === 'gzip'
    ? gunzipSync(body, { maxOutputLength: MAX_BODY })
    : body;
}

function respond(response: ServerResponse, status: number, type: string, body: Buffer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-cache',
  });
  response.end(body);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
