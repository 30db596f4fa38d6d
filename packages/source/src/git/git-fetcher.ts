import { formatRevision } from '@gitops-toolkit/core';
import type { FetchedTree, GitCommit, SourceFetcher } from '../source-fetcher.ts';
import { type BuildOptions, type BuiltTree, buildTree } from './build-tree.ts';
import { fetchCommit, readCommit } from './fetch-commit.ts';
import type { GitFetcherOptions, GitFetchOptions, GitRevision, GitSource } from './git-fetch-options.ts';
import { GitRemotes } from './git-remotes.ts';
import { DEFAULT_GIT_LIMITS } from './limits.ts';
import { resolveLfs } from './lfs/resolve-lfs.ts';
import type { WalkOptions } from './list-tree.ts';
import type { ObjectStore } from './object-format.ts';
import { PackAllowance } from './pack/pack-allowance.ts';
import { bringPaths } from './partial/bring-paths.ts';
import { chooseFiles } from './partial/choose-files.ts';
import { PartialStore } from './partial/partial-store.ts';
import { RefusedFilters } from './partial/refused-filters.ts';
import type { GitRemote } from './remote/git-remote.ts';
import type { GitSigners } from './signature/git-signers.ts';
import { type GitVerification, verifyRevision } from './signature/verify-signature.ts';
import { bringGitmodules } from './submodule/bring-gitmodules.ts';
import { type FilledTree, fillSubmodules, type TreeWithLinks } from './submodule/fetch-submodules.ts';
import { isSameServer } from './submodule/submodule-url.ts';
import { warningsOf } from './tree-warnings.ts';
import { resolveRef } from './resolve-ref.ts';

/** Reads git repositories; keeps connections open, and remembers what servers can do. */
export class GitFetcher implements SourceFetcher<GitSource, GitRevision, GitFetchOptions>, AsyncDisposable {
  readonly #options: GitFetcherOptions;
  readonly #remotes: GitRemotes;
  readonly #refusedFilters = new RefusedFilters();

  constructor(options: GitFetcherOptions = {}) {
    this.#options = options;
    this.#remotes = new GitRemotes(options);
  }

  /**
   * Finds the commit that a reference points to: one request, no content.
   *
   * @throws {@link SourceError} with the `GIT_` codes; the reason of the signal.
   */
  async resolve(source: GitSource, options: GitFetchOptions = {}): Promise<GitRevision> {
    const remote = await this.#remotes.open(source.url, options);
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
    const remote = await this.#remotes.open(revision.url, options);
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
    await this.#remotes[Symbol.asyncDispose]();
  }

  #fillSubmodules(
    built: Omit<TreeWithLinks, 'url'>,
    { url }: GitRevision,
    { paths: _paths, verify: _verify, submodules: _submodules, ...options }: GitFetchOptions,
  ): Promise<FilledTree> {
    const { signal } = options;
    const limits = { ...DEFAULT_GIT_LIMITS, ...options.limits };
    const within = { limits, ...(signal ? { signal } : {}) };
    const fetch = async (at: string, id: string): Promise<TreeWithLinks> => {
      const { credentials: _c, ssh: _s, tls: _t, ...withoutSecrets } = options;
      const access = isSameServer(url, at) ? options : withoutSecrets;
      const remote = await this.#remotes.open(at, access);
      const store = await fetchCommit(remote, id, { signal });
      try {
        const built = await buildTree(store, readCommit(store, id).tree, within);
        return { ...(await this.#resolveLfs(at, built, access)), url: at };
      } finally {
        store.close?.();
      }
    };
    const { maxTreeBytes } = limits;
    return fillSubmodules({ ...built, url }, { fetch, maxTreeBytes, ...(signal ? { signal } : {}) });
  }

  async #resolveLfs(url: string, built: BuiltTree, options: GitFetchOptions): Promise<BuiltTree> {
    if (!options.lfs) return built;
    const { maxTreeBytes } = { ...DEFAULT_GIT_LIMITS, ...options.limits };
    const tree = await resolveLfs(built.tree, {
      ...options,
      url,
      maxTreeBytes,
      client: this.#remotes.client,
    });
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
