import type { FileTree } from '@gitops-toolkit/core';
import type { BuildOptions } from '../build-options.ts';
import type { RemoteContents } from './remote-contents.ts';
import type { RemoteUrl } from './remote-url.ts';

/** Fetches what one URL names: the root of a git repository as a tree, or a file's bytes. */
export type RemoteFetcher = (
  url: string,
  options: { readonly repository: RemoteUrl | undefined; readonly signal: AbortSignal | undefined },
) => Promise<FileTree | Uint8Array>;

/** How {@link fetchRemoteBases} works. */
export interface FetchRemoteOptions extends Pick<BuildOptions, 'path'> {
  /** Passed on to the fetcher, and looked at between fetches. */
  readonly signal?: AbortSignal;
  /** Fetched before; these are not fetched again. */
  readonly known?: RemoteContents;
  /** @default 64 */
  readonly maxRemotes?: number;
}
/** The remote URLs that a build would need and that are not among the known ones. */
export declare function findRemoteBases(
  tree: FileTree,
  options?: Pick<FetchRemoteOptions, 'path' | 'known'>,
): string[];
/** Fetches all that a build needs, remote bases of remote bases included. */
export declare function fetchRemoteBases(
  tree: FileTree,
  fetcher: RemoteFetcher,
  options?: FetchRemoteOptions,
): Promise<RemoteContents>;
