import type { ArtifactAccess, GitFetcher, TreeCache } from '@gitops-toolkit/source';
import type { GitAccessOptions } from './access.ts';
import type { SourceOptions } from '../source/source-options.ts';

/** What the reconciler of GitRepositories is made of. */
export interface GitRepositoryOptions extends SourceOptions, Partial<GitAccessOptions> {
  /** Fetches the artifacts of repositories that are included. */
  readonly trees: TreeCache;
  /** What the server of artifacts wants to see. @default nothing */
  readonly artifactAccess?: ArtifactAccess;
  /** @default one of its own */
  readonly fetcher?: GitFetcher;
}
