import type { HelmRepository } from '@gitops-toolkit/api';
import { HttpClient } from '@gitops-toolkit/core/http';
import { type ReconcileContext, type Result, SerialPatcher } from '@gitops-toolkit/runtime';
import type { ChartFetcher } from '@gitops-toolkit/source/helm';
import { ownedConditions } from '../source/source-conditions.ts';
import { SourceReconciler } from '../source/source-reconciler.ts';
import type { SourceSteps } from '../source/source-run.ts';
import type { HelmOptions } from './options.ts';
import type { KnownRevision } from './steps.ts';

/** More than a program has repositories. */
const MAX_KNOWN = 10_000;

/**
 * Keeps an artifact of the index of a Helm repository. A repository of a registry has no index: it is looked at by its
 * charts alone, and nothing is kept of it.
 */
export class HelmRepositoryReconciler extends SourceReconciler<HelmRepository> {
  readonly #options: HelmOptions;
  readonly #known = new Map<string, KnownRevision>();
  #ownFetcher: ChartFetcher | undefined;
  #http: HttpClient | undefined;

  constructor(options: HelmOptions) {
    super(options);
    this.#options = options;
  }

  override async reconcile(object: HelmRepository, context: ReconcileContext): Promise<Result | void> {
    if (object.metadata.deletionTimestamp) this.#known.delete(object.metadata.uid ?? '');
    if (object.spec.type !== 'oci') return super.reconcile(object, context);
    if (object.spec.suspend && !object.metadata.deletionTimestamp) return;
    await this.#forget(object, context);
  }

  protected async steps(): Promise<SourceSteps<HelmRepository>> {
    const { ChartFetcher } = await import('@gitops-toolkit/source/helm');
    const { helmRepositorySteps } = await import('./steps.ts');
    const { addresses, fetcher: given } = this.#options;
    const fetcher = (this.#ownFetcher ??= given ?? new ChartFetcher(addresses ? { addresses } : {}));
    const http = (this.#http ??= this.#options.http ?? new HttpClient());
    if (this.#known.size > MAX_KNOWN) this.#known.clear();
    return helmRepositorySteps({ ...this.#options, fetcher, http, known: this.#known });
  }

  /** One that had an index before has left an artifact, conditions and a finalizer: once they are gone, there is nothing to do. */
  async #forget(object: HelmRepository, context: ReconcileContext): Promise<void> {
    const { fieldManager } = this.#options;
    const patcher = new SerialPatcher(object, {
      client: context.client,
      fieldManager,
      ownedConditions,
      onWritten: (written) => context.wrote(written),
      clock: context.clock,
    });
    if (object.status?.artifact || object.status?.url || object.status?.conditions?.length) {
      const { artifact: _artifact, url: _url, conditions: _conditions, ...rest } = object.status;
      object.status = rest;
      await patcher.patch(object);
    }
    await this.release(object, context);
  }
}
