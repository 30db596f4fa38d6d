import type { FileTree } from '@gitops-toolkit/core';
import type { Chart } from '../chart/chart.ts';
import { loadChart, loadUnpackedChart } from '../chart/load-chart.ts';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import type { ChartRequest } from './chart-request.ts';

/** A chart of a repository. */
export interface WantedChart {
  readonly name: string;
  /** A version, or a range of versions. @default the latest */
  readonly version?: string;
  /** `https://…` or `oci://…`. */
  readonly repo: string;
}

/** Fetches a chart: the bytes of its package, or the tree of its files. */
export type FetchChart = (wanted: WantedChart, signal?: AbortSignal) => Promise<Uint8Array | FileTree>;

/** Where charts come from. */
export interface ChartSources {
  readonly dialect: Dialect;
  readonly fetchChart?: FetchChart | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The charts that requests need: those that are loaded, and those that are still to be. */
export class ChartShelf {
  readonly #sources: ChartSources;
  readonly #local = new WeakMap<FileTree, Map<string, Chart>>();
  readonly #fetched = new Map<string, Chart>();
  readonly #loads = new Map<string, () => Promise<void>>();

  constructor(sources: ChartSources) {
    this.#sources = sources;
  }

  /** The chart, where it is there or can be read at once; {@link loadMissing} takes note of it otherwise. */
  take(request: ChartRequest): Chart | undefined {
    return request.isLocal ? this.#takeLocal(request) : this.#takeFetched(request);
  }

  /** Loads what could not be taken; `false` where that is nothing. @throws what `fetchChart` throws; HelmError */
  async loadMissing(): Promise<boolean> {
    const loads = [...this.#loads.values()];
    this.#loads.clear();
    for (const load of loads) await load();
    return loads.length > 0;
  }

  #takeLocal({ tree, chartPath }: ChartRequest): Chart | undefined {
    let charts = this.#local.get(tree);
    if (!charts) this.#local.set(tree, (charts = new Map()));
    const known = charts.get(chartPath);
    if (known) return known;
    const { dialect, signal } = this.#sources;
    const options = { path: chartPath, dialect, ...(signal && { signal }) };
    const chart = loadUnpackedChart(tree, options);
    if (chart) charts.set(chartPath, chart);
    else {
      this.#loads.set(`local ${chartPath}`, async () => {
        charts.set(chartPath, await loadChart(tree, options));
      });
    }
    return chart;
  }

  #takeFetched({ name, version, repo = '' }: ChartRequest): Chart | undefined {
    const key = JSON.stringify([repo, name, version]);
    const known = this.#fetched.get(key);
    if (known) return known;
    const wanted = { name, repo, ...(version !== undefined && { version }) };
    const { fetchChart } = this.#sources;
    if (!fetchChart) throw notFetched(wanted);
    this.#loads.set(key, async () => {
      const { dialect, signal } = this.#sources;
      const options = { dialect, ...(signal && { signal }) };
      this.#fetched.set(key, await loadChart(await fetchChart(wanted, signal), options));
    });
    return undefined;
  }
}

function notFetched({ name, version, repo }: WantedChart): HelmError {
  const shown = version === undefined ? name : `${name} ${version}`;
  return new HelmError(
    'HELM_CHART_NOT_FETCHED',
    `chart ${shown} of ${repo} is not there, and nothing fetches it`,
    {
      hint: 'Pull the chart into the tree, or pass `fetchChart`.',
    },
  );
}
