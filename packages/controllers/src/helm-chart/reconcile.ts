import type { HelmChart } from '@gitops-toolkit/api';
import { HttpClient } from '@gitops-toolkit/core/http';
import type { ChartFetcher } from '@gitops-toolkit/source/helm';
import { SourceReconciler } from '../source/source-reconciler.ts';
import type { SourceSteps } from '../source/source-run.ts';
import type { HelmChartOptions } from './options.ts';

/** Keeps an artifact of the version of a chart that a `HelmChart` asks for: pulled from a repository, or packaged from files. */
export class HelmChartReconciler extends SourceReconciler<HelmChart> {
  readonly #options: HelmChartOptions;
  #ownFetcher: ChartFetcher | undefined;
  #http: HttpClient | undefined;

  constructor(options: HelmChartOptions) {
    super(options);
    this.#options = options;
  }

  protected async steps(): Promise<SourceSteps<HelmChart>> {
    const { ChartFetcher } = await import('@gitops-toolkit/source/helm');
    const { helmChartSteps } = await import('./steps.ts');
    const { addresses, fetcher: given } = this.#options;
    const fetcher = (this.#ownFetcher ??= given ?? new ChartFetcher(addresses ? { addresses } : {}));
    const http = (this.#http ??= this.#options.http ?? new HttpClient());
    return helmChartSteps({ ...this.#options, fetcher, http });
  }
}
