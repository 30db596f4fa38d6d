import { type Clock, formatRevision, type Revision } from '@gitops-toolkit/core';
import {
  type AddressPolicy,
  HttpClient,
  type Proxy,
  type Timeouts,
  type TlsIdentity,
} from '@gitops-toolkit/core/http';
import { SourceError } from '../errors.ts';
import type { FetchedTree, FetchOptions, GitCommit, SourceFetcher } from '../source-fetcher.ts';
import { type BuildOptions, type BuiltTree, buildTree } from './build-tree.ts';
import { fetchCommit, readCommit } from './fetch-commit.ts';
import type { GitRef } from './git-ref.ts';
import { parseGitUrl } from './git-url.ts';
import { DEFAULT_GIT_LIMITS, type GitLimits } from './limits.ts';
import { resolveLfs } from './lfs/resolve-lfs.ts';
import type { WalkOptions } from './list-tree.ts';
import { openLocalRemote } from './local/local-remote.ts';
import type { ObjectStore } from './object-format.ts';
import { PackAllowance } from './pack/pack-allowance.ts';
import { bringPaths } from './partial/bring-paths.ts';
import { chooseFiles } from './partial/choose-files.ts';
import type { GitPaths } from './partial/git-paths.ts';
import { PartialStore } from './partial/partial-store.ts';
import { RefusedFilters } from './partial/refused-filters.ts';
import type { GitCredentials } from './remote/credentials.ts';
import { GitHttp } from './remote/git-http.ts';
import type { GitRemote } from './remote/git-remote.ts';
import { HttpRemote, type ServerMemory } from './remote/http-remote.ts';
import type { GitSigners } from './signature/git-signers.ts';
import { type GitVerification, verifyRevision } from './signature/verify-signature.ts';
import type { GitSshAccess, SshAddress } from './ssh/ssh-access.ts';
import { SshPool } from './ssh/ssh-pool.ts';
import { SshRemote } from './ssh/ssh-remote.ts';
import { bringGitmodules } from './submodule/bring-gitmodules.ts';
import { type FilledTree, fillSubmodules, type TreeWithLinks } from './submodule/fetch-submodules.ts';
import { isSameServer } from './submodule/submodule-url.ts';
import { warningsOf } from './tree-warnings.ts';
import { resolveRef } from './resolve-ref.ts';

/** A reference in a repository. */
export interface GitSource extends GitRef {
  /** `https://`, `http://` or `ssh://`; `file://` and paths with {@link GitFetcherOptions.allowLocal}. */
  readonly url: string;
}

/** The commit that a reference pointed to when it was resolved. */
export interface GitRevision extends Revision {
  readonly url: string;
  readonly algorithm: string;
  readonly hash: string;
  /** The id of the annotated tag that named the commit. */
  readonly tag?: string;
}

/** What belongs to one repository: who asks, and how long that may take. */
export interface GitFetchOptions extends FetchOptions {
  /** Sent to the host of the URL alone, whatever it redirects to. */
  readonly credentials?: GitCredentials;
  /** For `ssh://`. */
  readonly ssh?: GitSshAccess;
  readonly tls?: TlsIdentity;
  readonly proxy?: Proxy;
  readonly timeouts?: Timeouts;
  readonly limits?: GitLimits;
  /** Which files are wanted. Others are not even brought, where the server allows that. @default all */
  readonly paths?: GitPaths;
  /**
   * Whether the tree has what its submodules name, and the submodules of those. Credentials, keys and certificates are shown to
   * them only where they are on the same server. @default false
   */
  readonly submodules?: boolean;
  /**
   * Whether files that Git LFS keeps elsewhere have their contents in the tree, not the pointers to them. Over HTTP alone; they
   * are asked for next to the repository, whatever `.lfsconfig` says, and count towards `maxTreeBytes`. @default false
   */
  readonly lfs?: boolean;
  /** Nothing is given out that is not signed as this asks for. @default nothing need be signed */
  readonly verify?: GitVerification;
}

/** What belongs to the process. */
export interface GitFetcherOptions {
  /** Reads repositories in folders of this machine too. @default false */
  readonly allowLocal?: boolean;
  /** Which addresses may be dialled, whatever URL, redirect or name leads to them. @default all */
  readonly addresses?: AddressPolicy;
  readonly clock?: Clock;
}

/** Reads git repositories; keeps connections open, and remembers what servers can do. */
export class GitFetcher implements SourceFetcher<GitSource, GitRevision, GitFetchOptions>, AsyncDisposable {
  readonly #options: GitFetcherOptions;
  readonly #client: HttpClient;
  readonly #sshConnections: SshPool;
  readonly #servers: ServerMemory = new Map();
  readonly #refusedFilters = new RefusedFilters();

  constructor(options: GitFetcherOptions = {}) {
    this.#options = options;
    const { clock, addresses } = options;
    this.#client = new HttpClient({ ...(clock && { clock }), ...(addresses && { addresses }) });
    this.#sshConnections = new SshPool(clock ? { clock } : {});
  }

  /**
   * Finds the commit that a reference points to: one request, no content.
   *
   * @throws {@link SourceError} with the `GIT_` codes; the reason of the signal.
   */
  async resolve(source: GitSource, options: GitFetchOptions = {}): Promise<GitRevision> {
    const remote = await this.#open(source.url, options);
    const commitTimes = (ids: readonly string[]) => readCommitTimes(remote, ids, options.signal);
    const { name, id, algorithm, tag } = await resolveRef(remote, source, commitTimes, options.signal);
    return { url: source.url, name, algorithm, hash: id, ...(tag === undefined ? {} : { tag }) };
  }

  /**
   * Brings the files of a commit, without its history and without a disk. Each object is held under
   * the id computed from its content, so that nothing but what the commit names can come out.
   *
   * @throws {@link SourceError} with the `GIT_` codes; the reason of the signal.
   */
  async fetch(revision: GitRevision, options: GitFetchOptions = {}): Promise<FetchedTree> {
    const { signal, verify } = options;
    const remote = await this.#open(revision.url, options);
    const wanted = verify && verify.mode !== 'HEAD' ? revision.tag : undefined;
    const limits = { ...DEFAULT_GIT_LIMITS, ...options.limits };
    const within = { limits, ...(signal ? { signal } : {}) };
    const store = await this.#openStore(remote, { ...revision, hash: wanted ?? revision.hash }, options);
    try {
      const commit = readCommit(store, revision.hash);
      const signers = verify && (await this.#verify(revision, { store, commit, verify }));
      if (store instanceof PartialStore) await bringPaths(store, commit.tree, signal);
      const found = await buildTree(store, commit.tree, { ...within, ...choiceOf(store, within) });
      const built = await this.#resolveLfs(revision.url, found, options);
      const filled = options.submodules
        ? await this.#fillSubmodules(await withGitmodules(built, store, commit), revision, options)
        : { tree: built.tree, unknown: built.submodules.map(({ path }) => path) };
      return {
        tree: filled.tree,
        revision: formatRevision({ ...revision, hash: commit.id }),
        commit,
        warnings: warningsOf(built.symlinks, filled.unknown),
        ...(signers ? { signers } : {}),
      };
    } finally {
      store.close?.();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#client[Symbol.asyncDispose](), this.#sshConnections[Symbol.asyncDispose]()]);
  }

  #fillSubmodules(
    built: Omit<TreeWithLinks, 'url'>,
    { url }: GitRevision,
    { paths: _paths, verify: _verify, submodules: _submodules, ...options }: GitFetchOptions,
  ): Promise<FilledTree> {
    const { signal } = options;
    const { maxTreeBytes } = { ...DEFAULT_GIT_LIMITS, ...options.limits };
    const fetch = async (at: string, id: string): Promise<TreeWithLinks> => {
      const { credentials: _c, ssh: _s, tls: _t, ...withoutSecrets } = options;
      const access = isSameServer(url, at) ? options : withoutSecrets;
      const remote = await this.#open(at, access);
      const store = await fetchCommit(remote, id, { signal });
      try {
        const limits = { ...DEFAULT_GIT_LIMITS, ...options.limits };
        const built = await buildTree(store, readCommit(store, id).tree, {
          limits,
          ...(signal ? { signal } : {}),
        });
        return { ...(await this.#resolveLfs(at, built, access)), url: at };
      } finally {
        store.close?.();
      }
    };
    return fillSubmodules({ ...built, url }, { fetch, maxTreeBytes, ...(signal ? { signal } : {}) });
  }

  async #resolveLfs(url: string, built: BuiltTree, options: GitFetchOptions): Promise<BuiltTree> {
    if (!options.lfs) return built;
    const { maxTreeBytes } = { ...DEFAULT_GIT_LIMITS, ...options.limits };
    const tree = await resolveLfs(built.tree, { ...options, url, maxTreeBytes, client: this.#client });
    return { ...built, tree };
  }

  #verify(
    { name, algorithm, tag: id }: GitRevision,
    { store, commit, verify }: { store: ObjectStore; commit: GitCommit; verify: GitVerification },
  ): Promise<GitSigners> {
    const found = id === undefined ? undefined : store.get(id);
    const tag = id !== undefined && found?.type === 'tag' ? { id, raw: found.data } : undefined;
    const now = this.#options.clock?.now() ?? Date.now();
    return verifyRevision({ commit, name, algorithm, ...(tag ? { tag } : {}) }, verify, { now });
  }

  /** The objects of a commit, or of a tag; where only some paths are wanted, without contents at first. */
  #openStore(
    remote: GitRemote,
    { url, hash: id }: GitRevision,
    { paths, limits: given, signal }: GitFetchOptions,
  ): Promise<ObjectStore> {
    if (!paths) return fetchCommit(remote, id, { signal });
    const allowance = new PackAllowance({ ...DEFAULT_GIT_LIMITS, ...given });
    const refused = this.#refusedFilters.of(url);
    return PartialStore.fetch({ remote, id, paths, refused, allowance, signal });
  }

  async #open(url: string, options: GitFetchOptions): Promise<GitRemote> {
    const { allowLocal = false } = this.#options;
    const location = parseGitUrl(url, { allowLocal });
    const limits = { ...DEFAULT_GIT_LIMITS, ...options.limits };
    if (location.kind === 'local') return openLocalRemote(location.path, limits);
    if (location.kind === 'ssh') return this.#openSsh(location.address, limits, options);
    const credentials = options.credentials ?? location.userinfo;
    const http = new GitHttp(location.url.origin, {
      client: this.#client,
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

/**
 * Brings the files of a git repository at a reference, with a fetcher of its own.
 *
 * @throws {@link SourceError} with the `GIT_` codes; the reason of the signal.
 *
 * @example
 * ```ts no-run
 * import { fetchGit } from '@gitops-toolkit/source';
 * const { tree, revision } = await fetchGit({ url: 'https://git.example.com/org/app', branch: 'main' });
 * console.log(revision, tree.size);
 * ```
 */
export async function fetchGit(
  source: GitSource,
  options: GitFetchOptions & GitFetcherOptions = {},
): Promise<FetchedTree> {
  await using fetcher = new GitFetcher(options);
  return await fetcher.fetch(await fetcher.resolve(source, options), options);
}

/** The band and the lengths of the lines come on top of the pack. */
function maxAnswerBytes({ maxPackBytes }: Required<GitLimits>): number {
  return maxPackBytes + Math.ceil(maxPackBytes / 1000) + 1024 * 1024;
}

/** How of the files of a commit those are chosen that are wanted. */
function choiceOf(store: ObjectStore, within: WalkOptions): Pick<BuildOptions, 'choose' | 'leadsTo'> {
  if (!(store instanceof PartialStore)) return {};
  const { wanted } = store;
  return {
    choose: (files) => chooseFiles(files, store, within),
    ...(wanted && { leadsTo: (folder: string) => wanted.leadsTo(folder) }),
  };
}

/** A tree with what says where its submodules are: of some paths alone, it need not hold that itself. */
async function withGitmodules(
  { tree, submodules }: BuiltTree,
  store: ObjectStore,
  commit: GitCommit,
): Promise<Omit<TreeWithLinks, 'url'>> {
  const isPartial = store instanceof PartialStore && submodules.length > 0;
  const gitmodules = isPartial ? await bringGitmodules(store, commit.tree) : undefined;
  return { tree, submodules, ...(gitmodules && { gitmodules }) };
}

async function readCommitTimes(
  remote: GitRemote,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const store = await remote.fetchObjects({ wants: ids, depth: 1, filter: 'tree:0' }, signal);
  try {
    return new Map(ids.map((id) => [id, readCommit(store, id).committer.seconds]));
  } finally {
    store.close?.();
  }
}
