import type { OCIRepository } from '@gitops-toolkit/api';
import { HttpClient } from '@gitops-toolkit/core/http';
import type { OciFetcher } from '@gitops-toolkit/source/oci';
import { SourceReconciler } from '../source/source-reconciler.ts';
import type { SourceSteps } from '../source/source-run.ts';
import type { OciRepositoryOptions } from './options.ts';

/** Keeps an artifact of what an `OCIRepository` refers to: looks what the tag stands for, verifies it, and pulls it when it changed. */
export class OciRepositoryReconciler extends SourceReconciler<OCIRepository> {
  readonly #options: OciRepositoryOptions;
  #ownFetcher: OciFetcher | undefined;
  #http: HttpClient | undefined;

  constructor(options: OciRepositoryOptions) {
    super(options);
    this.#options = options;
  }

  protected async steps(): Promise<SourceSteps<OCIRepository>> {
    const { OciFetcher } = await import('@gitops-toolkit/source/oci');
    const { ociRepositorySteps } = await import('./steps.ts');
    // One for all objects, since it keeps connections and tokens.
    const { addresses, fetcher: given } = this.#options;
    const fetcher = (this.#ownFetcher ??= given ?? new OciFetcher(addresses ? { addresses } : {}));
    const http = (this.#http ??= this.#options.http ?? new HttpClient());
    return ociRepositorySteps({ ...this.#options, fetcher, http });
  }
}
