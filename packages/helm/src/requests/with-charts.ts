import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import type { CapabilitiesInput } from '../render/release.ts';
import { RenderCache } from '../render/render-cache.ts';
import type { ChartRenderer } from './chart-request.ts';
import { ChartShelf, type FetchChart } from './chart-shelf.ts';
import { renderRequest } from './render-request.ts';

/** How charts are found and rendered. */
export interface WithChartsOptions {
  /** @default 'v4' */
  readonly dialect?: Dialect;
  /** What counts where a request does not say it. */
  readonly capabilities?: CapabilitiesInput;
  /** @default charts of repositories fail with `HELM_CHART_NOT_FETCHED` */
  readonly fetchChart?: FetchChart;
  /** @default one for this call */
  readonly cache?: RenderCache;
  /** Looked at between runs, and given to `fetchChart`. */
  readonly signal?: AbortSignal;
}

/** Each run has found a chart that no run before it needed. */
const MAX_RUNS = 64;

/**
 * Runs something that renders charts while it works, such as kustomize's `build` with `helmCharts`. Work is synchronous
 * and fetching is not: a run that meets a chart which has to be fetched or unpacked is done again when it is there. The
 * result is that of the last run, which had all of them.
 *
 * @throws HelmError `HELM_CHART_NOT_FETCHED`, `HELM_LIMIT`; what `run` and `fetchChart` throw.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { type ChartRequest, withCharts } from '@gitops-toolkit/helm';
 * const tree = MemoryTree.from({
 *   'charts/web/Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}',
 *   'charts/web/templates/cm.yaml': '{kind: ConfigMap, apiVersion: v1, metadata: {name: {{ .Release.Name }}}}',
 * });
 * const request: ChartRequest = {
 *   name: 'web', tree, chartPath: 'charts/web', isLocal: true, releaseName: 'shop', values: [], apiVersions: [],
 *   includeCRDs: false, skipHooks: false, skipTests: false,
 * };
 * console.log(await withCharts((render) => render(request)));
 * ```
 */
export async function withCharts<T>(
  run: (render: ChartRenderer) => T,
  options: WithChartsOptions = {},
): Promise<T> {
  const { dialect = 'v4', capabilities = {}, cache = new RenderCache(), fetchChart, signal } = options;
  const shelf = new ChartShelf({ dialect, fetchChart, signal });
  const render: ChartRenderer = (request) => {
    const chart = shelf.take(request);
    return chart ? renderRequest(chart, request, { dialect, capabilities, cache }) : '';
  };
  for (let runs = 0; runs < MAX_RUNS; runs++) {
    signal?.throwIfAborted();
    const outcome = attempt(() => run(render));
    if (await shelf.loadMissing()) continue;
    if (outcome.failed) throw outcome.error;
    return outcome.value;
  }
  throw new HelmError(
    'HELM_LIMIT',
    `more than ${MAX_RUNS} runs, each of which needed charts that were not there`,
  );
}

type Outcome<T> =
  | { readonly failed: false; readonly value: T }
  | { readonly failed: true; readonly error: unknown };

/** A run without all of its charts may fail for the want of them. */
function attempt<T>(run: () => T): Outcome<T> {
  try {
    return { failed: false, value: run() };
  } catch (error) {
    return { failed: true, error };
  }
}
