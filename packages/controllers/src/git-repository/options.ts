import type { ArtifactAccess, GitFetcher, TreeCache } from '@gitops-toolkit/source';
import type { GitAccessOptions } from './access.ts';
import type { PathConsumer } from './consumers/path-consumer.ts';
import type { SourceOptions } from '../source/source-options.ts';

/** What the reconciler of GitRepositories is made of. */
export interface GitRepositoryOptions extends SourceOptions, Partial<GitAccessOptions> {
  /** Fetches the artifacts of repositories that are included. */
  readonly trees: TreeCache;
  /** What the server of artifacts wants to see. @default nothing */
  readonly artifactAccess?: ArtifactAccess;
  /**
   * Kinds whose objects declare which paths they read, for repositories with the annotation `source.gitops-toolkit.dev/consumer-paths: enabled`:
   * the artifact of such a one has these paths alone, and only they are fetched. The cluster has to know the kinds. @default none
   */
  readonly consumers?: readonly PathConsumer[];
  /** @default one of its own */
  readonly fetcher?: GitFetcher;
}
