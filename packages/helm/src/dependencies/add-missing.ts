import type { FileTree } from '@gitops-toolkit/core';
import type { Chart } from '../chart/chart.ts';
import { loadChart } from '../chart/load-chart.ts';
import type { ChartDependency } from '../chart/metadata.ts';
import { fetchCharts } from './fetch-charts.ts';
import { IndexReader } from './index-reader.ts';
import { loadFolder } from './local-chart.ts';
import type { FetchDependenciesOptions } from './manager-options.ts';
import { resolveVersions } from './resolve-versions.ts';

/** A chart with all its dependencies. */
export interface CompletedChart {
  readonly chart: Chart;
  /** How many of them were not in `charts/`. */
  readonly added: number;
}

/**
 * Loads a chart from a folder, and adds the dependencies that are not in its `charts/`: in the versions of its lock file, or
 * without one in the highest that it allows. What is in `charts/` is taken as it is, and nothing is fetched for it, as in
 * Flux.
 *
 * @throws what `updateDependencies` throws
 */
export async function loadWithDependencies(
  tree: FileTree,
  options: FetchDependenciesOptions = {},
): Promise<CompletedChart> {
  const { path = '', dialect, signal } = options;
  const chart = await loadFolder(tree, path, options);
  const missing = missingOf(chart);
  if (missing.length === 0) return { chart, added: 0 };
  const context = { tree, path, indexes: new IndexReader(options), options };
  const locked = chart.lock ? missing : await resolveVersions(missing, context);
  const loading = { ...(dialect && { dialect }), ...(signal && { signal }) };
  const added: Chart[] = [];
  for (const { data } of await fetchCharts(locked, context))
    if (data) added.push(await loadChart(data, loading));
  return { chart: { ...chart, dependencies: [...chart.dependencies, ...added] }, added: added.length };
}

/** Those of the lock file where there is one, as many times as a chart is asked for once. */
function missingOf({ lock, metadata, dependencies }: Chart): ChartDependency[] {
  const asked = (lock ? lock.dependencies : metadata.dependencies) ?? [];
  const present = new Set(dependencies.map((each) => each.metadata.name));
  const missing = new Map<string, ChartDependency>();
  for (const each of asked) if (!present.has(each.name)) missing.set(each.name, each);
  return [...missing.values()];
}
