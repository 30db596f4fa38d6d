import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { DiskTree, UsageError } from '@gitops-toolkit/core/node';
import type { Chart } from '../chart/chart.ts';
import { loadChart, loadUnpackedChart } from '../chart/load-chart.ts';
import type { Dialect } from '../dialect.ts';

/** Where a chart is looked for. */
export interface ChartPlace {
  /** A folder or package, as the user wrote it. */
  readonly chart: string;
  readonly cwd: string;
  readonly dialect: Dialect;
}

/** Loads the chart that a command line names. @throws UsageError where there is none; HelmError */
export async function readChart({ chart, cwd, dialect }: ChartPlace): Promise<Chart> {
  const path = resolve(cwd, chart.trim());
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new UsageError(notFound(chart.trim()));
  if (!stats.isDirectory()) return loadChart(readPackage(path), { dialect });
  const tree = new DiskTree(path);
  return loadUnpackedChart(tree, { dialect }) ?? loadChart(tree, { dialect });
}

function readPackage(path: string): Uint8Array {
  const data = new Uint8Array(readFileSync(path));
  if (data[0] === 0x1f && data[1] === 0x8b) return data;
  throw new UsageError(`file '${path}' does not appear to be a gzipped archive`);
}

/** Helm's own words where it would not go on looking; it is clear then that a path was meant. */
function notFound(chart: string): string {
  if (isAbsolute(chart) || chart.startsWith('.')) return `path ${JSON.stringify(chart)} not found`;
  return `chart ${JSON.stringify(chart)} not found: nothing is fetched here. Pull the chart beforehand (helm pull ${chart}), and give its folder or package`;
}
