import type { ArtifactStorage, GitFetcher, TreeCache } from '@gitops-toolkit/source';

/** What the reconciler of GitRepositories is made of. */
export interface GitRepositoryOptions {
  /** Where artifacts go, and what their URLs begin with. */
  readonly storage: ArtifactStorage;
  /** Fetches the artifacts of repositories that are included. */
  readonly trees: TreeCache;
  /** @default one of its own */
  readonly fetcher?: GitFetcher;
  /** @default 'source-controller' */
  readonly fieldManager: string;
  /** Milliseconds until a missing include is looked at again. @default 30 000 */
  readonly requeueDependencyMs: number;
  /** How much intervals are spread, in percent either way. @default 5 */
  readonly jitterPercent: number;
}
