import type { FileTree } from '@gitops-toolkit/core';
import { KustomizeError } from '../errors.ts';
import { RemoteFinder } from './find-remotes.ts';
import type { RemoteContents } from './remote-contents.ts';
import { type RemoteUrl, tryParseRemoteUrl } from './remote-url.ts';

/**
 * Fetches what one URL names: a file's bytes, or a git repository's root as a tree. For an `http` URL
 * kustomize asks for a file first, and takes it for a repository where there is none.
 */
export type RemoteFetcher = (
  url: string,
  options: {
    /** How the URL reads as a repository's, if it does. */
    readonly repository: RemoteUrl | undefined;
    readonly signal: AbortSignal | undefined;
  },
) => Promise<FileTree | Uint8Array>;

/** How {@link findRemoteBases} looks. */
export interface FindRemoteOptions {
  /** The directory of the kustomization. @default '' */
  readonly path?: string;
  /** What has been fetched before: it is looked into, and not asked for again. */
  readonly known?: RemoteContents;
}

/** How {@link fetchRemoteBases} works. */
export interface FetchRemoteOptions extends FindRemoteOptions {
  /** Passed on to the fetcher, and looked at before each fetch. */
  readonly signal?: AbortSignal;
  /** More URLs than this fail with `KUSTOMIZE_LIMIT`. @default 64 */
  readonly maxRemotes?: number;
}

/**
 * The remote URLs that a build needs and that are not known yet; bases of remote bases come to light
 * when these have been fetched.
 */
export function findRemoteBases(tree: FileTree, options: FindRemoteOptions = {}): string[] {
  const finder = new RemoteFinder(options.known ?? new Map());
  finder.visit(tree, options.path ?? '');
  return finder.missing;
}

/**
 * Fetches all that a build needs, each URL once, bases of remote bases included.
 *
 * @throws KustomizeError KUSTOMIZE_LIMIT for too many URLs; whatever the fetcher throws; the signal's
 *   reason.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { build, fetchRemoteBases } from '@gitops-toolkit/kustomize';
 * const tree = MemoryTree.from({
 *   'kustomization.yaml': 'resources:\n- https://example.com/team/config//base?ref=v1\n',
 * });
 * const base = MemoryTree.from({
 *   'base/kustomization.yaml': 'configMapGenerator: [{ name: settings, literals: [tier=web] }]\n',
 * });
 * const remotes = await fetchRemoteBases(tree, async () => base);
 * console.log(build(tree, { remotes }).resources.length); // 1
 * ```
 */
export async function fetchRemoteBases(
  tree: FileTree,
  fetcher: RemoteFetcher,
  options: FetchRemoteOptions = {},
): Promise<RemoteContents> {
  const { path = '', signal, maxRemotes = 64 } = options;
  const contents = new Map(options.known);
  for (;;) {
    const missing = findRemoteBases(tree, { path, known: contents });
    if (missing.length === 0) return contents;
    if (contents.size + missing.length > maxRemotes) {
      throw new KustomizeError('KUSTOMIZE_LIMIT', `the build needs more than ${maxRemotes} remote URLs`);
    }
    const fetched = await Promise.all(missing.map((url) => fetchOne(url, fetcher, signal)));
    for (const [url, content] of fetched) contents.set(url, content);
  }
}

async function fetchOne(
  url: string,
  fetcher: RemoteFetcher,
  signal: AbortSignal | undefined,
): Promise<[string, FileTree | Uint8Array]> {
  signal?.throwIfAborted();
  return [url, await fetcher(url, { repository: tryParseRemoteUrl(url), signal })];
}
