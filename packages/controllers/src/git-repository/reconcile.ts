import type { GitRepository } from '@gitops-toolkit/api';
import type { GitFetcher } from '@gitops-toolkit/source';
import { HttpClient } from '@gitops-toolkit/core/http';
import { SourceReconciler } from '../source/source-reconciler.ts';
import type { SourceSteps } from '../source/source-run.ts';
import type { GitRepositoryOptions } from './options.ts';

/** Keeps an artifact of what a `GitRepository` refers to: looks what the reference points to, and fetches it when that changed. */
export class GitRepositoryReconciler extends SourceReconciler<GitRepository> {
  readonly #options: GitRepositoryOptions;
  #ownFetcher: GitFetcher | undefined;
  #http: HttpClient | undefined;

  constructor(options: GitRepositoryOptions) {
    super(options);
    this.#options = options;
  }

  protected async steps(): Promise<SourceSteps<GitRepository>> {
    const { GitFetcher } = await import('@gitops-toolkit/source');
    const { gitRepositorySteps } = await import('./steps.ts');
    // One for all objects, since it keeps connections.
    const { addresses, fetcher: given } = this.#options;
    const fetcher = (this.#ownFetcher ??= given ?? new GitFetcher(addresses ? { addresses } : {}));
    const http = (this.#http ??= this.#options.http ?? new HttpClient());
    return gitRepositorySteps({ ...this.#options, fetcher, http });
  }
}
