import type { Chart } from '../chart/chart.ts';
import { HelmError } from '../errors.ts';
import type { RenderResult } from '../output/render-result.ts';
import {
  type AsyncPostRenderer,
  postRenderAsync,
  type PostRenderPlan,
} from '../post-render/post-renderer.ts';
import { type AsyncLookup, type LookupLimits, LookupRounds } from './lookup-rounds.ts';
import { RenderCache } from './render-cache.ts';
import type { RenderOptions } from './render.ts';
import { startRender, type StartOptions } from './start-render.ts';

/** How a chart is rendered by {@link renderAsync}. */
export interface AsyncRenderOptions extends Omit<RenderOptions, 'lookup' | 'postRenderers'> {
  /** Objects of a cluster, for `lookup`: each is asked for once. @default none are found */
  readonly lookup?: AsyncLookup;
  readonly lookupLimits?: LookupLimits;
  /** As in {@link RenderOptions}; they may take their time. @default none */
  readonly postRenderers?: readonly AsyncPostRenderer[];
}

/**
 * Renders a chart whose `lookup` or post-renderers take their time, such as requests to a cluster.
 *
 * Templates cannot wait: the chart is rendered, what it asked for is fetched, all at once, and it is rendered again, until
 * nothing is missing. A render with something missing decides nothing: what it fails with, warns of or makes is dropped.
 * `limits.signal` ends it between renders, too. `warn` is told of the last render.
 *
 * @throws HelmError with any of its codes; `HELM_LIMIT` where templates never have enough
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { loadChart, renderAsync } from '@gitops-toolkit/helm';
 * const chart = await loadChart(
 *   MemoryTree.from({
 *     'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}',
 *     'templates/cm.yaml':
 *       'kind: ConfigMap\nmetadata: {name: web}\ndata: {host: {{ (lookup "v1" "Service" "prod" "db").spec.clusterIP }}}\n',
 *   }),
 * );
 * const lookup = async (_apiVersion: string, kind: string) => (kind === 'Service' ? { spec: { clusterIP: '10.0.0.1' } } : undefined);
 * console.log((await renderAsync(chart, { release: { name: 'shop' }, lookup })).toYaml());
 * ```
 */
export async function renderAsync(chart: Chart, options: AsyncRenderOptions): Promise<RenderResult> {
  const { postRenderers = [] } = options;
  const { inputs, finish } = await startComplete(chart, options);
  const outputs: string[] = [];
  for (const input of inputs) outputs.push(await postRenderAsync(input, postRenderers));
  const result = finish(outputs);
  for (const warning of result.warnings) options.warn?.(warning);
  return result;
}

async function startComplete(
  chart: Chart,
  { lookup, lookupLimits = {}, warn: _atTheEnd, ...options }: AsyncRenderOptions,
): Promise<PostRenderPlan<RenderResult>> {
  const isPostRendered = (options.postRenderers?.length ?? 0) > 0;
  const settings: StartOptions = { cache: new RenderCache(), ...options };
  if (!lookup) return startRender(chart, settings, { isPostRendered });
  const rounds = new LookupRounds(lookup, lookupLimits, options.limits?.signal);
  for (;;) {
    const plan = attempt(rounds, () =>
      startRender(
        chart,
        { ...settings, lookup: rounds.lookup },
        { isPostRendered, explains: () => !rounds.isMissing },
      ),
    );
    if (plan) return plan;
    await rounds.fetchMissing();
  }
}

/** What comes of a render; nothing where something was missing, even where it failed, which may be for want of it. */
function attempt<T>(rounds: LookupRounds, render: () => T): T | undefined {
  try {
    const plan = render();
    return rounds.isMissing ? undefined : plan;
  } catch (error) {
    const isLimit = error instanceof HelmError && error.code === 'HELM_LIMIT';
    if (!rounds.isMissing || isLimit) throw error;
    return undefined;
  }
}
