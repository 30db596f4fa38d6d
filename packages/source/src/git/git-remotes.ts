import { HttpClient } from '@gitops-toolkit/core/http';
import { SourceError } from '../errors.ts';
import type { GitFetcherOptions, GitFetchOptions } from './git-fetch-options.ts';
import { parseGitUrl } from './git-url.ts';
import { DEFAULT_GIT_LIMITS, type GitLimits } from './limits.ts';
import { openLocalRemote } from './local/local-remote.ts';
import { GitHttp } from './remote/git-http.ts';
import type { GitRemote } from './remote/git-remote.ts';
import { HttpRemote, type ServerMemory } from './remote/http-remote.ts';
import type { SshAddress } from './ssh/ssh-access.ts';
import { SshPool } from './ssh/ssh-pool.ts';
import { SshRemote } from './ssh/ssh-remote.ts';

/** The ways to repositories, with the connections that are kept and what is remembered of servers. */
export class GitRemotes implements AsyncDisposable {
  /** For what is beside a repository, too. */
  readonly client: HttpClient;
  readonly #options: GitFetcherOptions;
  readonly #sshConnections: SshPool;
  readonly #servers: ServerMemory = new Map();

  constructor(options: GitFetcherOptions) {
    this.#options = options;
    const { clock, addresses } = options;
    this.client = new HttpClient({ ...(clock && { clock }), ...(addresses && { addresses }) });
    this.#sshConnections = new SshPool(clock ? { clock } : {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.client[Symbol.asyncDispose](), this.#sshConnections[Symbol.asyncDispose]()]);
  }

  /** @throws SourceError `GIT_URL_INVALID`, `GIT_AUTHENTICATION_FAILED`, and those of a repository in a folder. */
  async open(url: string, options: GitFetchOptions): Promise<GitRemote> {
    const { allowLocal = false } = this.#options;
    const location = parseGitUrl(url, { allowLocal });
    const limits = { ...DEFAULT_GIT_LIMITS, ...options.limits };
    if (location.kind === 'local') return openLocalRemote(location.path, limits);
    if (location.kind === 'ssh') return this.#openSsh(location.address, limits, options);
    const credentials = options.credentials ?? location.userinfo;
    const http = new GitHttp(location.url.origin, {
      client: this.client,
      maxBytes: maxAnswerBytes(limits),
      ...(credentials ? { credentials } : {}),
      ...(options.tls ? { tls: options.tls } : {}),
      ...(options.proxy ? { proxy: options.proxy } : {}),
      ...(options.timeouts ? { timeouts: options.timeouts } : {}),
    });
    return new HttpRemote({ url: location.url, http, limits, memory: this.#servers });
  }

  #openSsh(address: SshAddress, limits: Required<GitLimits>, options: GitFetchOptions): GitRemote {
    const { ssh: access, timeouts, proxy } = options;
    if (!access) {
      throw new SourceError(
        'GIT_AUTHENTICATION_FAILED',
        `a repository at ssh://${address.host} needs a key`,
        {
          hint: 'Give ssh with the identity and the known_hosts of the host.',
        },
      );
    }
    const { addresses, clock } = this.#options;
    return new SshRemote({
      address,
      access,
      limits,
      pool: this.#sshConnections,
      maxBytes: maxAnswerBytes(limits),
      ...(addresses ? { addresses } : {}),
      ...(proxy ? { proxy } : {}),
      ...(timeouts ? { timeouts } : {}),
      ...(clock ? { clock } : {}),
    });
  }
}

/** The band and the lengths of the lines come on top of the pack. */
function maxAnswerBytes({ maxPackBytes }: Required<GitLimits>): number {
  return maxPackBytes + Math.ceil(maxPackBytes / 1000) + 1024 * 1024;
}
