import type { Clock, Revision } from '@gitops-toolkit/core';
import type { AddressPolicy, Proxy, Timeouts, TlsIdentity } from '@gitops-toolkit/core/http';
import type { FetchOptions } from '../source-fetcher.ts';
import type { GitRef } from './git-ref.ts';
import type { GitLimits } from './limits.ts';
import type { GitPaths } from './partial/git-paths.ts';
import type { GitCredentials } from './remote/credentials.ts';
import type { GitVerification } from './signature/verify-signature.ts';
import type { GitSshAccess } from './ssh/ssh-access.ts';

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
