import type { WorkerBudget, WorkerPool } from '@gitops-toolkit/core/node';
import type { GoMap } from '@gitops-toolkit/go-template';
import { HelmError } from '../errors.ts';
import type { CrdFile } from '../output/crds.ts';
import type { Hook } from '../output/hook.ts';
import { RenderResult } from '../output/render-result.ts';
import type { Manifest } from '../output/sort-manifests.ts';
import { toCloneable } from './cloneable-value.ts';
import type { LookupAnswer, LookupRequest } from './recorded-lookup.ts';
import { sharedRenderPool } from './render-pool.ts';
import type { PlainRenderOptions, RenderRequest, RenderSummary } from './render-request.ts';
import { type ChartSource, shareChart } from './shared-chart.ts';

/** Looks an object of the cluster up, or a list of them where the name is empty; `undefined` where there is none. */
export type AsyncLookup = (
  ...request: readonly [apiVersion: string, kind: string, namespace: string, name: string]
) => Promise<GoMap | undefined>;

/** What {@link renderInWorker} is told: the options of `render` but functions, which no other thread can call. */
export type WorkerRenderOptions = PlainRenderOptions & {
  /** Values of the user, as `userValues` makes them. @default none */
  readonly values?: GoMap;
  /** The folder of the chart, where a tree is given. @default the root */
  readonly path?: string;
  /**
   * Objects of a cluster, for `lookup`. It is called in the calling thread: the chart is rendered, what it asked for is
   * looked up, and it is rendered again until nothing is missing. @default none are found
   */
  readonly lookup?: AsyncLookup;
  /** Ends the render, wherever it is. */
  readonly signal?: AbortSignal;
  /** What each render may use. */
  readonly budget?: WorkerBudget;
  /** The workers to render in. @default one pool for all who name none */
  readonly pool?: WorkerPool;
};

/** As often as a chart is rendered for what it looks up: each round knows all that the one before asked for. */
const MAX_ROUNDS = 20;

/**
 * What `render` does, in a worker thread: the calling thread goes on, and is never held up for more than a few
 * milliseconds, whatever the chart is. The same result, and the same errors.
 *
 * A chart is brought over once for all renders of it; a tree or a package is loaded over there. Each worker keeps the
 * templates that it has compiled.
 *
 * @throws HelmError as `loadChart` and `render` do; CoreError `WORKER_TIMEOUT`, `WORKER_HEAP_LIMIT` and
 *   `WORKER_OUTPUT_LIMIT` where the budget is used up, `WORKER_CRASHED`, `WORKER_POOL_CLOSED`; the reason of the
 *   signal; what `lookup` throws.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { renderInWorker } from '@gitops-toolkit/helm/node';
 * const tree = MemoryTree.from({
 *   'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}',
 *   'templates/cm.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: {{ .Release.Name }}}\n',
 * });
 * const budget = { timeoutMs: 5000, maxHeapMb: 256 };
 * const result = await renderInWorker(tree, { release: { name: 'shop' }, budget });
 * console.log(result.manifests[0]?.name); // shop
 * ```
 */
export async function renderInWorker(
  source: ChartSource,
  options: WorkerRenderOptions,
): Promise<RenderResult> {
  const { signal, budget, pool = sharedRenderPool(), lookup, values, path = '', ...plain } = options;
  const request: RenderRequest = {
    chart: await shareChart(source),
    path,
    options: plain,
    ...(values && { values: toCloneable(values) }),
  };
  const answers: LookupAnswer[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { value, items } = await pool.run('render', lookup ? { ...request, answers } : request, {
      ...(signal && { signal }),
      ...(budget && { budget }),
    });
    const summary = value as RenderSummary;
    if (!('missing' in summary)) return resultOf(summary, items);
    answers.push(...(await lookUp(lookup!, summary.missing)));
    signal?.throwIfAborted();
  }
  throw new HelmError(
    'HELM_LIMIT',
    `what templates look up depends on ${MAX_ROUNDS} other lookups in a row`,
    {
      hint: 'Look up lists instead of one object after the other.',
    },
  );
}

function lookUp(lookup: AsyncLookup, requests: readonly LookupRequest[]): Promise<LookupAnswer[]> {
  return Promise.all(
    requests.map(async (request) => ({ request, object: toCloneable(await lookup(...request)) })),
  );
}

function resultOf(
  { manifestCount, hookCount, ...rest }: Exclude<RenderSummary, { missing: unknown }>,
  items: readonly unknown[],
): RenderResult {
  const afterHooks = manifestCount + hookCount;
  return new RenderResult({
    ...rest,
    manifests: items.slice(0, manifestCount) as Manifest[],
    hooks: items.slice(manifestCount, afterHooks) as Hook[],
    crds: items.slice(afterHooks) as CrdFile[],
  });
}
